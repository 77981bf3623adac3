"""`sonomask alarms`: what each alarm means and what to do."""

import click
from rich.table import Table

from host_sim.alarm_texts import texts
from host_sim.errors import InputError
from tools.console import out, print_json


@click.command()
@click.argument("codes", nargs=-1, type=int, metavar="[CODE]...")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def alarms(codes: tuple[int, ...], as_json: bool) -> None:
    """List all alarms, or those with the codes given."""
    known = texts()
    all_codes = ", ".join(map(str, known))
    for code in codes:
        if code not in known:
            raise InputError(f"{code}: there is no such alarm. Choose from {all_codes}.")
    shown = [alarm for alarm in known.values() if not codes or alarm.code in codes]
    if as_json:
        print_json([vars(alarm) for alarm in shown])
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("code", justify="right", no_wrap=True)
    table.add_column("name", no_wrap=True)
    table.add_column("does", no_wrap=True)
    table.add_column("what happened", ratio=2)
    table.add_column("what to do", ratio=3)
    for alarm in shown:
        table.add_row(str(alarm.code), alarm.name, alarm.reaction, alarm.happened, alarm.do)
    out().print(table)
