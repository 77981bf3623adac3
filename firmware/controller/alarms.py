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
        self.codes = bytearray(len(REACTION))  # active ones, ascending, ...
        self.n = 0  # ... so many
        self.worst = -1  # the hardest reaction among them, -1 when there is none
        self.history = array("h", bytes(2 * 32))  # the last 32 codes, a ring
        self.raised = 0  # how many alarms were ever raised; the ring's end is raised % 32
        self.stop_reason = 0  # the first alarm that stopped the machine since its last start
        self.reaction = 0  # asked for and not yet taken by the coordinator
        self.listener = None  # part to poke when a reaction is asked for
        self.lamps = None  # part to poke on any change

    def raise_(self, now, code):
        was = self.flags[code]
        if was & _ACTIVE:
            return
        self.flags[code] = was | _ACTIVE
        codes = self.codes
        at = self.n
        self.n = at + 1
        while at and codes[at - 1] > code:
            codes[at] = codes[at - 1]
            at -= 1
        codes[at] = code
        self.history[self.raised % 32] = code
        self.raised += 1
        self.bus.put(now, events.RAISED, code)
        reaction = REACTION[code]
        if reaction > self.worst:
            self.worst = reaction
        if reaction >= REACT_HOLD:
            if self.stop_reason == 0:
                self.stop_reason = code
                self.bus.put(now, events.STOP_REASON, code)
            if reaction > self.reaction:
                self.reaction = reaction
            self.listener.poked = True
        self.lamps.poke()

    def stands(self, code, standing):
        """Say whether the cause of `code` is there. Alarms that are events never stand."""
        if standing:
            self.flags[code] |= _STANDING
        else:
            self.flags[code] &= ~_STANDING

    def reset(self, now):
        """Clear every alarm whose cause has gone."""
        codes = self.codes
        kept = 0
        self.worst = -1
        for at in range(self.n):
            code = codes[at]
            if self.flags[code] == _ACTIVE:
                self.flags[code] = 0
                self.bus.put(now, events.CLEARED, code)
            else:
                codes[kept] = code
                kept += 1
                if REACTION[code] > self.worst:
                    self.worst = REACTION[code]
        self.n = kept
        self.lamps.poke()

    def started(self):
        """Production begins: the next stop gets a reason of its own."""
        self.stop_reason = 0

    def is_active(self, code):
        return self.flags[code] & _ACTIVE != 0
