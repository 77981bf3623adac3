"""Runs by the wall clock: the option, and what is said of them at the end."""

from collections.abc import Callable, Sequence
from typing import Any

import click
from rich.console import Console

from host_sim.errors import InputError
from host_sim.pace import LATE_US, REAL
from host_sim.scenario_file import PACINGS
from host_sim.verdict import Verdict
from host_sim.wall_times import KEPT_WITHIN_US, WallTimes, together
from tools.console import plain_table
from tools.data import wall_times

LEAST, MOST = 0.01, 1000.0

NOTE = (
    f"answer: from inputs ready to outputs known · waits: the machine got {LATE_US / 1000:g} ms "
    "or more behind\nits pace · late: behind its pace, at each moment at which something happens"
)


def pace_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--pace."""
    return click.option(
        "--pace",
        metavar="real|TIMES",
        help="Go by the wall clock: real, or so many times real time (0.01 .. 1000). Shows the "
        "machine live, and measures answer times. Default: as fast as it can.",
    )(command)


def parse_pace(text: str) -> float:
    """Machine time over wall time.

    Raises:
        InputError: it is none, or out of bounds.
    """
    if text == "real":
        return REAL
    way_out = f"Write real, or how many times real time, {LEAST:g} .. {MOST:g}, as 10."
    if text in PACINGS:
        raise InputError(f"--pace: {text!r} is no pace; --pacing {text} is. {way_out}")
    try:
        speed = float(text)
    except ValueError:
        raise InputError(f"--pace: {text!r} is no pace. {way_out}") from None
    if not LEAST <= speed <= MOST:
        raise InputError(
            f"--pace: {text} is out of bounds. {way_out} To go as fast as it can, leave it out."
        )
    return speed


def refuse_jobs(jobs: int | None) -> None:
    """Runs by the wall clock come one after the other.

    Raises:
        InputError: more than one process is asked for.
    """
    if jobs is not None and jobs > 1:
        raise InputError(
            f"--jobs: {jobs} is above 1: with --pace runs come one after the other. Leave it out."
        )


def times_real(speed: float) -> str:
    """A pace in words."""
    return "real time" if speed == REAL else f"{speed:.4g} times real time"


def wall_report(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Answer times and lateness of each mold; nothing where runs had no pace."""
    times = wall_times(verdicts)
    if times is None:
        return
    table = plain_table(
        ("by the wall clock\nmold", False),
        ("\nanswers", True),
        ("\nmean µs", True),
        ("\np99 µs", True),
        ("\nworst µs", True),
        ("\nmoments", True),
        ("\nwaits", True),
        ("late\np99 ms", True),
        ("late\nworst ms", True),
        ("late\nat the end ms", True),
    )
    for verdict in verdicts:
        own = together([result.wall for result in verdict.results if result.wall])
        table.add_row(
            verdict.mold,
            f"{own.answers.count}",
            f"{own.answers.mean:.0f}",
            f"{own.answers.percentile(99):.0f}",
            f"{own.answers.most}",
            f"{own.late.count}",
            f"{own.waits}",
            f"{own.late.percentile(99) / 1000:.1f}",
            f"{own.late.most / 1000:.1f}",
            f"{own.behind_us / 1000:.1f}",
        )
    console.print()
    console.print(table)
    console.print()
    console.print(NOTE, style="dim")
    console.print(kept(times), style="" if times.kept else "bold red")


def kept(times: WallTimes) -> str:
    """Whether the machine kept its pace, in a line; how far it fell behind, if not."""
    pace = times_real(times.speed)
    if times.kept:
        return f"Pace kept: {pace}, {times.late.most / 1000:.1f} ms late at the most."
    most = f"Pace not kept: up to {times.late.most / 1e6:.1f} s behind"
    if times.behind_us < KEPT_WITHIN_US:
        return f"{most}, back at {pace} at the end. The trace is the same."
    return (
        f"{most}, {times.behind_us / 1e6:.1f} s at the end: {times.achieved:.3g} instead of "
        f"{times.speed:.4g} times real time. The trace is the same; a lower --pace can be kept."
    )
