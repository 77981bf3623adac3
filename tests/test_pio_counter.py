"""Encoders are counted right through every change of direction, and each edge of an eye is told.

Clocks are those of the chip, 125 MHz. 160 ns between two edges of an encoder are asked for; the
fastest web makes 1.6 µs.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pio_rig import PROGRAMS, Machine, signed

CHANNELS = (0b00, 0b01, 0b11, 0b10)  # second and first, as the web goes forward
BETWEEN = 20  # clocks from one edge to the next, at least
COUNT_CLOCKS = 24  # after so many clocks an edge is counted and told

moves = st.lists(
    st.tuples(st.sampled_from([1, -1]), st.integers(BETWEEN, 400)), min_size=1, max_size=40
)


def encoder(start: int, steps: list[tuple[int, int]]) -> tuple[Machine, list[tuple[int, int]]]:
    """The counter on an encoder that stands at `start` and makes these steps after these clocks.
    Also (clock, position) of each step, positions beginning at 0."""
    begin = 50
    times = [begin + after for after in accumulate(clocks for _, clocks in steps)]
    places = list(accumulate((way for way, _ in steps), initial=start))

    def pins(clock: int) -> int:
        return CHANNELS[places[bisect_right(times, clock)] % 4]

    return Machine(PROGRAMS.counter, pins, out=5), list(
        zip(times, (place - start for place in places[1:]), strict=True)
    )


@given(start=st.integers(0, 3), steps=moves)
@example(start=0, steps=[(1, BETWEEN), (-1, BETWEEN)] * 20)
@settings(max_examples=60, deadline=None)
def test_every_edge_counts_in_its_direction(start: int, steps: list[tuple[int, int]]) -> None:
    machine, path = encoder(start, steps)
    machine.run(lambda state: state.clock > path[-1][0] + 2 * COUNT_CLOCKS)
    assert not machine.edges
    # What it makes of where the encoder stands at the start is no step of the web.
    told = [(clock, signed(word)) for clock, word in all_told(start, steps)]
    first = [count for clock, count in told if clock < path[0][0]]
    origin = first[-1] if first else 0
    counted = [count - origin for clock, count in told if clock >= path[0][0]]
    assert counted == [place for _, place in path]
    for (at, _), (clock, _) in zip(path, told[len(first) :], strict=True):
        assert 0 < clock - at <= COUNT_CLOCKS


def all_told(start: int, steps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every word, with DMA taking it at once: the chip's FIFO of four is never full."""
    machine, path = encoder(start, steps)
    told: list[tuple[int, int]] = []
    end = path[-1][0] + 2 * COUNT_CLOCKS
    while machine.state.clock < end:
        machine.run(lambda state: bool(state.receive_fifo) or state.clock >= end)
        machine.state.receive_fifo.clear()
        told.extend(machine.told)
        machine.told.clear()
    return told


@given(steps=moves)
@settings(max_examples=30, deadline=None)
def test_the_count_is_right_although_nobody_takes_it(steps: list[tuple[int, int]]) -> None:
    machine, path = encoder(0, steps)
    machine.run(lambda state: state.clock > path[-1][0] + COUNT_CLOCKS)
    assert signed(machine.state.y_register) == path[-1][1]


def test_both_channels_at_once_count_nothing() -> None:
    def pins(clock: int) -> int:
        return 0b11 if clock // 200 % 2 else 0b00

    machine = Machine(PROGRAMS.counter, pins, out=5)
    machine.run(lambda state: state.clock > 2000)
    assert machine.told == []


@given(st.lists(st.integers(6, 300), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_each_edge_of_an_eye_is_told_at_once(gaps: list[int]) -> None:
    times = list(accumulate(gaps, initial=20))

    def pins(clock: int) -> int:
        return bisect_right(times, clock) % 2

    machine = Machine(PROGRAMS.edges, pins, out=5)
    while machine.state.clock < times[-1] + 20:
        machine.run(lambda state: bool(state.receive_fifo) or state.clock >= times[-1] + 20)
        machine.state.receive_fifo.clear()
    told = [clock for clock, _ in machine.told]
    assert len(told) == len(times)
    assert all(0 < clock - at <= 3 for clock, at in zip(told, times, strict=True))
    assert all(b > a for a, b in pairwise(told))
