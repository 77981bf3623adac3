"""Alarms after ISA-18.2: one byte of flags each, of which `alarm_states` tells the state.

Any part may raise one, in the scan; the coordinator takes `reaction`, the hardest one asked for.
What stops the machine latches until a reset finds its cause gone. A warning goes by itself
once it is acknowledged and its cause gone. Interlocks do not ask alarms.
"""

from array import array

from micropython import const

from controller import alarm_flags as f
from controller import events
from controller.alarm_codes import GROUP, OFF_S, REACT_HOLD, REACTION
from controller.clock import HALF, LAST
from controller.part import Part
from controller.roles import NOBODY, OPERATOR

_SECOND_US = const(1000000)


class Alarms(Part):
    def __init__(self, bus):
        Part.__init__(self, bus)
        size = len(REACTION)
        self.flags = bytearray(size)
        self.again = bytearray(size)  # how often it came or went while it was active
        self.codes = bytearray(size)  # active ones in the order in which they came, ...
        self.n = 0  # ... so many
        self.worst = -1  # the hardest reaction among them, -1 when there is none
        self.loud = -1  # among those that nobody has acknowledged
        self.marked = 0  # groups that have their first-out
        self.history = array("h", bytes(2 * 32))  # the last 32 codes, a ring, ...
        self.history_s = array("i", bytes(4 * 32))  # ... and when, by up_s
        self.raised = 0  # how many alarms were ever raised; the ring's end is raised % 32
        self.stop_reason = 0  # the first alarm that stopped the machine since its last start
        self.reaction = 0  # asked for and not yet taken by the coordinator
        self.listener = None  # part to poke when a reaction is asked for
        self.lamps = None  # part to poke on any change
        self.ticking = bytearray(size)  # those whose time runs, ...
        self.ticking_n = 0  # ... so many, ...
        self.left_s = array("h", bytes(2 * size))  # ... and so long, by code
        self.up_s = 0  # seconds begun since power-up
        self.at = 0  # when the next one begins
        self.news = False  # something has changed since the last visit

    def poke(self):
        self.poked = self.bus.dirty = self.news = True

    def raise_(self, now, code):
        """True: it is shelved or out of service, and nobody will do anything."""
        was = self.flags[code]
        if was & f.HIDDEN:
            return True
        if was & f.ACTIVE:
            if not was & f.CAUSE:
                self._again(code, was)
            return False
        self.flags[code] = was | f.ACTIVE
        self.codes[self.n] = code
        self.n += 1
        at = self.raised % 32
        self.history[at] = code
        self.history_s[at] = self.up_s
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
            self.bus.turned = True
            self.listener.poked = True
        else:
            self._fade(code)
        self.poke()  # the rest is for `scan`: one that stops the machine has enough to do
        return False

    def stands(self, code, standing, watched=1):
        """Say whether the cause of `code` is there. Alarms that are events never stand.

        Not `watched`: suppressed by design; one that is active stays until it is reset.
        """
        was = self.flags[code]
        flags = was & ~(f.CAUSE | f.DESIGN)
        flags |= f.CAUSE if standing else 0 if watched else f.DESIGN
        self.flags[code] = flags
        if was & f.ACTIVE and (was ^ flags) & f.CAUSE:
            self._again(code, was)

    def acknowledge(self, now, code, role):
        if self.flags[code] & (f.ACTIVE | f.KNOWN) == f.ACTIVE:
            self.flags[code] |= f.KNOWN
            self.bus.put(now, events.ACKNOWLEDGED, code | role << 8)
            self.poke()

    def reset(self, now, role=OPERATOR):
        """Acknowledge every alarm, and clear those whose cause has gone."""
        for at in range(self.n):
            self.acknowledge(now, self.codes[at], role)
        self._settle(now, role)

    def started(self):
        """Production begins or goes on: the next stop gets a reason of its own."""
        self.stop_reason = 0

    def is_active(self, code):
        return self.flags[code] & f.ACTIVE != 0

    def _again(self, code, was):
        """It comes or goes while it is active: news where it had gone and was acknowledged."""
        if self._fade(code) and self.again[code] < 255:
            self.again[code] += 1
        if was & (f.KNOWN | f.STANDING) == f.KNOWN:
            self.flags[code] &= ~f.KNOWN
        self.poke()

    def _fade(self, code):
        """Begin its off-delay anew. None: it has none."""
        off_s = OFF_S.get(code)
        if off_s:
            self.flags[code] |= f.FADING
            self.look_in(code, off_s)
        return off_s

    def look_in(self, code, seconds):
        """Look at it again in so long, at least 1."""
        if not self.left_s[code]:
            self.ticking[self.ticking_n] = code
            self.ticking_n += 1
        self.left_s[code] = seconds

    def show(self, now, code, role):
        """Put it back where it is seen; when its cause stands, it is."""
        flags = self.flags[code]
        self.flags[code] = flags & ~f.HIDDEN
        self.bus.put(now, events.BACK, code | role << 8)
        if flags & f.CAUSE:
            self.raise_(now, code)

    def scan(self, now):
        while (now - self.at) & LAST < HALF:  # clock.diff and add written out
            self.at = (self.at - HALF + _SECOND_US) & LAST ^ HALF
            self.up_s += 1
            self._tick(now)
        if self.news:
            self.news = False
            self._settle(now, NOBODY)
        self.until(self.at)

    def _tick(self, now):
        ticking_n = self.ticking_n
        self.ticking_n = 0
        for at in range(ticking_n):
            code = self.ticking[at]
            left_s = self.left_s[code] - 1
            self.left_s[code] = 0
            if left_s:
                self.look_in(code, left_s)
                continue
            self.flags[code] &= ~f.FADING
            self.news = True
            if self.flags[code] & f.SHELF:
                self.show(now, code, NOBODY)

    def _settle(self, now, role):
        """Let go of what is normal again, and look what is left."""
        put = self.bus.put
        kept = groups = 0
        self.worst = self.loud = -1
        for at in range(self.n):
            code = self.codes[at]
            flags = self.flags[code]
            reaction = REACTION[code]
            if flags & (f.STANDING | f.KNOWN) == f.KNOWN and (role or not reaction):
                flags &= ~(f.ACTIVE | f.KNOWN | f.FIRST)
                put(now, events.CLEARED, code)
                if self.again[code] > 1:
                    put(now, events.CHATTERED, code | self.again[code] << 8)
                self.again[code] = 0
            if flags & f.ACTIVE:
                self.codes[kept] = code
                kept += 1
                if reaction:
                    groups |= 1 << GROUP[code]
                    if groups & ~self.marked:
                        self.marked |= groups
                        flags |= f.FIRST
                        put(now, events.FIRST_OUT, code)
                self.worst = max(self.worst, reaction)
                if not flags & f.KNOWN:
                    self.loud = max(self.loud, reaction)
            self.flags[code] = flags
        self.n = kept
        self.marked &= groups
        self.lamps.poke()
