"""Supervision: a table of inputs that raise an alarm when they are bad for too long, the on-delay
of ISA-18.2, and of the states and modes in which each is suppressed by design.

Visited in the scan when one of them changes, or when the state does. The safety inputs raise
theirs in the same scan; that interlocks drop the outputs does not wait for it.
"""

from controller import alarm_codes as a
from controller import modes, packml
from controller import signals as s
from controller.blocks import OnDelay
from controller.part import Part

_BELT_READY = 1 << 13  # its place in one word with the fast inputs

# input, delay µs, alarm
TABLE = (
    (s.SAFETY_OK, 0, a.SAFETY_OPEN),
    (s.GUARD_CLOSED, 0, a.GUARD_OPEN),
    (s.AIR_OK, 200000, a.AIR_LOW),
    (s.WEB_OK, 20000, a.WEB_BREAK),
    (s.FEED_READY, 1000, a.FEED_DRIVE_FAULT),
    (s.GEN_OVERLOADS, 0, a.GEN_OVERLOAD),
    (_BELT_READY, 10000, a.BELT_DRIVE_FAULT),
)
# States in which they are raised, safety always. Outside those states they are suppressed by
# design, and their cause does not stand either: a reset clears it, and homing looks again.
_ALWAYS = s.SAFETY_OK | s.GUARD_CLOSED
_WHEN_ENABLED = s.AIR_OK | s.WEB_OK
_WHEN_RUNNING = s.FEED_READY | s.GEN_OVERLOADS | _BELT_READY
_ENABLED = packml.STARTED | 1 << packml.RESETTING
_RUNNING = packml.STARTED
# Modes in which somebody threads the web and draws it by hand: a web that is not there is no break
_BY_HAND = 1 << modes.MANUAL | 1 << modes.CHANGE_OVER

_GOOD_WHEN_ON = s.SAFETY_OK | s.GUARD_CLOSED | s.AIR_OK | s.WEB_OK | s.FEED_READY
_FAST = _GOOD_WHEN_ON | s.GEN_OVERLOADS


class Supervision(Part):
    watch = _FAST
    watch_x = s.BELT_READY | s.KEY_SERVICE
    weight = 2

    def __init__(self, bus, table=TABLE):
        Part.__init__(self, bus)
        self.table = [row + (OnDelay(row[1]) if row[1] else None,) for row in table]
        # Of the last visit, by input:
        self.bad = 0
        self.concerned = -1  # the state was one to raise it in
        self.waiting = 0  # bad, and its delay ran

    def scan(self, now):
        bus = self.bus
        inputs = bus.inputs
        bad = inputs.di & _FAST ^ _GOOD_WHEN_ON
        if not inputs.dx & s.BELT_READY:
            bad |= _BELT_READY
        unit = bus.unit
        state = 1 << unit.state
        concerned = _ALWAYS
        if state & _ENABLED:
            concerned |= _WHEN_ENABLED
            if _BY_HAND >> unit.mode & 1:
                concerned &= ~s.WEB_OK
        if state & _RUNNING:
            concerned |= _WHEN_RUNNING
        elif unit.state == packml.STOPPING:
            concerned |= s.GEN_OVERLOADS  # the stroke under way is finished
        if unit.mode == modes.MANUAL and inputs.dx & s.KEY_SERVICE:
            concerned &= ~s.GUARD_CLOSED  # an open guard is the safety relay's affair
        self.look(now, bad, concerned)

    def look(self, now, bad, concerned):
        # A row has to be looked at when it has changed, when it waits, and when the state is one
        # to which it is of another concern.
        look = bad ^ self.bad | self.waiting | concerned ^ self.concerned
        self.bad = bad
        self.concerned = concerned
        if not look:
            return
        alarms = self.bus.alarms
        waiting = 0
        for row in self.table:
            bit = row[0]
            if look & bit:
                alarm = row[2]
                delay = row[-1]
                standing = bad & concerned & bit
                alarms.stands(alarm, standing, concerned & bit)
                if (not delay or delay.feed(now, bad & bit)) and standing:
                    alarms.raise_(now, alarm)
                if delay and delay.timed:
                    waiting |= bit
                    self.until(delay.wake)
        self.waiting = waiting
