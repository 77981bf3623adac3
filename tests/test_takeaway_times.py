"""Pick, push and batch take what the cycle budget has, and end inside the stroke."""

from __future__ import annotations

from math import hypot

import pytest

from host_sim.result import Result
from host_sim.run import run, tasks
from host_sim.scenario import Wishes, build


@pytest.fixture(scope="module")
def hour() -> Result:
    return run(tasks(build(Wishes(molds=("kids_hand",), hours=1, seed=4)))[0])


def test_the_pick_takes_350_ms_and_ends_inside_the_shortest_stroke(hour: Result) -> None:
    stage = {stage.name: stage for stage in hour.branches}
    pick, place = stage["pick"].time, stage["place"].time
    assert (pick.mean + place.mean) / 1000 == pytest.approx(350, rel=0.02)
    assert hypot(pick.deviation, place.deviation) / 1000 == pytest.approx(30, rel=0.08)
    assert stage["place"].end.percentile(99) < hour.time.percentile(1)


def test_a_push_takes_300_ms_and_a_batch_900(hour: Result) -> None:
    stage = {stage.name: stage for stage in hour.branches}
    took = stage["push"].time.mean + stage["back"].time.mean
    assert took / 1000 == pytest.approx((9 * 300 + 900) / 10, rel=0.02)
    assert hour.counts["batches"] == hour.counts["pieces_good"] // 10
    assert stage["back"].time.most < hour.takt_us
