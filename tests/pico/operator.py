"""Somebody at the panel who sees what a person sees: the stack light."""

from __future__ import annotations

from controller import packml
from controller import signals as s
from host_sim.operator import TOWARDS_EXECUTE
from pico.machine import Machine

_BLINK_NS = 1_100_000_000  # sees a light that blinks once a second both on and off
_LOOK_MS = 50
_PRESS_US = 200_000


class Operator:
    """Brings the machine to production, and stops it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pico = machine.pico

    def state(self) -> int:
        """PackML state by the lights of the last second; -1 where they do not tell."""
        log = self._machine.do_log
        since = self._pico.now_ns - _BLINK_NS
        now = log[-1][1] if log else 0
        seen = [do for at, do in log if at >= since]
        before = [do for at, do in log if at < since]
        seen += before[-1:] or [0]
        if any(do & s.LIGHT_RED for do in seen):
            return packml.ABORTED  # or an alarm that blinks: both want a reset
        if len({do & s.LIGHT_GREEN for do in seen}) > 1:
            return packml.IDLE
        if now & s.LIGHT_GREEN:
            return packml.EXECUTE
        return -1 if any(do & s.LIGHT_AMBER for do in seen) else packml.STOPPED

    def start_up(self, ms: int) -> bool:
        """Relay, clear, reset, start. False if the light was not green after so long."""
        machine, pico = self._machine, self._pico
        end = pico.now_ns + ms * 1_000_000
        while pico.now_ns < end:
            state = self.state()
            if state == packml.EXECUTE:
                return True
            if not machine.plant.safety.ok:
                machine.plant.safety.reset()
                pico.run(100)
            else:
                for button in TOWARDS_EXECUTE.get(state, ()):
                    self.press(button)
                    pico.run(_BLINK_NS // 1_000_000)
            pico.run(_LOOK_MS)
        return False

    def press(self, button: str) -> None:
        """Press a button, and let go."""
        self._machine.press(button, _PRESS_US)
        self._pico.run(_PRESS_US // 1000 + 50)
