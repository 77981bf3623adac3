"""Pieces between horn and stack: one on the web, then a queue on the belt by encoder position.

What one stroke makes is one entry: a piece, or a pair of left and right on a machine with two
cavities. Each piece has a serial number and a verdict, an entry has a place. Nothing is counted
twice or lost without an event: made = on the web + on the belt + good + suspect + reject + lost,
all in pieces. Called by horn, feed, pick, conveyor and outfeed.
"""

from array import array

from micropython import const

from controller import events
from controller.clock import LAST, diff

_ROOM = const(16)  # entries on the belt at the same time

# A piece's verdict has two bits, good, suspect and reject as the horn has them; the right one's
# lie above the left one's.
REJECT = const(2)
LOST = const(3)
OUT = const(0b1010)  # in one of an entry's verdicts: all of it goes out at the reject gate
WENT = const(16)  # it was seen to go out


class Tracker:
    def __init__(self, bus, lanes):
        self.bus = bus
        self.lanes = lanes
        self.all_lost = 15 if lanes > 1 else 3
        self.behind = False  # something follows the eye: an entry seen there stays until `leave`
        self.serial = 0  # of the last piece made
        self.on_web = False
        self.taking = False  # the pick is about to have what is on the web
        self.web_verdict = 0
        self.web_place = 0  # web_pos where it was welded
        self.verdicts = bytearray(_ROOM)
        self.places = array("i", bytes(4 * _ROOM))  # belt_pos when it was handed over
        self.serials = array("i", bytes(4 * _ROOM))
        self.first = 0  # oldest on the belt
        self.n = 0  # on the belt
        self.passed = bytearray(lanes)  # so many of them are past the eye of a lane, seen or lost
        self.counts = array("i", bytes(4 * 3))  # by verdict: good, suspect, reject
        self.lost = 0
        self.extra = 0

    def load(self, half_pitch):
        self.half_pitch = half_pitch

    def made(self, now, verdict, right=-1):
        """A shot was given; `right` where the right piece has another verdict than the left.

        A second shot on the same place makes no piece better.
        """
        if self.lanes == 1:
            right = 0
        elif right < 0:
            right = verdict
        if self.on_web:
            if self.web_gone() < self.half_pitch:
                was = self.web_verdict
                self.web_verdict = max(was & 3, verdict) | max(was >> 2, right) << 2
                return
            if self.taking:
                self.hand_over(now)
            else:
                self.lose_web(now)
        self.serial = (self.serial + self.lanes) & LAST
        self.on_web = True
        self.web_verdict = verdict | right << 2
        self.web_place = self.bus.inputs.web_pos
        for lane in range(self.lanes):
            self._put(now, events.PIECE_MADE, self.serial, lane)

    def web_gone(self):
        """Counts that the web has gone since the last weld."""
        return diff(self.bus.inputs.web_pos, self.web_place)

    def hand_over(self, now):
        """The web has come to rest: a piece that is past half a pitch has dropped on the belt."""
        if not self.on_web or self.web_gone() < self.half_pitch:
            return
        self.on_web = self.taking = False
        if self.n == _ROOM:
            self.lose(now)
        at = self.at(self.n)
        self.verdicts[at] = self.web_verdict
        self.places[at] = self.bus.inputs.belt_pos
        self.serials[at] = self.serial
        self.n += 1
        self.bus.put(now, events.PIECE_ON, self.serial)

    def at(self, k):
        """Where the entry is that is number k on the belt."""
        return (self.first + k) % _ROOM

    def gone(self, place, k):
        """Counts that this entry has travelled at belt position `place`."""
        return diff(place, self.places[self.at(k)])

    def pass_(self, now, lane):
        """The next entry is past the eye of a lane. Without anything behind, it is counted."""
        self.passed[lane] += 1
        while not self.behind and min(self.passed):
            self.leave(now)

    def mark(self, k, lane, verdict):
        """Give a piece another verdict."""
        at = self.at(k)
        bits = 2 * lane
        self.verdicts[at] = self.verdicts[at] & ~(3 << bits) | verdict << bits

    def coming(self):
        """Pieces on the belt that nothing is known against."""
        good = 0
        for k in range(self.n):
            if not self.verdicts[self.at(k)] & OUT:
                good += self.lanes
        return good

    def leave(self, now):
        """The oldest entry leaves the belt."""
        at = self.first
        self.first = self.at(1)
        self.n -= 1
        for lane in range(self.lanes):
            if self.passed[lane]:
                self.passed[lane] -= 1
        self._count(now, self.verdicts[at], self.serials[at])

    def lose(self, now):
        """Nobody knows where the oldest entry is."""
        self.verdicts[self.first] = self.all_lost
        self.leave(now)

    def lose_newest(self, now):
        """The same of the newest: it never came on the belt."""
        n = self.n = self.n - 1
        for lane in range(self.lanes):
            self.passed[lane] = min(self.passed[lane], n)  # something else was seen in its place
        self._count(now, self.all_lost, self.serials[self.at(n)])

    def lose_web(self, now):
        """The same of that on the web: it goes with the waste."""
        self.on_web = False
        self._count(now, self.all_lost, self.serial)

    def _count(self, now, verdicts, serial):
        """Each piece of an entry, once."""
        for lane in range(self.lanes):
            verdict = verdicts >> 2 * lane & 3
            what = events.PIECE_GOOD + verdict
            if verdict == LOST:
                self.lost += 1
            else:
                if verdicts & WENT and verdict < REJECT:
                    what = events.PIECE_PARTNER if verdicts & OUT else events.PIECE_THROWN
                    verdict = REJECT
                self.counts[verdict] += 1
            self._put(now, what, serial, lane)

    def _put(self, now, what, serial, lane):
        """An event of one piece. Numbers of a pair follow each other, the left one first."""
        self.bus.put(now, what, (serial - self.lanes + 1 + lane) & LAST)
