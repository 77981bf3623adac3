"""Lets the emulator's PIO keep its own time.

As it comes, a state machine does at most one instruction for each of the processor's, and loses
what it is late; while the processor sleeps it stands nearly still. Here each instruction is done
at its own clock, by alarms of the emulated clock, and loops are passed over (`loops.py`). What an
instruction does is left to the emulator.
"""

from __future__ import annotations

from typing import Any

from pico.loops import FAR, Loop

_NS_FP = 32  # 1/256 clocks of 125 MHz in a nanosecond
_WAIT_PIN = 1


class Paced:
    """One PIO block, in its place on the bus."""

    def __init__(self, clock: Any, pio: Any) -> None:
        self._clock = clock
        self._pio = pio
        self._alarm = clock.create_alarm(self._due)
        self._loops = [Loop(machine) for machine in pio.machines]
        self._machines = list(pio.machines)

    def read_uint32(self, offset: int) -> int:
        """From the bus."""
        self._run(self._now())
        value = self._pio.read_uint32(offset)
        self._plan()
        return value

    def write_uint32_atomic(self, offset: int, value: int, kind: int) -> None:
        """From the bus."""
        self.catch_up()
        self._pio.write_uint32_atomic(offset, value, kind)
        self._plan()

    def before_pins(self) -> None:
        """Levels of input pins are about to change."""
        now = self._now()
        for loop in self._loops:
            if loop.parked and loop.reads_pins:
                loop.go_on(now)
        self._pio.recompute_due()
        self._run(now)

    def after_pins(self) -> None:
        """They have changed: who waited for a level may go on."""
        for machine in self._machines:
            if machine.enabled and machine.waiting and machine.wait_type == _WAIT_PIN:
                machine.check_wait()
        self._plan()

    def catch_up(self) -> None:
        """Everything that is due by now, and no loop passed over any more."""
        now = self._now()
        for loop in self._loops:
            loop.go_on(now)
        self._pio.recompute_due()
        self._run(now)

    def reset(self) -> None:
        """After a reset of the chip."""
        for loop in self._loops:
            loop.parked = False
        self._plan()

    def _now(self) -> int:
        return int(self._clock.nanos * _NS_FP + 0.5)

    def _due(self) -> None:
        self._run(self._now())
        self._plan()

    def _run(self, until: int) -> None:
        pio, loops = self._pio, self._loops
        while pio.next_due_fp <= until:
            at = pio.cycle_fp = pio.next_due_fp
            due = []
            for loop in loops:
                machine = loop.machine
                if machine.enabled and not machine.waiting and machine.next_due_fp <= at:
                    loop.go_on(at)
                    pc = machine.pc
                    due.append((loop, pc, pio.instructions[pc]))
            pio.advance(0)
            parked = False
            for loop, pc, opcode in due:
                loop.executed(pc, opcode)
                parked |= loop.parked
            if parked:
                pio.recompute_due()
        pio.cycle_fp = until

    def _plan(self) -> None:
        due = self._pio.next_due_fp
        if due < FAR:
            self._alarm.schedule(max(0.0, due / _NS_FP - self._clock.nanos))
        else:
            self._alarm.cancel()
