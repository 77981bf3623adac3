"""Several faults at once, an operator who does not read, and a stop: 20,000 histories from seeds.

A stop ends within `fault_histories.bound_us`; the rest of what is held is in `check` there.
"""

from __future__ import annotations

import pytest
from fault_histories import MACHINES, NAMES, bound_us, draw, run

from controller import packml
from controller.app import App
from host_sim.faults import KINDS
from host_sim.molds import load_machine, load_molds, settings

SAMPLE = 120  # seeds 0 .. in `make test`, the rest of the first block with the others
BLOCK = 500
BLOCKS = 40


# Not solved: what is wrong, by seed. A mend shows as a test that fails.
OPEN = {
    8658: "lost on the stack: the guard opens in a pick, and the piece comes as an unknown one",
    12449: "reject on the stack: half a pair goes on after PIECE_DOUBLE behind a jam",
}


def play(first: int, end: int) -> None:
    """Run the histories of these seeds; the first that fails says its seed and its story."""
    for seed in range(first, end):
        if seed in OPEN:
            continue
        history = draw(seed)
        try:
            run(history)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{history}") from error


@pytest.mark.parametrize("first", range(0, SAMPLE, 30))
def test_a_stop_ends_safe_and_the_books_are_right(first: int) -> None:
    play(first, first + 30)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_twenty_thousand_histories(block: int) -> None:
    play(block * BLOCK, (block + 1) * BLOCK)


@pytest.mark.parametrize("seed", OPEN)
def test_what_is_open_fails_as_it_is_known_to(seed: int) -> None:
    with pytest.raises(AssertionError, match=OPEN[seed].split(":")[0]):
        run(draw(seed))


def test_a_piece_that_the_pick_never_put_down_was_not_seen_either() -> None:
    """Something else was seen at the eye in its place, and the belt was cleared by hand."""
    run(draw(18285))


def test_every_fault_machine_and_way_to_stop_is_in_the_sample_many_times() -> None:
    histories = [draw(seed) for seed in range(1000)]
    assert set(NAMES) == set(KINDS)
    for name in NAMES:
        assert sum(any(f.name == name for f in each.faults) for each in histories) >= 10, name
    assert {each.machine for each in histories} == set(MACHINES)
    stops = [each.stop for each in histories]
    assert {"stop button", "stop by link", "abort by link", "E-stop"} == set(stops)
    assert 0.1 < sum(stop[0] != "s" for stop in stops) / len(stops) < 0.5
    assert sum(len(each.faults) > 1 for each in histories) > 600


def test_the_bound_of_a_stop_is_the_sum_of_its_time_outs() -> None:
    """Stroke finished 10 s, press up 1 s, pusher back 2 × 1.5 s; else abort: shot 2 s, web 2 s."""
    app = App(*settings(load_machine(), load_molds(["hand_M"])[0]))
    assert bound_us(app, "stop button") == 18_100_000
    assert bound_us(app, "E-stop") == 4_100_000


def test_a_history_comes_from_its_seed_alone() -> None:
    first, second = run(draw(4)), run(draw(4))
    assert first.events == second.events and str(draw(4)) == str(draw(4))
    assert first.app.unit.state in (packml.STOPPED, packml.ABORTED)
