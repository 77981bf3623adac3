"""Key figures as plain data, and how they are written."""

from typing import Any

from host_sim.kpi.causes import cause_name
from host_sim.kpi.figures import Figures
from host_sim.kpi.strokes import IDEAL_PERCENT
from host_sim.packml_names import mode_name, state_name


def definitions(figures: Figures) -> list[tuple[str, str, str]]:
    """(name, value, definition with its numbers) of every key figure, after ISO 22400-2."""
    made = figures.made
    run, busy = seconds(figures.run_us), seconds(figures.busy_us)
    least = f"{figures.minor_us / 1e6:g} s"
    pri_s = figures.takt_us / figures.cavities / 1e6
    return [
        ("PBT", busy, "planned busy time: the period less its planned stops"),
        ("APT", run, "actual production time: state Execute in mode Produce"),
        ("ADET", seconds(figures.delay_us), "actual unit delay time: unplanned stops"),
        ("AUST", seconds(figures.setup_us), "actual unit set-up time: modes Change over, Set up"),
        ("availability", percent(figures.availability), f"APT / PBT = {run} / {busy}"),
        (
            "  with set-up",
            percent(figures.availability_with_setup),
            "APT / (PBT + AUST): changing molds counts as a loss",
        ),
        (
            "  with all stops",
            percent(figures.availability_with_planned),
            f"APT / period of {seconds(figures.horizon_us)}: every planned stop counts as a loss",
        ),
        (
            "performance",
            percent(figures.performance),
            f"PRI x PQ / APT = {pri_s:.3f} s x {made.total:,} / {run}, at most 100 %",
        ),
        (
            "quality",
            percent(figures.quality),
            f"GQ / PQ = {made.usable:,} / {made.total:,}; GQ: good and suspect, PQ: every piece",
        ),
        ("OEE", percent(figures.oee), "availability x performance x quality"),
        (
            "MTBF",
            hours(figures.mtbf_us),
            f"APT / failures = {run} / {figures.failures}; failures: stops of {least} and "
            "more by alarms of the machine",
        ),
        (
            "MTTR",
            minutes(figures.mttr_us),
            f"repair / failures = {seconds(figures.repair_us)} / {figures.failures}; from "
            "standing still to running again",
        ),
        (
            "run between stops",
            minutes(figures.between_stops_us),
            f"APT / unplanned stops = {run} / {figures.stops_unplanned}; of them minor, below "
            f"{least}: {figures.minor_stops}",
        ),
    ]


def kpi_data(figures: Figures) -> dict[str, Any]:
    """All figures. Times in s, those of strokes in ms; None: nothing to divide by."""
    made = figures.made
    return {
        "horizon_s": figures.horizon_us / 1e6,
        "pbt_s": figures.busy_us / 1e6,
        "apt_s": figures.run_us / 1e6,
        "adet_s": figures.delay_us / 1e6,
        "aust_s": figures.setup_us / 1e6,
        "pri_s": figures.takt_us / figures.cavities / 1e6,
        "pq": made.total,
        "gq": made.usable,
        "underway": figures.underway,
        "availability": figures.availability,
        "availability_with_setup": figures.availability_with_setup,
        "availability_with_planned": figures.availability_with_planned,
        "performance": figures.performance,
        "quality": figures.quality,
        "oee": figures.oee,
        "failures": figures.failures,
        "mtbf_s": _seconds(figures.mtbf_us),
        "mttr_s": _seconds(figures.mttr_us),
        "run_between_stops_s": _seconds(figures.between_stops_us),
        "minor_below_s": figures.minor_us / 1e6,
        "minor_stops": figures.minor_stops,
        "stops": [
            {
                "cause": cause,
                "name": cause_name(cause),
                "kind": kind.value,
                "count": stop.count,
                "s": stop.us / 1e6,
                "longest_s": stop.longest_us / 1e6,
            }
            for kind, cause, stop in figures.pareto()
        ],
        "states": [
            {"mode": mode_name(mode), "state": state_name(state), "s": us / 1e6}
            for (mode, state), us in sorted(figures.state_us.items())
        ],
        "hours": hours_data(figures),
        "molds": [
            {
                "code": code,
                "good": each.good,
                "suspect": each.suspect,
                "reject": each.reject,
                "lost": each.lost,
                "scrap": each.scrap,
                "run_s": each.run_us / 1e6,
            }
            for code, each in sorted(figures.pieces.items())
        ],
        "setups": [{"old": s.old, "new": s.new, "s": s.us / 1e6} for s in figures.setups],
        "stages": [
            {
                "mold": code,
                "name": stage.name,
                "chain": stage.chain,
                "strokes": stage.time.count,
                "mean_ms": round(stage.time.mean / 1000, 3),
                "ideal_ms": round(stage.ideal_us / 1000, 3),
                "loss_ms": round(stage.loss_us / 1000, 3),
            }
            for code, strokes in sorted(figures.strokes.items())
            for stage in strokes.stages.values()
        ],
        "waterfall": [
            {"group": loss.group, "name": loss.name, "s": loss.us / 1e6}
            for loss in figures.waterfall()
        ],
        "definitions": {
            name.strip(): text for name, _, text in definitions(figures)
        } | {"ideal": f"{IDEAL_PERCENT:g} % of a stage's own strokes take no longer"},
    }  # fmt: skip


def hours_data(figures: Figures) -> list[dict[str, Any]]:
    """The shift by the hour. Pooled periods are averaged where they are as long as each other."""
    rows = []
    for number, hour in enumerate(figures.hours):
        busy_us = figures.hour_us(number) - hour.planned_us
        good_us = figures.ideal_us(hour.usable)
        rows.append(
            {
                "hour": number + 1,
                "pieces": hour.total,
                "usable": hour.usable,
                "pcs_min": round(60e6 * hour.total / max(figures.hour_us(number), 1), 3),
                "availability": min(hour.run_us / busy_us, 1.0) if busy_us > 0 else None,
                "oee": min(good_us / busy_us, 1.0) if busy_us > 0 else None,
            }
        )
    return rows


def percent(ratio: float | None) -> str:
    """A ratio for people; - where there is none."""
    return "-" if ratio is None else f"{100 * ratio:.2f} %"


def seconds(us: float) -> str:
    """A time in whole seconds."""
    return f"{us / 1e6:,.0f} s"


def minutes(us: float | None) -> str:
    """A time in minutes; - where there is none."""
    return "-" if us is None else f"{us / 60e6:,.1f} min"


def hours(us: float | None) -> str:
    """A time in hours; - where there is none."""
    return "-" if us is None else f"{us / 3.6e9:,.2f} h"


def _seconds(us: float | None) -> float | None:
    return None if us is None else us / 1e6
