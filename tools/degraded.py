"""`sonomask degraded`: the degraded cases of the reference machine, both pacings side by side."""

import sys
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console

from host_sim.catalogue import run_all
from host_sim.molds import load_molds
from host_sim.run import Task, tasks
from host_sim.scenario import Scenario, build
from host_sim.scenario_file import PACINGS
from host_sim.verdict import Verdict, judge
from host_sim.version import version
from tools.console import out, plain_table, print_json, runs_on, strokes_progress
from tools.data import verdict_data
from tools.options import run_options, wishes

MOLD = "foot_L"
FREE_WITHIN = 0.02  # of the budget's free-running rate
PACED_WITHIN = 0.1  # pcs/min


NOTE = """
weld x2: energy and time of the mold doubled · slow feed: 0.5 m/s, 2.5 m/s² · all three: press
x1.6, weld x1.5, slow feed · by grid: a late stroke is followed by strokes at full speed · by
stroke: each waits for its own takt, so what was lost stays lost · one piece a stroke, so
strokes/min and pcs/min are the same number here"""


@dataclass(frozen=True)
class Case:
    """What is slow, and what the cycle budget says of it."""

    name: str
    press: float = 1.0
    weld: float = 1.0
    slow_feed: bool = False
    mean_ms: float = 0.0  # budgeted stroke
    grid: float = 30.0  # pcs/min
    stroke: float = 30.0

    def changes(self, mold: dict[str, Any]) -> list[str]:
        """The what-ifs of this case, as --set takes them."""
        changes = []
        if self.press != 1:
            changes.append(f"plant.press_factor={self.press}")
        if self.weld != 1:
            # A mold that needs more: energy and time together, so its limits follow.
            changes += [
                f"mold.weld.{key}={round(mold['weld'][key] * self.weld)}"
                for key in ("energy_j", "time_ms")
            ]
        if self.slow_feed:
            changes += ["machine.feed.speed_mm_s=500", "machine.feed.accel_mm_s2=2500"]
        return changes


# foot_L at 1560 ms, of which press motion 411, weld 431 and index 479 (at 0.5 m/s and 2.5 m/s²:
# 830). [E]
CASES = (
    Case("press x1.6", press=1.6, mean_ms=1807, stroke=29.99),
    Case("press x2", press=2, mean_ms=1971, stroke=29.81),
    Case("weld x2", weld=2, mean_ms=1992, stroke=29.68),
    Case("slow feed", slow_feed=True, mean_ms=1911, stroke=29.97),
    Case(
        "all three",
        press=1.6,
        weld=1.5,
        slow_feed=True,
        mean_ms=2374,
        grid=25.3,
        stroke=25.3,
    ),
)


@click.command()
@run_options
def degraded(as_json: bool, jobs: int | None, **asked: Any) -> None:  # noqa: ANN401
    """Slow press, long weld, slow feed on foot_L: paced by grid and stroke by stroke.

    Passes when each case does what the cycle budget of the reference machine says.
    """
    mold = load_molds([MOLD])[0]
    scenarios = {
        (case, pacing): build(
            wishes([MOLD], pacing=pacing, changes=case.changes(mold.data), **asked)
        )
        for case in CASES
        for pacing in PACINGS
    }
    judged = _judge_all(scenarios, jobs)
    faults = {
        case: _compare(case, *(judged[case, pacing] for pacing in PACINGS)) for case in CASES
    }
    if as_json:
        print_json(_data(scenarios, judged, faults))
    else:
        _print(out(), scenarios, judged, faults)
    sys.exit(1 if any(faults.values()) else 0)


Judged = dict[tuple[Case, str], Verdict]
Scenarios = dict[tuple[Case, str], Scenario]


def _judge_all(scenarios: Scenarios, jobs: int | None) -> Judged:
    todo: list[Task] = []
    for scenario in scenarios.values():
        todo += tasks(scenario)
    with strokes_progress(todo) as progress:
        results = run_all(todo, jobs, progress)
    judged: Judged = {}
    for key, scenario in scenarios.items():
        own, results = results[: scenario.replications], results[scenario.replications :]
        judged[key] = judge(own, scenario.target_pcs_min)
    return judged


def _compare(case: Case, grid: Verdict, stroke: Verdict) -> list[str]:
    """Where the simulated machine and the budget differ."""
    faults = []
    budget = 60_000 / case.mean_ms
    if abs(grid.free_pcs_min / budget - 1) > FREE_WITHIN:
        faults.append(f"free-running {grid.free_pcs_min:.2f}, budget {budget:.2f} pcs/min")
    if grid.passed != (case.grid >= grid.target_pcs_min):
        faults.append("grid pacing " + ("passes" if grid.passed else "fails"))
    for name, verdict, expected in (("grid", grid, case.grid), ("stroke", stroke, case.stroke)):
        if abs(verdict.paced_pcs_min - expected) > PACED_WITHIN:
            faults.append(
                f"{name} pacing {verdict.paced_pcs_min:.2f}, budget {expected:.2f} pcs/min"
            )
    return faults


def _print(
    console: Console, scenarios: Scenarios, judged: Judged, faults: dict[Case, list[str]]
) -> None:
    scenario = next(iter(scenarios.values()))
    console.print(
        f"degraded cases of {MOLD} · {scenario.hours:g} h each · {scenario.replications} "
        f"replications · seed {scenario.seed}{runs_on(scenario.target)} · figures of the cycle "
        "budget in brackets\n"
    )
    table = plain_table(
        ("case", False),
        ("stroke ms", True),
        ("free-running\npcs/min", True),
        ("by grid\npcs/min", True),
        ("verdict", False),
        ("by stroke\npcs/min", True),
        ("as\nbudgeted", False),
    )
    for case in CASES:
        grid, stroke = (judged[case, pacing] for pacing in PACINGS)
        table.add_row(
            case.name,
            f"{grid.time.mean / 1000:.0f} ({case.mean_ms:.0f})",
            f"{grid.free_pcs_min:.2f} ({60_000 / case.mean_ms:.2f})",
            f"{grid.paced_pcs_min:.2f} ({case.grid:.2f})",
            "[green]PASS[/]" if grid.passed else "[bold red]FAIL[/]",
            f"{stroke.paced_pcs_min:.2f} ({case.stroke:.2f})",
            "[bold red]no[/]" if faults[case] else "yes",
        )
    console.print(table)
    console.print()
    for case in CASES:
        grid = judged[case, "grid"]
        rows = ", ".join(grid.chain_rows)
        share = f"{grid.chain_share * 100:.0f} % of the stroke"
        console.print(f"{case.name}: limited by {rows}, {share}.")
        for fault in (*grid.reasons, *faults[case]):
            console.print(f"  {fault}.")
    console.print(NOTE, style="dim")


def _data(scenarios: Scenarios, judged: Judged, faults: dict[Case, list[str]]) -> dict[str, Any]:
    first = next(iter(scenarios.values()))
    return {
        "version": version(),
        "seed": first.seed,
        "hours": first.hours,
        "replications": first.replications,
        "mold": MOLD,
        "passed": not any(faults.values()),
        "cases": [
            {
                "case": case.name,
                "budget": {
                    "stroke_ms": case.mean_ms,
                    "grid_pcs_min": case.grid,
                    "stroke_pcs_min": case.stroke,
                },
                "differs": faults[case],
            }
            | {
                pacing: {"scenario": scenarios[case, pacing].hash}
                | verdict_data(judged[case, pacing])
                for pacing in PACINGS
            }
            for case in CASES
        ],
    }
