"""The verdict on one mold: does it hold the rate, with what reserve, and what limits it.

Never a mean: the rate holds when the one-sided 95 % lower bound over replications reaches the
target (less 1 part in 3000, which is a piece in 100 minutes), and the worst ten minutes of all
replications bring at least 99 % of the pieces of ten minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from host_sim.numbers import lower_bound
from host_sim.result import Result
from host_sim.stages import Stage
from host_sim.tally import Tally
from host_sim.window import WORST_US

BOUND_SHARE = 1 - 1 / 3000
WORST_SHARE = 0.99

FIRST_TO_FAIL = (
    # what slows down: rows of the stroke that slow down with it
    ("press", ("lower", "trigger", "raise")),
    ("weld", ("weld",)),
    ("feed", ("index", "trim", "settle")),
)


@dataclass(frozen=True)
class Verdict:
    """All numbers of one mold. Times in µs, rates per minute, shares 0 .. 1."""

    mold: str
    passed: bool
    reasons: tuple[str, ...]  # why it failed; empty when it passed
    target_pcs_min: float
    cavities: int
    takt_us: int
    time: Tally
    stages: tuple[Stage, ...]
    branches: tuple[Stage, ...]
    free_strokes_min: float
    rates: tuple[float, ...]  # paced strokes a minute of each replication
    bound_strokes_min: float
    worst_pcs: float  # in ten minutes
    worst_scaled: bool  # the horizon is shorter than ten minutes
    chain: str
    chain_rows: tuple[str, ...]
    chain_share: float
    first_to_fail: str
    first_factor: float
    tightest: Stage | None
    results: tuple[Result, ...]

    @property
    def reserve_us(self) -> float:
        """Takt less mean stroke time."""
        return self.takt_us - self.time.mean

    @property
    def free_pcs_min(self) -> float:
        """Pieces a minute without waiting for the takt."""
        return self.free_strokes_min * self.cavities

    @property
    def paced_strokes_min(self) -> float:
        """Mean paced rate over the replications."""
        return fmean(self.rates)

    @property
    def paced_pcs_min(self) -> float:
        """The same in pieces."""
        return self.paced_strokes_min * self.cavities

    @property
    def bound_pcs_min(self) -> float:
        """One-sided 95 % lower bound of the paced rate, in pieces."""
        return self.bound_strokes_min * self.cavities

    @property
    def tightest_share(self) -> float:
        """Longest time of the stage that comes nearest to its time-out, as a share of it."""
        return self.tightest.time.most / self.tightest.max_us if self.tightest else 0.0


def judge(results: Sequence[Result], target_pcs_min: float) -> Verdict:
    """Put the replications of one mold together and judge them. At least two are needed."""
    first = results[0]
    time = Tally()
    stages = [stage.blank() for stage in first.stages]
    branches = [stage.blank() for stage in first.branches]
    for result in results:
        time.merge(result.time)
        for into, stage in zip(stages, result.stages, strict=True):
            into.merge(stage)
        for into, stage in zip(branches, result.branches, strict=True):
            into.merge(stage)
    rates = tuple(result.rate for result in results)
    bound = lower_bound(rates)
    worst_us = first.window_us
    worst = min(result.worst for result in results) * first.cavities * WORST_US / worst_us
    chain, rows, share = limiting_chain(stages, time.mean)
    fails, factor = first_to_fail(stages, time.mean, first.takt_us)
    reasons = _reasons(bound * first.cavities, worst, target_pcs_min)
    return Verdict(
        mold=first.mold,
        passed=not reasons,
        reasons=reasons,
        target_pcs_min=target_pcs_min,
        cavities=first.cavities,
        takt_us=first.takt_us,
        time=time,
        stages=tuple(stages),
        branches=tuple(branches),
        free_strokes_min=60e6 / time.mean if time.count else 0.0,
        rates=rates,
        bound_strokes_min=bound,
        worst_pcs=worst,
        worst_scaled=worst_us < WORST_US,
        chain=chain,
        chain_rows=rows,
        chain_share=share,
        first_to_fail=fails,
        first_factor=factor,
        tightest=tightest_stage(stages + branches),
        results=tuple(results),
    )


def _reasons(bound_pcs: float, worst_pcs: float, target_pcs_min: float) -> tuple[str, ...]:
    reasons = []
    least = target_pcs_min * BOUND_SHARE
    if bound_pcs < least:
        reasons.append(f"lower bound {bound_pcs:.2f} pcs/min, {least:.2f} needed")
    pieces = target_pcs_min * 10
    if worst_pcs < WORST_SHARE * pieces:
        reasons.append(f"worst ten minutes {worst_pcs:.0f} of {pieces:.0f} pieces")
    return tuple(reasons)


def limiting_chain(stages: Sequence[Stage], mean_us: float) -> tuple[str, tuple[str, ...], float]:
    """The chain (press, web, control, belt) with the largest share of the stroke, and its rows."""
    times: dict[str, float] = {}
    for stage in stages:
        times[stage.chain] = times.get(stage.chain, 0.0) + stage.time.mean
    chain = max(times, key=lambda name: times[name])
    rows = tuple(stage.name for stage in stages if stage.chain == chain)
    return chain, rows, times[chain] / mean_us if mean_us else 0.0


def first_to_fail(stages: Sequence[Stage], mean_us: float, takt_us: int) -> tuple[str, float]:
    """Which of press motion, weld and feed may slow down least until the mean stroke is the takt.

    The factor is 1 + reserve / time of its rows; at most 1 where there is no reserve.
    """
    least = ("", float("inf"))
    for what, rows in FIRST_TO_FAIL:
        time_us = sum(stage.time.mean for stage in stages if stage.name in rows)
        factor = 1 + (takt_us - mean_us) / time_us if time_us else float("inf")
        if factor < least[1]:
            least = (what, factor)
    return least


def tightest_stage(stages: Sequence[Stage]) -> Stage | None:
    """The stage whose longest time comes nearest to its time-out."""
    limited = [stage for stage in stages if stage.max_us and stage.time.count]
    return max(limited, key=lambda stage: stage.time.most / stage.max_us, default=None)
