"""How long an eight-hour shift takes, against a model written by hand and on MicroPython, and how
much memory.

`python -m tests.benchmark.run`, or `make benchmark`. Figures, no verdict: exit status 0.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY_HOURS = (8.0, 72.0)
Figures = dict[str, Any]


def child(model: str, hours: float, mold: str, seed: int) -> Figures:
    """One measurement in a fresh process, so that none inherits the heap of the one before."""
    command = [sys.executable, "-m", "tests.benchmark.measure", model, str(hours), mold, str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{model} did not run:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def speed(arguments: argparse.Namespace, console: Console) -> Figures:
    """Host and yardstick in turn, so that a slow minute of the computer hits both."""
    runs: dict[str, list[Figures]] = {"host": [], "yardstick": []}
    with console.status("") as status:
        for turn in range(arguments.rounds):
            for model in runs:
                status.update(f"round {turn + 1} of {arguments.rounds}: {model}")
                runs[model].append(child(model, arguments.hours, arguments.mold, arguments.seed))
    ratios = [
        host["cpu_s"] / yardstick["cpu_s"]
        for host, yardstick in zip(runs["host"], runs["yardstick"], strict=True)
    ]
    return {
        "hours": arguments.hours,
        "mold": arguments.mold,
        "python": platform.python_version(),
        "models": {model: middle(of) for model, of in runs.items()},
        "runs": runs,
        "ratios": [round(ratio, 3) for ratio in ratios],
        "ratio": round(statistics.median(ratios), 3),
    }


def middle(runs: Sequence[Figures]) -> Figures:
    """The run with the median CPU time, and rates from it."""
    run = sorted(runs, key=lambda figures: figures["cpu_s"])[(len(runs) - 1) // 2]
    strokes, cpu = max(run["strokes"], 1), max(run["cpu_s"], 1e-9)
    return {
        **run,
        "strokes_per_s": round(strokes / cpu, 1),
        "us_per_stroke": round(cpu / strokes * 1e6, 1),
        "events_per_stroke": round(run["events"] / strokes, 1),
    }


def on_micropython(arguments: argparse.Namespace, console: Console) -> Figures:
    """The same shift with the controller on MicroPython, by the clock on the wall."""
    with console.status("MicroPython"):
        figures = child("mpy", arguments.hours, arguments.mold, arguments.seed)
    return {**figures, "times_real_time": round(figures["hours"] * 3600 / figures["wall_s"])}


def memory(arguments: argparse.Namespace, console: Console) -> list[Figures]:
    """Peak memory of the simulator after a shift and after three days of machine time."""
    rows = []
    for hours in MEMORY_HOURS:
        with console.status(f"memory: {hours:g} h of machine time"):
            rows.append(child("host", hours, arguments.mold, arguments.seed))
    return rows


def show(result: Figures, console: Console) -> None:
    table = Table(title=f"{result['hours']:g} h of {result['mold']}", title_justify="left")
    table.add_column("model")
    for name in ("strokes", "CPU s", "wall s", "strokes/s", "µs a stroke", "events a stroke"):
        table.add_column(name, justify="right")
    for model, run in result["models"].items():
        table.add_row(
            model,
            f"{run['strokes']:,}",
            f"{run['cpu_s']:.2f}",
            f"{run['wall_s']:.2f}",
            f"{run['strokes_per_s']:,.0f}",
            f"{run['us_per_stroke']:.0f}",
            f"{run['events_per_stroke']:.1f}",
        )
    console.print(table)
    ratios = ", ".join(f"{ratio:.2f}" for ratio in result["ratios"])
    console.print(
        f"The simulator takes {result['ratio']:.2f} times the CPU time of the yardstick "
        f"(median of {ratios})."
    )
    if mpy := result.get("mpy"):
        console.print(
            f"On MicroPython (--target mpy) it takes {mpy['wall_s']:.1f} s, "
            f"{mpy['times_real_time']:,} times real time."
        )
    for row in result.get("memory", ()):
        console.print(
            f"Memory after {row['hours']:g} h of machine time: {row['peak_kib'] / 1024:.1f} MiB "
            f"at the most ({row['strokes']:,} strokes in {row['cpu_s']:.0f} s of CPU)."
        )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0, help="machine time of a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each model, in turn")
    parser.add_argument("--mold", default="hand_M", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", action="store_true", help="also 8 h and 72 h for peak memory")
    parser.add_argument("--json", action="store_true", help="figures as JSON on standard output")
    parser.add_argument("--no-mpy", action="store_true", help="leave MicroPython out")
    arguments = parser.parse_args(argv)
    progress = Console(stderr=True)
    result = speed(arguments, progress)
    if not arguments.no_mpy:
        result["mpy"] = on_micropython(arguments, progress)
    if arguments.memory:
        result["memory"] = memory(arguments, progress)
    if arguments.json:
        print(json.dumps(result, indent=2))
    else:
        show(result, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
