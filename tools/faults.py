"""`sonomask faults`: what can go wrong in the simulator, and what the machine does about it."""

from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from host_sim.errors import InputError
from host_sim.fault_table import HEADS, TABLE, Row, cells, in_markdown
from host_sim.faults import KINDS
from tools.console import out, print_json


@click.command()
@click.argument("names", nargs=-1, metavar="[FAULT]...")
@click.option("--markdown", is_flag=True, help="The whole table for documentation.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def faults(names: tuple[str, ...], markdown: bool, as_json: bool) -> None:
    """List all faults, or those named: size, expected alarm and state, remedy.

    Each row is what a test runs. A fault goes into a scenario as name, start_s, duration_s, size.
    """
    for name in names:
        if name not in KINDS:
            raise InputError(f"{name}: no such fault. Known: {', '.join(KINDS)}.")
    shown = [row for row in TABLE if not names or row.name in names]
    if as_json:
        print_json([_data(row) for row in shown])
    elif markdown:
        click.echo("\n".join(in_markdown()))
    else:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for head in HEADS:
            table.add_column(head, no_wrap=head in ("fault", "size", "state"))
        for row in shown:
            table.add_row(*cells(row))
        out().print(table)


def _data(row: Row) -> dict[str, Any]:
    """A row as plain data, with what the kind says."""
    kind = KINDS[row.name]
    more = {"what": kind.what, "unit": kind.unit, "least": kind.least if kind.unit else None}
    size = (kind.size if row.size is None else row.size) if kind.unit else None
    more |= {"size": size, "state": row.shown_state, "remedy": row.shown_remedy}
    return asdict(row) | more | {"alarm_name": row.shown_alarm.partition(" ")[2] or None}
