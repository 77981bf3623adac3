"""`sonomask alarms`: what each alarm means, what to do, and how the machine treats it."""

import click
from rich.table import Table

from host_sim.alarm_texts import LANGUAGES, AlarmText, texts
from host_sim.errors import InputError
from tools.console import out, print_json

HEADS = {
    "en": ("code", "name", "does", "group", "on/off delay", "shelved by", "what, and what to do"),
    "zh": ("代码", "名称", "动作", "组", "接通/断开延时", "可搁置者", "发生了什么，怎么办"),
}
WORDS = {
    "zh": {
        "warn": "警告",
        "hold": "保持",
        "stop": "停机",
        "abort": "中止",
        "safety": "安全",
        "air": "气源",
        "mold": "模具",
        "press": "压机",
        "horn": "焊头",
        "web": "料带",
        "belt": "输送带",
        "sequence": "顺序",
        "technician": "技术员",
        "nobody": "不可",
    }
}


@click.command()
@click.argument("codes", nargs=-1, type=int, metavar="[CODE]...")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the texts.")
@click.option("--markdown", is_flag=True, help="A table for documentation, without the texts.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def alarms(codes: tuple[int, ...], lang: str, markdown: bool, as_json: bool) -> None:
    """List all alarms, or those with the codes given."""
    known = texts(lang)
    all_codes = ", ".join(map(str, known))
    for code in codes:
        if code not in known:
            raise InputError(f"{code}: there is no such alarm. Choose from {all_codes}.")
    shown = [alarm for alarm in known.values() if not codes or alarm.code in codes]
    if as_json:
        print_json([vars(alarm) for alarm in shown])
    elif markdown:
        click.echo("\n".join(in_markdown(shown, lang)))
    else:
        _print(shown, lang)


def in_markdown(shown: list[AlarmText], lang: str = "en") -> list[str]:
    """Lines of a table: how the machine treats each alarm."""
    heads = HEADS[lang][:-1]
    rows = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return rows + [f"| {' | '.join(_treated(alarm, lang))} |" for alarm in shown]


def _treated(alarm: AlarmText, lang: str) -> list[str]:
    """Code, name, and how the machine treats it."""
    words = WORDS.get(lang, {})
    delays = [f"{alarm.on_ms:g} ms"] * bool(alarm.on_ms), [f"{alarm.off_s} s"] * bool(alarm.off_s)
    who = "technician" if alarm.shelve else "nobody"
    return [
        str(alarm.code),
        alarm.name,
        words.get(alarm.reaction, alarm.reaction),
        words.get(alarm.group, alarm.group),
        " / ".join("".join(delay) or "–" for delay in delays) if any(delays) else "",
        words.get(who, who),
    ]


def _print(shown: list[AlarmText], lang: str) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), header_style="bold")
    for head in HEADS[lang][:-1]:
        table.add_column(head, no_wrap=head != HEADS[lang][4])
    table.add_column(HEADS[lang][-1], ratio=1, overflow="fold")  # Chinese has no spaces
    table.columns[0].justify = "right"
    for alarm in shown:
        table.add_row(*_treated(alarm, lang), f"{alarm.happened}\n{alarm.do}")
    out().print(table)
