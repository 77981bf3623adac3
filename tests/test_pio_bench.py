"""The bench of the PIO programs is right: words as in the datasheet, loops passed exactly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pio_rig import PROGRAMS, Machine, assembler

# By hand, from tables 3.4 of the RP2040 datasheet: opcode, delay, then the fields of each.
BY_HAND = {
    "jmp('a')": 0b000_00000_000_00000,
    "jmp(x_dec, 'a')[3]": 0b000_00011_010_00000,
    "jmp(not_x, 'a')": 0b000_00000_001_00000,
    "jmp(y_dec, 'a')": 0b000_00000_100_00000,
    "jmp(pin, 'a')": 0b000_00000_110_00000,
    "wait(1, pin, 0)": 0b001_00000_1_01_00000,
    "wait(0, pin, 0)": 0b001_00000_0_01_00000,
    "in_(pins, 2)": 0b010_00000_000_00010,
    "in_(osr, 2)": 0b010_00000_111_00010,
    "in_(null, 32)": 0b010_00000_011_00000,
    "out(y, 6)": 0b011_00000_010_00110,
    "out(isr, 26)": 0b011_00000_110_11010,
    "out(x, 32)": 0b011_00000_001_00000,
    "push(block)": 0b100_00000_0_0_1_00000,
    "push(noblock)": 0b100_00000_0_0_0_00000,
    "pull(block)": 0b100_00000_1_0_1_00000,
    "pull(noblock)": 0b100_00000_1_0_0_00000,
    "mov(isr, null)": 0b101_00000_110_00_011,
    "mov(y, invert(y))": 0b101_00000_010_01_010,
    "mov(pc, isr)": 0b101_00000_101_00_110,
    "nop()[2]": 0b101_00010_010_00_010,
    "set(pins, 1)[31]": 0b111_11111_000_00001,
    "set(pins, 0)": 0b111_00000_000_00000,
}


@pytest.mark.parametrize("line", BY_HAND)
def test_a_word_is_encoded_as_the_datasheet_says(line: str) -> None:
    names: dict[str, Any] = {}
    exec(f"def f():\n    label('a')\n    {line}\n", names)
    program = assembler.assemble(names["f"], names, {})
    assert program.words == [BY_HAND[line]]
    assert "jmp" not in names  # the function's globals are put back


def test_all_programs_fit_into_two_pios() -> None:
    first = PROGRAMS.gate, PROGRAMS.train, PROGRAMS.edges
    assert sum(len(program.words) for program in first) <= 32
    # The counter jumps to addresses that it works out: it has to lie at the beginning.
    assert len(PROGRAMS.counter.words) == 32


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 300)), min_size=1, max_size=4))
def test_passing_a_loop_makes_no_difference(runs: list[tuple[int, int]]) -> None:
    both = []
    for passing in (False, True):
        machine = Machine(PROGRAMS.train)
        machine.put(*(clocks << 6 | steps - 1 for steps, clocks in runs), 0)
        machine.run(lambda state: bool(state.receive_fifo), passing)
        both.append((machine.edges, machine.told))
    assert both[0] == both[1]
    assert len(both[0][0]) == 2 * sum(steps for steps, _ in runs)
