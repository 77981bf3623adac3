"""Key figures of the machine itself: the second opinion, and a change of molds from end to end."""

from __future__ import annotations

import numpy as np
import pytest
from kpi_rig import TAKT_US, S, second_opinion

from controller import events, modes, packml
from controller.app import App
from host_sim.faults import KINDS, Fault
from host_sim.kpi.book import KpiBook
from host_sim.kpi.stops import Kind
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.recorder import Recorder, Records
from host_sim.run import run, stroke_rows, tasks
from host_sim.scenario import Wishes, build
from host_sim.twin import Twin


def listed(kept: list[Records]) -> list[tuple[int, int, int]]:
    return [tuple(record) for record in np.concatenate(kept).tolist()]


@pytest.mark.parametrize("seed", range(3))
def test_a_second_opinion_on_a_machine_with_every_fault(seed: int) -> None:
    luck = np.random.default_rng(seed)
    names = luck.permutation(list(KINDS))
    faults = tuple(
        Fault(str(name), (20 + 60 * k) * S, int(luck.integers(1, 40) * S))
        for k, name in enumerate(names)
    )
    kept: list[Records] = []
    scenario = build(Wishes(molds=("kids_hand",), hours=0.22, seed=seed, faults=faults))
    result = run(tasks(scenario)[0], keep=kept)
    figures = result.figures
    assert figures is not None
    horizon_us, run_us, stood, pieces = second_opinion(listed(kept), result.until_us)
    made = figures.made
    assert (figures.horizon_us, figures.run_us) == (horizon_us, run_us)
    assert [made.good, made.suspect, made.reject, made.lost] == pieces
    assert sum(stop.count for stop in figures.stops.values()) == stood > 3
    assert figures.state_us[modes.PRODUCE, packml.EXECUTE] == run_us
    assert figures.strokes[1].time.count == result.time.count
    by_name = {stage.name: stage.time for stage in figures.strokes[1].stages.values()}
    for stage in result.stages:  # theirs have the strokes, too, that were cut off
        assert 0 <= stage.time.count - by_name[stage.name].count <= stood


def test_a_change_of_molds_from_end_to_end() -> None:
    machine, mold = settings(load_machine(), load_molds(["hand_M"])[0])
    _, other = settings(load_machine(), load_molds(["foot_L"])[0])
    app = App(machine, mold)
    kept: list[Records] = []
    book = KpiBook(TAKT_US, 1, stroke_rows(app))
    recorder = Recorder((book,), keep=kept)
    twin = Twin(app, PlantParameters(), machine, mold, 1, sink=recorder.sink)

    def change() -> None:
        app.load(other)
        twin.plant.fit(other.values)
        twin.plant.frame.insert(other.values["code"])
        twin.plant.frame.clamp(True)

    twin.operator.start_up()
    for at_s, act in (
        (60, lambda: twin.command(packml.CMD_STOP)),
        (70, lambda: twin.command(0, modes.CHANGE_OVER)),
        (75, lambda: twin.plant.frame.pull()),
        (300, change),
        (500, lambda: twin.command(0, modes.PRODUCE)),
        (510, twin.operator.start_up),
    ):
        twin.at(at_s * S, act)
    twin.run(600 * S)
    recorder.settle(600 * S)
    figures = book.finish(600 * S)

    (setup,) = figures.setups
    good = [t for t, what, _ in listed(kept) if what == events.PIECE_GOOD]
    first = next(k for k in range(len(good)) if good[k] > 500 * S)
    assert (setup.old, setup.new) == (3, 8)
    assert (setup.begin_us, setup.end_us) == (good[first - 1], good[first])
    assert 450 * S < setup.us < 480 * S
    assert figures.availability == 1.0 and figures.failures == 0
    assert figures.setup_us == figures.stopped_us(Kind.PLANNED)
    assert figures.pieces[3].total + figures.pieces[8].total == figures.made.total
    assert figures.pieces[8].good > 30
