"""A bench for the PIO programs of firmware/hal/rp2: assembles them, and runs them in an emulator.

The emulator goes on one instruction at a time. A loop `jmp x--` onto itself it may be told to
pass in one step; `test_pio_bench.py` shows that this makes no difference.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from host_sim import FIRMWARE

pioemu = pytest.importorskip("pioemu", reason="rp2040-pio-emulator is missing: run `make setup`")

OVERLAY = Path(__file__).parent / "mpy" / "overlay"
Pins = Callable[[int], int]  # levels of all pins at a clock


def _load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


assembler = _load(OVERLAY / "pio_asm.py", "pio_asm")


class _PIO:
    OUT_LOW, OUT_HIGH, SHIFT_LEFT, SHIFT_RIGHT = 2, 3, 0, 1


def _asm_pio(**settings: Any) -> Callable[[Any], Any]:
    return lambda function: assembler.assemble(function, function.__globals__, settings)


def load_programs() -> ModuleType:
    """firmware/hal/rp2/programs.py, its functions assembled."""
    rp2: Any = ModuleType("rp2")
    rp2.PIO, rp2.asm_pio = _PIO, _asm_pio
    sys.modules["rp2"] = rp2
    try:
        return _load(FIRMWARE / "hal" / "rp2" / "programs.py", "pio_programs")
    finally:
        del sys.modules["rp2"]


PROGRAMS = load_programs()


class Machine:
    """One state machine at work on one program.

    Args:
        program: what the assembler made.
        pins: levels of the input pins, by clock.
        out: its set pin.
        jmp: its jump pin.

    Attributes:
        state: of the emulator; `clock` counts PIO clocks.
        edges: (clock, level) of the set pin, as they show outside.
    """

    def __init__(self, program: Any, pins: Pins = lambda _: 0, out: int = 0, jmp: int = 1) -> None:
        self.program = program
        self.out = out
        self.state = pioemu.State(pin_directions=1 << out)
        self.edges: list[tuple[int, int]] = []
        self.told: list[tuple[int, int]] = []  # (clock, word) that it has pushed

        def source(clock: int) -> int:
            return pins(clock)

        source.__annotations__["clock"] = int  # the emulator looks at it
        right = program.settings.get("out_shiftdir", _PIO.SHIFT_LEFT) == _PIO.SHIFT_RIGHT
        self._with = {
            "input_source": source,
            "set_base": out,
            "set_count": 1,
            "jmp_pin": jmp,
            "wrap_target": program.wrap_target,
            "wrap_top": program.wrap,
            "shift_osr_right": right,
            "shift_isr_right": False,
        }

    def put(self, *words: int) -> None:
        """Words into the machine's FIFO; deeper here than the chip's, as DMA keeps it full."""
        fifo = deque([*self.state.transmit_fifo, *(word & 0xFFFFFFFF for word in words)])
        self.state = replace(self.state, transmit_fifo=fifo)

    def run(self, until: Callable[[Any], bool], pass_loops: bool = False) -> None:
        """Go on until `until(state)` holds after an instruction."""
        words = self.program.words
        while not until(self.state):
            here = words[self.state.program_counter]
            if pass_loops and here == 0x40 | self.state.program_counter and self.state.x_register:
                left = self.state.x_register
                self.state = replace(self.state, x_register=0, clock=self.state.clock + left)
                continue
            for before, after in self._steps():
                self._watch(before, after)
                self.state = after
                if until(after) or (
                    pass_loops
                    and words[after.program_counter] == 0x40 | after.program_counter
                    and after.x_register
                ):
                    break

    def _steps(self) -> Iterator[tuple[Any, Any]]:
        return pioemu.emulate(
            self.program.words,
            stop_when=lambda *_: False,
            initial_state=self.state,
            **self._with,
        )

    def _watch(self, before: Any, after: Any) -> None:
        level = after.pin_values >> self.out & 1
        if level != before.pin_values >> self.out & 1:
            # The pin follows one clock after the instruction began; a delay comes after that.
            self.edges.append((before.clock + 1, level))
        if len(after.receive_fifo) > len(before.receive_fifo):
            self.told.append((before.clock + 1, after.receive_fifo[-1]))

    def at(self, label: str) -> bool:
        """Is the instruction at `label` the next one?"""
        return self.state.program_counter == self.program.labels[label]


def signed(word: int) -> int:
    """A word as array("i") has it."""
    return word - (1 << 32) if word >> 31 else word
