"""Supervision: a table of inputs that raise an alarm when they are bad for too long.

Visited in the scan when one of them changes, or when the state does. The safety inputs raise
theirs in the same scan; that interlocks drop the outputs does not wait for it.
"""

from controller import alarm_codes as a
from controller import packml
from controller import signals as s
from controller.blocks import OnDelay
from controller.part import Part

_ALWAYS = 0x3FFFF
_RUNNING = packml.STARTED
_ENABLED = packml.STARTED | 1 << packml.RESETTING

# word (0 fast, 1 slow), input, its good level, delay µs, alarm, states in which it is raised.
# Outside those states its cause does not stand either: a reset clears it, and homing looks again.
TABLE = (
    (0, s.SAFETY_OK, 1, 0, a.SAFETY_OPEN, _ALWAYS),
    (0, s.GUARD_CLOSED, 1, 0, a.GUARD_OPEN, _ALWAYS),
    (0, s.AIR_OK, 1, 200000, a.AIR_LOW, _ENABLED),
    (0, s.WEB_OK, 1, 20000, a.WEB_BREAK, _ENABLED),
    (0, s.FEED_READY, 1, 1000, a.FEED_DRIVE_FAULT, _RUNNING),
    (0, s.GEN_OVERLOAD, 0, 0, a.GEN_OVERLOAD, _RUNNING),
    (1, s.BELT_READY, 1, 10000, a.BELT_DRIVE_FAULT, _RUNNING),
)


class Supervision(Part):
    watch = s.SAFETY_OK | s.GUARD_CLOSED | s.AIR_OK | s.WEB_OK | s.FEED_READY | s.GEN_OVERLOAD
    watch_x = s.BELT_READY

    def __init__(self, bus, alarms, unit):
        Part.__init__(self, bus)
        self.alarms = alarms
        self.unit = unit
        self.delays = tuple([OnDelay(row[3]) for row in TABLE])

    def scan(self, now):
        inputs = self.bus.inputs
        state = 1 << self.unit.state
        at = 0
        for word, bit, good, _, alarm, states in TABLE:
            level = (inputs.dx if word else inputs.di) & bit
            bad = (level == 0) if good else (level != 0)
            delay = self.delays[at]
            at += 1
            concerns = states & state != 0
            self.alarms.stands(alarm, bad and concerns)
            if delay.feed(now, bad) and concerns:
                self.alarms.raise_(now, alarm)
            if delay.timed:
                self.until(delay.wake)
