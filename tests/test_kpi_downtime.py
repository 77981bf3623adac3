"""Breakdowns at random: reproducible, with the means that were asked for, one after the other."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, stdev

import pytest

from host_sim.errors import InputError
from host_sim.kpi.downtime import Downtime, breakdowns
from host_sim.run import run, tasks
from host_sim.scenario import Wishes, build
from host_sim.scenario_file import read_scenario

JAM = Downtime("belt_jam", 1.5, 45, 30)
BREAK = Downtime("web_break", 4, 240, 120)
HOUR_US = 3_600_000_000


def test_times_have_the_means_that_were_asked_for() -> None:
    faults = breakdowns([JAM], 20_000 * HOUR_US, 1)
    lasts = [fault.duration_us / 1e6 for fault in faults]
    gaps = [(b.start_us - a.end_us) / HOUR_US for a, b in pairwise(faults)]
    assert fmean(lasts) == pytest.approx(45, rel=0.03)
    assert stdev(lasts) == pytest.approx(30, rel=0.1)
    assert fmean(gaps) == pytest.approx(1.5, rel=0.03)
    assert min(gaps) >= 0, "a fault must not begin before it has ended"
    assert min(fault.duration_us for fault in faults) > 0, "one without duration would stay"


def test_one_more_kind_moves_no_other() -> None:
    alone = breakdowns([JAM], 100 * HOUR_US, 7)
    both = breakdowns([BREAK, JAM], 100 * HOUR_US, 7)
    assert alone == tuple(fault for fault in both if fault.name == "belt_jam")
    assert both == breakdowns([BREAK, JAM], 100 * HOUR_US, 7)
    assert alone != breakdowns([JAM], 100 * HOUR_US, 8)
    assert [fault.start_us for fault in both] == sorted(fault.start_us for fault in both)


BROKEN = [
    ("downtime = [3]", ": downtime 1: 3 is no table."),
    ('[[downtime]]\nname = "belt_jam"\nmtbf_h = 1', ": mttr_s: is missing (how long it lasts"),
    ('[[downtime]]\nname = "fire"\nmtbf_h = 1\nmttr_s = 1', "fire: no such fault."),
    ('[[downtime]]\nname = "belt_jam"\nmtbf_h = 0\nmttr_s = 1', "mtbf_h: 0 is below 0.01"),
    ('[[downtime]]\nname = "belt_jam"\nmtbf_h = 1\nmttr_s = 0', "mttr_s: 0 would let it stay"),
    (
        '[[downtime]]\nname = "piece_taken"\nmtbf_h = 1\nmttr_s = 0\nmttr_sd_s = 1',
        "mttr_sd_s needs an mttr_s above 0",
    ),
    (
        '[[downtime]]\nname = "belt_jam"\nmtbf_h = 1\nmttr_s = 1\n' * 2,
        ": downtime 2: belt_jam: is there already.",
    ),
    ('[[downtime]]\nname = "belt_jam"\nmtbf = 1\nmttr_s = 1', "mtbf: unknown key."),
]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_broken_downtime_is_one_line(tmp_path, text, line) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        build(read_scenario(path))
    assert line in str(caught.value) and "\n" not in str(caught.value)


def test_the_operator_mends_what_broke_before_the_machine_is_started_again() -> None:
    scenario = build(
        Wishes(molds=("hand_M",), hours=0.5, downtime=(Downtime("belt_jam", 0.1, 60),))
    )
    task = tasks(scenario)[0]
    faults = breakdowns(task.downtime, task.horizon_us, task.luck)
    figures = run(task).figures
    assert figures is not None and len(faults) >= 2
    jams = [stop for (_, cause), stop in figures.stops.items() if cause == 51]
    # The last may come too late to be noticed; none is met twice.
    assert len(faults) - 1 <= sum(stop.count for stop in jams) <= len(faults)
    assert scenario.hash != build(Wishes(molds=("hand_M",), hours=0.5)).hash
