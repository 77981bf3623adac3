"""The stack light: what the machine is doing, from across the hall.

green: producing. green blinking: ready for start. amber: held, waiting, or a warning. red:
stopped by an alarm or aborted; red blinking with the buzzer: not yet acknowledged. Visited in the
scan when the state or an alarm changes.
"""

from micropython import const

from controller import packml
from controller import signals as s
from controller.alarm_codes import REACT_STOP, REACT_WARN
from controller.clock import add, diff
from controller.part import Part

LIGHTS = s.LIGHT_RED | s.LIGHT_AMBER | s.LIGHT_GREEN | s.BUZZER

_BLINK_US = const(500000)
_GREEN = 1 << packml.EXECUTE | 1 << packml.COMPLETING
_READY = 1 << packml.IDLE
_RED = 1 << packml.ABORTING | 1 << packml.ABORTED


class StackLight(Part):
    def __init__(self, bus):
        Part.__init__(self, bus)
        self.phase = 0
        self.turn = 0
        self.blinking = False

    def scan(self, now):
        state = 1 << self.bus.unit.state
        alarms = self.bus.alarms
        worst = alarms.worst
        steady = blink = 0
        if state & _GREEN:
            steady = s.LIGHT_GREEN
        elif state & _READY:
            blink = s.LIGHT_GREEN
        elif not state & _RED and not state & 1 << packml.STOPPED:
            steady = s.LIGHT_AMBER
        if alarms.loud >= REACT_STOP:
            blink |= s.LIGHT_RED | s.BUZZER
        elif worst >= REACT_STOP or state & _RED:
            steady |= s.LIGHT_RED
        elif worst >= REACT_WARN:
            steady |= s.LIGHT_AMBER
        self._show(now, steady, blink)

    def _show(self, now, steady, blink):
        if not blink:
            self.blinking = False
            self.phase = 0
        elif not self.blinking:
            self.blinking = True
            self.phase = blink
            self.turn = add(now, _BLINK_US)
        elif diff(now, self.turn) >= 0:
            self.phase = 0 if self.phase else blink
            self.turn = add(now, _BLINK_US)
        else:
            self.phase &= blink
        if self.blinking:
            self.until(self.turn)
        self.bus.want = self.bus.want & ~LIGHTS | steady | self.phase
