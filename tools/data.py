"""Everything about a run as plain data: what --json prints and result.json holds."""

from collections.abc import Sequence
from typing import Any

from host_sim.pace import LATE_US
from host_sim.packml_names import state_name
from host_sim.result import Result
from host_sim.scenario import Scenario
from host_sim.stages import Stage
from host_sim.tally import Tally
from host_sim.verdict import BOUND_SHARE, WORST_SHARE, Verdict
from host_sim.version import version
from host_sim.wall_times import WallTimes, together

DEFINITIONS = {
    "stroke": "time of a stroke without waiting for the takt",
    "free_running": "60 / mean stroke time: the rate if no stroke waited for the takt",
    "paced": "n / max(n x takt, end of the last stroke - first slot), mean over replications",
    "bound": "one-sided 95 % lower bound of the paced rate over replications (Student's t)",
    "worst_ten_minutes": "least pieces in any ten minutes of all replications; a piece counts at "
    "the end of its slot, or at its own end where that is later",
    "reserve": "takt - mean stroke time",
    "pass": f"bound >= {BOUND_SHARE:.5f} x target and worst ten minutes >= {WORST_SHARE:.0%}",
    "answers": "wall time from inputs ready to outputs known, of every scan: frames, line and "
    "what was sent again included",
    "late": "wall time behind the pace, of every moment at which something happens",
    "waits": f"how often the machine got {LATE_US} µs or more behind, until it was on time again",
    "first_to_fail": "which of press motion, weld and feed may slow down least until the mean "
    "stroke is as long as the takt",
}


def run_data(scenario: Scenario, verdicts: list[Verdict]) -> dict[str, Any]:
    """The whole run. Times in ms, rates per minute."""
    return {
        "version": version(),
        "scenario": scenario.hash,
        "seed": scenario.seed,
        "machine": scenario.machine.data["machine"],
        "hours": scenario.hours,
        "replications": scenario.replications,
        "target_pcs_min": scenario.target_pcs_min,
        "faults": [vars(fault) for fault in scenario.faults],
        "downtime": [vars(each) for each in scenario.downtime],
        "passed": all(verdict.passed for verdict in verdicts),
        "wall_clock": wall_data(wall_times(verdicts), scenario.target),
        "molds": [verdict_data(verdict) for verdict in verdicts],
        "definitions": DEFINITIONS,
    }


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """One mold."""
    tightest = verdict.tightest
    return {
        "mold": verdict.mold,
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "strokes": verdict.time.count,
        "cavities": verdict.cavities,
        "stroke_ms": tally_data(verdict.time),
        "reserve_ms": _ms(verdict.reserve_us),
        "free_running": _both(verdict.free_strokes_min, verdict.cavities),
        "paced": _both(verdict.paced_strokes_min, verdict.cavities),
        "bound": _both(verdict.bound_strokes_min, verdict.cavities),
        "worst_ten_minutes_pcs": round(verdict.worst_pcs, 2),
        "worst_ten_minutes_scaled": verdict.worst_scaled,
        "limit": {
            "chain": verdict.chain,
            "rows": list(verdict.chain_rows),
            "share": round(verdict.chain_share, 4),
        },
        "first_to_fail": {
            "what": verdict.first_to_fail,
            "factor": round(verdict.first_factor, 3) if verdict.time.count else None,
        },
        "worst_stage": tightest
        and {
            "name": tightest.name,
            "most_ms": _ms(tightest.time.most),
            "time_out_ms": _ms(tightest.max_us),
            "share": round(verdict.tightest_share, 4),
        },
        "stages": [stage_data(stage) for stage in verdict.stages],
        "parallel": [stage_data(stage) for stage in verdict.branches],
        "replications": [result_data(result) for result in verdict.results],
    }


def stage_data(stage: Stage) -> dict[str, Any]:
    """One row of the stroke's table."""
    return {
        "name": stage.name,
        "chain": stage.chain,
        "time_out_ms": _ms(stage.max_us) if stage.max_us else None,
        "begin_ms": _ms(stage.begin.mean),
        "end_ms": _ms(stage.end.mean),
        "time_ms": tally_data(stage.time),
    }


def result_data(result: Result) -> dict[str, Any]:
    """One replication."""
    return {
        "replication": result.replication,
        "seed": result.seed,
        "trace": result.trace,
        "events": result.events,
        "events_lost": result.lost,
        "strokes": result.time.count,
        "paced": _both(result.rate, result.cavities),
        "worst_window_strokes": result.worst,
        "worst_window_s": result.window_us / 1e6,
        "latest_start_ms": _ms(result.late_most_us),
        "counts": result.counts,
        "alarms": {str(code): count for code, count in result.alarms.items()},
        "state_s": {state_name(code): us / 1e6 for code, us in result.state_us.items()},
    }


def wall_times(verdicts: Sequence[Verdict]) -> WallTimes | None:
    """What was measured by the wall clock, of all runs together. None: they had no pace."""
    runs = [result.wall for verdict in verdicts for result in verdict.results if result.wall]
    return together(runs) if runs else None


def wall_data(times: WallTimes | None, target: str) -> dict[str, Any] | None:
    """Pace, answer times and lateness."""
    return times and {
        "pace": times.speed,
        "achieved": round(times.achieved, 4),
        "kept": times.kept,
        "controller": target,
        "machine_s": times.machine_us / 1e6,
        "wall_s": times.wall_us / 1e6,
        "answers_us": _wall_tally(times.answers),
        "late_us": _wall_tally(times.late),
        "waits": times.waits,
        "behind_at_end_us": times.behind_us,
    }


def _wall_tally(tally: Tally) -> dict[str, float]:
    return {
        "count": tally.count,
        "mean": round(tally.mean, 1),
        "sd": round(tally.deviation, 1),
        "least": tally.least,
        "p50": round(tally.percentile(50)),
        "p99": round(tally.percentile(99)),
        "p99.9": round(tally.percentile(99.9)),
        "most": tally.most,
    }


def tally_data(tally: Tally) -> dict[str, Any]:
    """A distribution of times, in ms."""
    return {
        "count": tally.count,
        "mean": _ms(tally.mean),
        "sd": _ms(tally.deviation),
        "least": _ms(tally.least),
        "p5": _ms(tally.percentile(5)),
        "p50": _ms(tally.percentile(50)),
        "p95": _ms(tally.percentile(95)),
        "p99": _ms(tally.percentile(99)),
        "p99.9": _ms(tally.percentile(99.9)),
        "most": _ms(tally.most),
    }


def _ms(us: float) -> float:
    return round(us / 1000, 3)


def _both(strokes_min: float, cavities: int) -> dict[str, float]:
    return {
        "strokes_min": round(strokes_min, 4),
        "pcs_min": round(strokes_min * cavities, 4),
    }
