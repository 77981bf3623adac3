"""`sonomask scan-work`: calls, bytecodes and estimated time of the controller's scans, by part."""

import sys
from typing import Any

import click

from host_sim.board.scenarios import MOLD, RUNS, event_name, work_of
from host_sim.board.work import SAMPLE_MOST_US, SCAN_MOST_US, Count, Scan, Work, total
from host_sim.errors import InputError
from tools.console import out, plain_table, print_json


@click.command("scan-work")
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def scan_work(runs: tuple[str, ...], as_json: bool) -> None:
    """Count the work of every scan in production and in faults, and estimate it for an RP2040.

    RUN is `production` or the name of a fault; all of them without a name. Exit status: 0 when the
    worst scan takes 2 ms at most and the worst weld sample 60 µs, 1 otherwise.
    """
    for name in runs:
        if name not in RUNS:
            raise InputError(f"{name}: no such run. Choose from {', '.join(RUNS)}.")
    works = {name: work_of(name) for name in runs or tuple(RUNS)}
    result = data(works)
    if as_json:
        print_json(result)
    else:
        show(works, result)
    sys.exit(0 if result["pass"] else 1)


def worst_of(work: Work) -> Scan:
    """The scan with the most estimated time."""
    return max(work.scans, key=lambda scan: scan.total.us)


def mean_parts(work: Work) -> dict[str, tuple[float, float, float]]:
    """Calls, bytecodes and µs of each part in a mean scan, the dearest first."""
    sums: dict[str, Count] = {}
    for scan in work.scans:
        for name, count in scan.parts.items():
            sums.setdefault(name, Count()).add(count)
    n = len(work.scans)
    made = {name: (c.calls / n, c.bytecodes / n, c.us / n) for name, c in sums.items()}
    return dict(sorted(made.items(), key=lambda item: -item[1][2]))


def data(works: dict[str, Work]) -> dict[str, Any]:
    """The result as plain data; times in µs."""
    runs = {}
    for name, work in works.items():
        worst = worst_of(work)
        runs[name] = {
            "scans": len(work.scans),
            "mean_us": round(sum(s.total.us for s in work.scans) / len(work.scans), 1),
            "worst_us": round(worst.total.us, 1),
            "worst_calls": worst.total.calls,
            "worst_bytecodes": worst.total.bytecodes,
            "worst_events": [event_name(what) for what, _ in worst.events],
            "worst_parts_us": {k: round(c.us, 1) for k, c in worst.parts.items()},
            "sample_us": round(work.worst_sample.us, 1),
            "mean_parts": {
                part: {"calls": round(calls, 2), "bytecodes": round(codes, 1), "us": round(us, 1)}
                for part, (calls, codes, us) in mean_parts(work).items()
            },
        }
    worst_us = max(run["worst_us"] for run in runs.values())
    sample_us = max(run["sample_us"] for run in runs.values())
    return {
        "mold": MOLD,
        "runs": runs,
        "worst_us": worst_us,
        "scan_most_us": SCAN_MOST_US,
        "sample_us": sample_us,
        "sample_most_us": SAMPLE_MOST_US,
        "pass": worst_us <= SCAN_MOST_US and sample_us <= SAMPLE_MOST_US,
    }


def show(works: dict[str, Work], result: dict[str, Any]) -> None:
    """Print tables: runs, and the parts of a mean and of the worst scan."""
    console = out()
    table = plain_table(
        ("run", False), ("scans", True), ("mean µs", True), ("worst µs", True), ("calls", True),
        ("bytecodes", True), ("what the worst scan does", False),
    )  # fmt: skip
    for name, run in result["runs"].items():
        events = [each for each in run["worst_events"] if not each.startswith("OUTPUT")]
        table.add_row(
            name, str(run["scans"]), f"{run['mean_us']:.0f}", f"{run['worst_us']:.0f}",
            str(run["worst_calls"]), str(run["worst_bytecodes"]), ", ".join(events)[:48],
        )  # fmt: skip
    console.print(table)
    first = "production" if "production" in works else next(iter(works))
    name = max(works, key=lambda each: result["runs"][each]["worst_us"])
    worst = worst_of(works[name])
    table = plain_table(
        ("part", False), ("calls", True), ("bytecodes", True), ("µs", True), ("", False),
        ("calls", True), ("bytecodes", True), ("µs", True),
    )  # fmt: skip
    means = mean_parts(works[first])
    for part in sorted(means | worst.parts, key=lambda each: -worst.parts.get(each, Count()).us):
        calls, codes, us = means.get(part, (0, 0, 0))
        there = worst.parts.get(part, Count())
        table.add_row(
            part, f"{calls:.1f}", f"{codes:.0f}", f"{us:.0f}", "",
            str(there.calls), str(there.bytecodes), f"{there.us:.0f}",
        )  # fmt: skip
    console.print(f"\nMean scan of {first}, and the worst of all: {name} at {worst.now_us} µs")
    console.print(table)
    console.print(
        f"\nWorst scan {result['worst_us']:.0f} of {SCAN_MOST_US:.0f} µs, worst weld sample "
        f"{result['sample_us']:.0f} of {SAMPLE_MOST_US:.0f} µs: estimates [E] for an RP2040 at "
        f"125 MHz (host_sim/board/work.py); {total(worst.parts).calls} calls."
    )
