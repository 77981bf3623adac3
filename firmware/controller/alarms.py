"""Active alarms: raised once, latched until a reset on a new edge finds their cause gone.

Any part may raise one, in the scan. The coordinator takes `reaction`, the hardest one asked for.
"""

from array import array

from controller import events
from controller.alarm_codes import REACT_HOLD, REACTION

_ACTIVE = 1
_STANDING = 2  # the cause is still there: a reset leaves the alarm active


class Alarms:
    def __init__(self, bus):
        self.bus = bus
        self.flags = bytearray(len(REACTION))
        self.history = array("h", bytes(2 * 32))  # the last 32 codes, a ring
        self.raised = 0  # how many alarms were ever raised; the ring's end is raised % 32
        self.stop_reason = 0  # the first alarm that stopped the machine since its last start
        self.reaction = 0  # asked for and not yet taken by the coordinator
        self.listener = None  # part to poke when a reaction is asked for
        self.lamps = None  # part to poke on any change

    def raise_(self, now, code):
        if self.flags[code] & _ACTIVE:
            return
        self.flags[code] |= _ACTIVE
        self.history[self.raised % 32] = code
        self.raised += 1
        self.bus.journal.put(now, events.RAISED, code)
        reaction = REACTION[code]
        if reaction >= REACT_HOLD:
            if self.stop_reason == 0:
                self.stop_reason = code
                self.bus.journal.put(now, events.STOP_REASON, code)
            if reaction > self.reaction:
                self.reaction = reaction
            self.listener.poke()
        self.lamps.poke()

    def stands(self, code, standing):
        """Say whether the cause of `code` is there. Alarms that are events never stand."""
        if standing:
            self.flags[code] |= _STANDING
        else:
            self.flags[code] &= ~_STANDING

    def reset(self, now):
        """Clear every alarm whose cause has gone."""
        for code in range(len(self.flags)):
            if self.flags[code] == _ACTIVE:
                self.flags[code] = 0
                self.bus.journal.put(now, events.CLEARED, code)
        self.lamps.poke()

    def started(self):
        """Production begins: the next stop gets a reason of its own."""
        self.stop_reason = 0

    def is_active(self, code):
        return self.flags[code] & _ACTIVE != 0

    def worst(self):
        """The hardest reaction among active alarms, -1 when there is none."""
        worst = -1
        for code in range(len(self.flags)):
            if self.flags[code] & _ACTIVE and REACTION[code] > worst:
                worst = REACTION[code]
        return worst

    @property
    def active(self):
        """Codes of all active alarms. Idle context: makes a list."""
        return [code for code in range(len(self.flags)) if self.flags[code] & _ACTIVE]
