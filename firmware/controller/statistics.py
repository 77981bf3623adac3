"""Time in states and modes, and the counts a line asks for.

Visited in the scan at least once a minute, so that no time falls between two turns of the clock.
"""

from array import array

from micropython import const

from controller.clock import LAST, add, diff
from controller.part import Part

_FOLD_US = const(60000000)
_UNKEPT = const(32)  # more pieces than are made between two writes of the counters


class Statistics(Part):
    def __init__(self, bus, feed, tracker, horn):
        Part.__init__(self, bus)
        self.stack = horn.record.stack
        self.feed = feed
        self.tracker = tracker
        self.state_ms = 0  # in the present state
        self.mode_ms = 0  # in the present mode
        self.acc_s = 0  # since the counters were cleared
        self.state_s = array("i", bytes(4 * 18))  # by state, since the counters were cleared
        self.rest_ms = array("i", bytes(4 * 18))  # what is below a second of each
        self.acc_ms = 0
        self.folded = 0  # time up to which all is counted
        self.begun = False
        self.code = 0  # of the mold whose counters `base` is for, 0: none
        self.base = [0, 0, 0, 0]  # the machine's counters when this mold's were 0

    def counters(self):
        """What has to outlive a power cut, as a list. Idle context."""
        tracker = self.tracker
        made = [self.acc_s, self.feed.indexed, tracker.serial, tracker.lost, tracker.extra]
        made += list(tracker.counts) + list(self.state_s) + [self.code] + self.base
        return made + list(self.stack)

    def of_mold(self):
        """Good, suspect, reject and lost pieces of the mold in force, since ever. Idle context."""
        made = list(self.tracker.counts) + [self.tracker.lost]
        for kind in range(4):
            made[kind] -= self.base[kind]
        return made

    def follow(self, code, made):
        """Another mold is in force, that has made so many before. Idle context."""
        self.code = code
        self.base = [0, 0, 0, 0]
        self.base = self.of_mold()
        for kind in range(4):
            self.base[kind] -= made[kind]

    def restore(self, counters):
        """Go on from such a list. A serial number that may have been given is not given again."""
        if len(counters) != 31 + len(self.stack):
            return  # another version's
        tracker = self.tracker
        self.acc_s, self.feed.indexed, serial, tracker.lost, tracker.extra = counters[:5]
        tracker.serial = (serial + _UNKEPT) & LAST
        tracker.counts[:] = array("i", counters[5:8])
        self.state_s[:] = array("i", counters[8:26])
        self.code = counters[26]
        self.base = counters[27:31]
        self.stack[:] = array("i", counters[31:])

    def changed(self, now, state, mode):
        """The unit leaves `state`, or `mode` when it is not 0: count their time up to now."""
        self._fold(now, state)
        if mode:
            self.mode_ms = 0
        else:
            self.state_ms = 0

    def scan(self, now):
        if not self.begun:
            self.begun = True
            self.folded = now
        if diff(now, self.folded) >= _FOLD_US:
            self._fold(now, self.bus.unit.state)
        self.until(add(self.folded, _FOLD_US))

    def _fold(self, now, state):
        ms = diff(now, self.folded) // 1000
        if ms == 0:
            return
        self.folded = add(self.folded, ms * 1000)
        self.state_ms = (self.state_ms + ms) & LAST
        self.mode_ms = (self.mode_ms + ms) & LAST
        acc_ms = self.acc_ms + ms
        self.acc_s += acc_ms // 1000
        self.acc_ms = acc_ms % 1000
        rest = self.rest_ms[state] + ms
        self.state_s[state] += rest // 1000
        self.rest_ms[state] = rest % 1000
