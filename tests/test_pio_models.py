"""The stand-in of the chip does what the PIO programs do, as the emulator runs them."""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pio_rig import OVERLAY, PROGRAMS, Machine, _load, signed

CLOCK_NS = 40
STEP_NS = 80


class Pin:
    def __init__(self, number: int) -> None:
        self.number = number


class Chip:
    """chip.py and pio_models.py, loaded afresh, with one state machine."""

    def __init__(self, program: Any, hz: int) -> None:
        self.chip = _load(OVERLAY / "chip.py", "chip")
        kept = sys.modules.get("chip")
        sys.modules["chip"] = self.chip
        try:
            models = _load(OVERLAY / "pio_models.py", "pio_models")
        finally:
            sys.modules.pop("chip")
            if kept is not None:
                sys.modules["chip"] = kept
        self.tx: list[int] = []
        self.enabled = 1
        self.told: list[int] = []
        self.chip.levels[1] = 1  # no overload
        self.model = models.of(program, self, hz, Pin(1), Pin(0), Pin(1))

    def put(self, word: int) -> None:
        self.tx.append(word)
        self.model.given()

    def tell(self, word: int) -> None:
        self.told.append(word)


def emulated(ticks: int, overload: int | None, stop: int | None) -> tuple[int, int]:
    """(clocks that the gate was open, what it told)"""
    open_at = Machine(PROGRAMS.gate, lambda _: 1 << 1)
    open_at.put(ticks)
    open_at.run(lambda state: open_at.at("tick"))
    on = open_at.edges[0][0]

    def pins(clock: int) -> int:
        return (1 if overload is None or clock < on + overload else 0) << 1

    machine = Machine(PROGRAMS.gate, pins)
    machine.put(ticks)
    if stop is not None:
        machine.run(lambda state: state.clock >= on + stop)
        machine.put(0)
    machine.run(lambda state: bool(state.receive_fifo))
    return machine.edges[1][0] - machine.edges[0][0], signed(machine.told[0][1])


@given(
    ticks=st.integers(3, 120),
    cut=st.integers(1, 500),
    how=st.sampled_from(["overload", "stop", None]),
)
@settings(max_examples=40, deadline=None)
def test_the_gate(ticks: int, cut: int, how: str | None) -> None:
    if how and cut >= 5 * ticks:
        how = None
    clocks, told = emulated(
        ticks, cut if how == "overload" else None, cut if how == "stop" else None
    )
    bench = Chip(PROGRAMS.gate, 1_000_000_000 // CLOCK_NS)
    bench.put(ticks)
    if how:
        bench.chip.wait(cut * CLOCK_NS)
        if how == "stop":
            bench.put(0)
        else:
            bench.chip.drive(1, 0)
    bench.chip.wait(10**6)
    ((begin, end),) = bench.model.shots
    got = (end - begin) // CLOCK_NS
    if how is None:
        assert (got, bench.told) == (clocks, [told])
        return
    # In which turn of the loop it is seen depends on a clock or two.
    assert abs(got - clocks) <= 5
    for length, word in ((got, bench.told[0]), (clocks, told)):
        assert length == (5 * (ticks - word + 1) if word >= 0 else 5 * (ticks + 2))


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 20)), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_the_train(runs: list[tuple[int, int]]) -> None:
    words = [*(clocks << 6 | steps - 1 for clocks, steps in runs), 0]
    machine = Machine(PROGRAMS.train)
    machine.put(*words)
    machine.run(lambda state: bool(state.receive_fifo), pass_loops=True)
    bench = Chip(PROGRAMS.train, 1_000_000_000 // STEP_NS)
    bench.tx.extend(words)
    bench.model.given()
    bench.chip.wait(10**9)
    assert [at // STEP_NS for at in bench.model.steps] == [
        clock for clock, level in machine.edges if level
    ]
    assert len(bench.told) == 1


def test_the_counter_goes_the_same_way() -> None:
    """Table of the model against the jump table of the program."""
    table = PROGRAMS.counter.words[:16]
    labels = PROGRAMS.counter.labels
    way = {labels["u"]: 1, labels["d"]: -1, labels["s"]: 0}
    model = Chip(PROGRAMS.counter, 1).model
    assert [way[word] for word in table] == list(model.WAYS)
