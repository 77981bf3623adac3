"""`sonomask weld-modes`: every weld mode over loads, amplitudes and drifts, and the supply current
of several horns with and without stagger."""

import sys
from typing import Any

import click

from host_sim.weld_modes import AMPLITUDES, DRIFTS, LOADS, MODES, Figures, measure, peak_current_a
from tools.console import out, plain_table, print_json

STAGGERS_MS = (0, 20)


@click.command("weld-modes")
@click.option("--strokes", type=click.IntRange(1, 1000), default=10, help="Of each case. 10.")
@click.option("--seed", type=int, default=1, help="Seed of all random streams. Default 1.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def weld_modes(strokes: int, seed: int, as_json: bool) -> None:
    """Weld with every mode on the simulated machine, and hold results against set values.

    A weld passes when its result is within tolerance of the set value, or its record names the
    limit that it broke. Exit status: 0 when all pass, 1 otherwise.
    """
    figures = [measure(mode, strokes, seed) for mode in MODES]
    horns = {
        count: {ms: peak_current_a(count, ms, seed) for ms in STAGGERS_MS} for count in (2, 3, 4)
    }
    result = data(figures, horns)
    if as_json:
        print_json(result)
    else:
        show(figures, horns)
    sys.exit(0 if result["pass"] else 1)


def data(figures: list[Figures], horns: dict[int, dict[int, float]]) -> dict[str, Any]:
    """The result as plain data."""
    return {
        "loads": LOADS,
        "amplitudes_pc": AMPLITUDES,
        "monitor_noise_pc": DRIFTS,
        "modes": {
            each.mode.name: {
                "recipe": each.mode.recipe,
                "welds": each.welds,
                "without_remark": each.good,
                "unit": each.mode.unit,
                "tolerance": each.mode.tolerance,
                "worst": round(each.worst, 3),
                "off_without_a_word": each.silent + each.strange,
                "ends": dict(each.ends),
                "limits": dict(each.reasons),
                "pass": each.passed,
            }
            for each in figures
        },
        "supply_peak_a": {
            str(count): {str(ms): round(a, 1) for ms, a in row.items()}
            for count, row in horns.items()
        },
        "pass": all(each.passed for each in figures),
    }


def show(figures: list[Figures], horns: dict[int, dict[int, float]]) -> None:
    """Print tables: modes, and supply current."""
    console = out()
    table = plain_table(
        ("mode", False), ("welds", True), ("good", True), ("worst", True), ("allowed", True),
        ("silent", True), ("ended by", False),
    )  # fmt: skip
    for each in figures:
        table.add_row(
            each.mode.name, str(each.welds), str(each.good), f"{each.worst:.1f} {each.mode.unit}",
            f"{each.mode.tolerance:.1f}", str(each.silent + each.strange), _counts(each.ends),
        )  # fmt: skip
    console.print(table)
    rows = plain_table(
        ("horns", True), *[(f"peak A, {ms} ms stagger", True) for ms in STAGGERS_MS]
    )
    for count, row in horns.items():
        rows.add_row(str(count), *[f"{a:.0f}" for a in row.values()])
    console.print("\nSupply current of all generators, inrush included [E]")
    console.print(rows)
    console.print(
        f"\nLoads {LOADS}, amplitude {AMPLITUDES} % on a mold made for 80 %, noise of the power "
        f"monitor {DRIFTS} % [E]. good: the record names no limit; worst: of these, off the set "
        "value; silent: off by more than allowed, and the record names no limit."
    )


def _counts(counts: Any) -> str:  # noqa: ANN401
    names = {name: name.lower().replace("_", " ") for name in counts}
    return ", ".join(
        f"{names[name]} {n}" for name, n in sorted(counts.items(), key=lambda kv: -kv[1])
    )
