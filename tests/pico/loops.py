"""Turns of a PIO loop that nobody can see, so that a state machine need not go through them all.

A gate that is open for half a second takes 12 million instructions that change nothing but one
count. A loop is recognized by what it did: back at its head with the same registers it will go on
for ever, with one of them counted down once it will go on until that one is used up. Only loops
count whose instructions touch nothing outside the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FAR = 1 << 60  # no time at all, in 1/256 clocks; below the emulator's own "never"
_LEAST = 2  # turns that are worth it

_JMP, _IN, _PUSH_PULL, _MOV = 0, 2, 4, 5
_JMP_NOT_X, _JMP_X_DEC, _JMP_NOT_Y, _JMP_Y_DEC, _JMP_X_NOT_Y, _JMP_PIN = 1, 2, 3, 4, 5, 6
_PINS, _X, _Y, _PC, _ISR, _OSR, _STATUS = 0, 1, 2, 5, 6, 7, 5
_PULL, _BLOCK = 0x80, 0x20
_AUTO = 3 << 16  # autopush, autopull
_SIDE_SET = 7 << 29


@dataclass(frozen=True)
class Effect:
    """What the instructions of a loop read: pins, TX, and the registers x and y other than by
    counting them down. None: they change something outside the machine."""

    pins: bool
    pulls: bool
    reads: frozenset[int]


def effect(opcodes: tuple[int, ...]) -> Effect | None:
    """Of a loop's instructions, when TX is empty."""
    pins = pulls = False
    reads: set[int] = set()
    for opcode in opcodes:
        kind, what = opcode >> 13, opcode >> 5 & 7
        if kind == _JMP:
            pins |= what == _JMP_PIN
            reads |= {_JMP_NOT_X: {_X}, _JMP_NOT_Y: {_Y}, _JMP_X_NOT_Y: {_X, _Y}}.get(what, set())
        elif kind == _IN:
            pins |= what == _PINS
            reads.add(what)
        elif kind == _PUSH_PULL and opcode & (_PULL | _BLOCK) == _PULL:
            pulls = True
            reads.add(_X)  # an empty FIFO gives x
        elif kind == _MOV and what in (_X, _Y, _PC, _ISR, _OSR) and opcode & 7 != _STATUS:
            pins |= opcode & 7 == _PINS
            reads |= {opcode & 7, what}  # written is as bad as read, for a count
        else:
            return None
    return Effect(pins, pulls, frozenset(reads))


class Loop:
    """Watches one state machine, and parks it when it goes round a loop."""

    known: dict[tuple[int, ...], Effect | None] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, machine: Any) -> None:
        self.machine = machine
        self.reads_pins = False
        self.parked = False
        self._head = -1
        self._body: list[int] = []
        self._state: tuple[int, ...] = ()
        self._since = self._period = self._turns = 0
        self._counted = ""

    def executed(self, pc: int, opcode: int) -> None:
        """The machine has done this instruction."""
        machine = self.machine
        self._body.append(opcode)
        if machine.pc > pc:
            return
        if machine.waiting:
            self._head = -1
            self._body.clear()
            return
        state = (
            machine.x, machine.y, machine.input_shift_reg, machine.input_shift_count,
            machine.output_shift_reg, machine.output_shift_count,
        )  # fmt: skip
        before, since = self._state, self._since
        again = machine.pc == self._head
        body = tuple(self._body)
        self._head, self._state, self._since = machine.pc, state, machine.next_due_fp
        self._body.clear()
        if again:
            self._park(body, before, state, machine.next_due_fp - since)

    def _park(
        self, body: tuple[int, ...], before: tuple[int, ...], now: tuple[int, ...], period: int
    ) -> None:
        machine = self.machine
        if machine.shift_ctrl & _AUTO or machine.pin_ctrl & _SIDE_SET:
            return
        if body not in self.known:
            self.known[body] = effect(body)
        found = self.known[body]
        if found is None or (found.pulls and not machine.tx_fifo.empty):
            return
        self._counted, turns = "", FAR
        if before != now:
            for name, place in (("x", _X), ("y", _Y)):
                rest = (*before[: place - 1], before[place - 1] - 1, *before[place:])
                if rest == now and place not in found.reads:
                    self._counted, turns = name, now[place - 1] - 1
                    break
            else:
                return
        if turns < _LEAST:
            return
        self.reads_pins = found.pins
        self.parked = True
        self._period, self._turns = period, turns
        machine.next_due_fp = min(self._since + turns * period, FAR)

    def go_on(self, now_fp: int) -> None:
        """Bring the machine to the last turn that began by now."""
        if not self.parked:
            return
        machine = self.machine
        turns = max(0, min(self._turns, (now_fp - self._since) // self._period))
        if self._counted:
            setattr(machine, self._counted, getattr(machine, self._counted) - turns)
        machine.next_due_fp = self._since + turns * self._period
        self.parked = False
        self._head = -1
        self._body.clear()
