"""Key figures on the console: OEE first, then what it is, then where the time went."""

from collections.abc import Sequence
from functools import cache

from rich.console import Console

from host_sim.errors import InputError
from host_sim.kpi.causes import cause_name
from host_sim.kpi.figures import Figures
from host_sim.kpi.strokes import IDEAL_PERCENT
from host_sim.molds import load_molds
from tools.console import plain_table
from tools.kpi_data import definitions, hours_data, minutes, percent

SHOWN_US = 50  # a stage that takes less has no row


def report(console: Console, title: str, figures: Figures, notes: Sequence[str]) -> None:
    """Print everything but the files."""
    console.print(f"{title}\n")
    console.print(oee_line(figures), style="bold")
    console.print()
    for name, value, text in definitions(figures):
        console.print(f"{name:<16} {value:>10}  {text}")
    console.print()
    stops(console, figures)
    molds(console, figures)
    if len(figures.hours) > 1:
        hours(console, figures)
    for code in sorted(figures.strokes):
        stages(console, figures, code)
    waterfall(console, figures)
    console.print("; ".join(notes) + ".", style="dim")


def oee_line(figures: Figures) -> str:
    """OEE and its factors."""
    return (
        f"OEE {percent(figures.oee)} = availability {percent(figures.availability)} x performance "
        f"{percent(figures.performance)} x quality {percent(figures.quality)}"
    )


def stops(console: Console, figures: Figures) -> None:
    """Stops by cause, the longest together first."""
    if not figures.stops:
        console.print("No stops.\n")
        return
    table = plain_table(
        ("stopped by", False),
        ("kind", False),
        ("stops", True),
        ("time", True),
        ("of all stops", True),
        ("so far", True),
        ("mean", True),
        ("longest", True),
    )
    whole = sum(stop.us for stop in figures.stops.values())
    so_far = 0
    for kind, cause, stop in figures.pareto():
        so_far += stop.us
        table.add_row(
            cause_name(cause),
            kind.value,
            str(stop.count),
            minutes(stop.us),
            f"{100 * stop.us / whole:.0f} %",
            f"{100 * so_far / whole:.0f} %",
            minutes(stop.us / stop.count),
            minutes(stop.longest_us),
        )
    console.print(table)
    console.print()


def molds(console: Console, figures: Figures) -> None:
    """What each mold made, and how long the changes took."""
    table = plain_table(
        ("mold", False),
        ("good", True),
        ("suspect", True),
        ("reject", True),
        ("lost", True),
        ("set-up scrap", True),
        ("ran", True),
        ("pcs/min\nwhile it ran", True),
    )
    for code, made in sorted(figures.pieces.items()):
        table.add_row(
            mold_name(code),
            *(f"{n:,}" for n in (made.good, made.suspect, made.reject, made.lost, made.scrap)),
            minutes(made.run_us),
            f"{60e6 * made.total / made.run_us:.2f}" if made.run_us else "-",
        )
    console.print(table)
    for setup in figures.setups:
        console.print(
            f"Set-up {mold_name(setup.old)} to {mold_name(setup.new)}: {minutes(setup.us)}, last "
            "good piece to first good piece."
        )
    console.print()


def hours(console: Console, figures: Figures) -> None:
    """The shift by the hour."""
    table = plain_table(
        ("hour", True), ("pieces", True), ("pcs/min", True), ("availability", True), ("OEE", True)
    )
    for row in hours_data(figures):
        table.add_row(
            str(row["hour"]),
            f"{row['pieces']:,}",
            f"{row['pcs_min']:.2f}",
            percent(row["availability"]),
            percent(row["oee"]),
        )
    console.print(table)
    console.print()


def stages(console: Console, figures: Figures, code: int) -> None:
    """Loss by stage: mean actual - ideal of each row of the stroke."""
    strokes = figures.strokes[code]
    if not strokes.time.count:
        return
    table = plain_table(
        (f"stage of {mold_name(code)}", False),
        ("chain", False),
        ("mean ms", True),
        ("ideal ms", True),
        ("loss ms", True),
        ("of the loss", True),
    )
    shown = [stage for stage in strokes.stages.values() if stage.time.mean >= SHOWN_US]
    whole = sum(stage.loss_us for stage in shown)
    for stage in shown:
        table.add_row(
            stage.name,
            stage.chain,
            f"{stage.time.mean / 1000:.1f}",
            f"{stage.ideal_us / 1000:.1f}",
            f"{stage.loss_us / 1000:.1f}",
            f"{100 * stage.loss_us / whole:.0f} %" if whole else "-",
        )
    console.print(table)
    over = (
        f"{strokes.long:,} over the takt, by {minutes(strokes.over_us)} together"
        if strokes.long
        else "none over the takt: these losses eat reserve, and no pieces"
    )
    console.print(
        f"Ideal: {IDEAL_PERCENT:g} % of a stage's own strokes take no longer. "
        f"{strokes.time.count:,} strokes, {over}.\n",
        style="dim",
    )


def waterfall(console: Console, figures: Figures) -> None:
    """From the period to good pieces."""
    table = plain_table(("loss", False), ("", False), ("time", True), ("of the period", True))
    whole = figures.horizon_us
    table.add_row("period", "", minutes(whole), percent(1.0 if whole else None))
    group = ""
    for loss in figures.waterfall():
        table.add_row(
            "" if loss.group == group else loss.group,
            loss.name,
            minutes(-loss.us),
            percent(-loss.us / whole),
        )
        group = loss.group
    good_us = figures.ideal_us(figures.made.usable)
    table.add_row("PRI x GQ", "", minutes(good_us), percent(good_us / whole if whole else None))
    console.print(table)
    console.print()


@cache
def _names() -> dict[int, str]:
    try:
        return {mold.data["code"]: mold.data["id"] for mold in load_molds()}
    except InputError:
        return {}


def mold_name(code: int) -> str:
    """A mold by its code; shipped ones by their names."""
    return f"{code} {_names()[code]}" if code in _names() else f"mold {code}" if code else "?"
