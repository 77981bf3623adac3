"""The gate opens for exactly its time, and shuts within 1 µs of overload or stop.

Times are clocks of the PIO, 25 to a µs. Shots of up to 30 s are proved by induction: how a shot
begins and ends, and that one turn of the loop takes 5 clocks and one tick whatever is left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pio_rig import PROGRAMS, Machine, signed

TICK = PROGRAMS.GATE_TICK
US = PROGRAMS.GATE_HZ // 1_000_000
LEAST, MOST = 5 - 2, 5 * 30_000_000 - 2  # ticks of 1 µs and of 30 s, as gate.py asks for them
SYNC = 2  # clocks, at most, of an input's two flip-flops, which run at the clock of the chip
GATE, OVERLOAD = 0, 1


def bench(overload_from: int = 1 << 62) -> Machine:
    def pins(clock: int) -> int:
        return (0 if clock >= overload_from else 1) << OVERLOAD

    return Machine(PROGRAMS.gate, pins, GATE, OVERLOAD)


def told(state: Any) -> bool:
    return bool(state.receive_fifo)


@given(ticks=st.integers(1, 500))
@settings(max_examples=25, deadline=None)
def test_a_shot_is_as_long_as_asked_to_one_clock(ticks: int) -> None:
    machine = bench()
    machine.put(ticks)
    machine.run(told)
    (on, up), (off, down) = machine.edges
    assert (up, down) == (1, 0)
    assert off - on == TICK * (ticks + 2)
    assert signed(machine.told[0][1]) == -1


@pytest.mark.parametrize("us", [1, 2, 100])
def test_microseconds_become_exactly_so_many_clocks(us: int) -> None:
    machine = bench()
    machine.put(5 * us - 2)
    machine.run(told)
    assert machine.edges[1][0] - machine.edges[0][0] == us * US


@given(ticks=st.one_of(st.integers(LEAST, MOST), st.sampled_from([LEAST, MOST])))
@settings(max_examples=30, deadline=None)
def test_every_length_begins_alike(ticks: int) -> None:
    machine = bench()
    machine.put(ticks)
    machine.run(lambda state: machine.at("tick"))
    assert [level for _, level in machine.edges] == [1]
    assert machine.state.clock == machine.edges[0][0]
    assert machine.state.y_register == ticks
    assert machine.state.x_register != 0


@given(left=st.one_of(st.integers(1, MOST), st.sampled_from([1, 2, MOST - 1, MOST])))
@settings(max_examples=40, deadline=None)
def test_a_turn_of_the_loop_takes_one_tick_whatever_is_left(left: int) -> None:
    machine = bench()
    machine.put(MOST)
    machine.run(lambda state: machine.at("tick"))
    machine.state = replace(machine.state, y_register=left)
    before = machine.state
    machine.run(lambda state: state.clock > before.clock and machine.at("tick"))
    assert machine.state.clock - before.clock == TICK
    assert machine.state.y_register == left - 1
    assert machine.state.x_register == before.x_register
    assert len(machine.edges) == 1


@given(at=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_overload_shuts_it_within_one_us(at: int) -> None:
    machine = bench()
    machine.put(5 * 1000 - 2)
    machine.run(lambda state: machine.at("tick"))
    on = machine.edges[0][0]
    machine = bench(overload_from=on + at)
    machine.put(5 * 1000 - 2)
    machine.run(told)
    off = machine.edges[1][0]
    assert 0 < off - (on + at) <= US - SYNC
    used = 5 * 1000 - 2 - signed(machine.told[0][1])
    assert off - on == TICK * (used + 1)


@given(at=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_stop_shuts_it_within_one_us(at: int) -> None:
    machine = bench()
    machine.put(5 * 1000 - 2)
    machine.run(lambda state: machine.at("tick"))
    on = machine.edges[0][0]
    machine.run(lambda state: state.clock >= on + at)
    asked = machine.state.clock
    machine.put(0)
    machine.run(told)
    off = machine.edges[1][0]
    assert 0 < off - asked <= US
    used = 5 * 1000 - 2 - signed(machine.told[0][1])
    assert off - on == TICK * (used + 1)


@given(
    ticks=st.integers(1, 200),
    others=st.lists(st.tuples(st.integers(0, 300), st.integers(1, MOST)), max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_nothing_that_is_asked_makes_a_shot_longer(
    ticks: int, others: list[tuple[int, int]]
) -> None:
    machine = bench()
    machine.put(ticks)
    machine.run(lambda state: machine.at("tick"))
    on = machine.edges[0][0]
    for after, word in sorted(others):
        machine.run(lambda state, until=on + after: told(state) or state.clock >= until)
        if told(machine.state):
            break
        machine.put(word)
    machine.run(told)
    assert machine.edges[1][0] - on <= TICK * (ticks + 2)


def test_a_stop_that_comes_too_late_is_no_shot() -> None:
    machine = bench()
    machine.put(0, 0)
    machine.run(lambda state: state.clock > 60)
    assert machine.edges == []
    assert machine.told == []
    machine.put(10)
    machine.run(told)
    assert machine.edges[1][0] - machine.edges[0][0] == TICK * 12


def test_overload_from_before_lets_no_shot_begin() -> None:
    machine = bench(overload_from=0)
    machine.put(1000)
    machine.run(told)
    assert machine.edges == []
    assert signed(machine.told[0][1]) == 1000
