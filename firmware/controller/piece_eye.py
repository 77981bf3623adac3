"""The piece eye of one lane: pieces that come, are missing, lie on each other, or jam.

Called by the conveyor, in its scan.
"""

from controller import events
from controller import signals as s
from controller.alarm_codes import BELT_JAM, PIECE_DOUBLE, PIECE_EXTRA, PIECE_LOST
from controller.blocks import Debounce
from controller.clock import LAST, diff
from controller.tracking import LOST, REJECT


class PieceEye(Debounce):
    def __init__(self, filter_us, lane, belt):
        Debounce.__init__(self, filter_us, 0)
        self.lane = lane
        self.belt = belt
        self.bit = s.PIECE_EYE2 if lane else s.PIECE_EYE
        self.edge = 0  # belt_pos at the last edge, bounces included
        self.lead = 0  # belt_pos at the leading edge of the piece in the eye
        self.known = False  # it was expected

    def look(self, now, inputs):
        """Take the level in; at a leading or trailing edge, say what it means."""
        blocked = 1 if inputs.di & self.bit else 0
        was = self.value
        if blocked != self.raw:
            self.edge = inputs.belt_pos
        if self.feed(now, blocked) == was:
            return
        # The left eye has a latch; the right one is as exact as the scan.
        edge = self.edge if self.lane else inputs.eye_pos
        belt = self.belt
        if blocked:
            self.lead = edge
            self._came(now, edge)
        elif not self.known:
            if belt.outfeed:
                belt.outfeed.came((edge - belt.piece) & LAST)
        elif diff(edge, self.lead) > belt.piece + belt.double:
            self._mark(REJECT)
            belt.alarm(now, PIECE_DOUBLE)

    def look_on(self, now, place):
        """With the belt at `place`: a piece that is missing, or stays in the eye."""
        if not self.timed:
            self._missing(now, place)
        if self.value and diff(place, self.lead) > self.belt.piece + self.belt.jam:
            # Where it is then, nobody knows: it is lost, and what comes free here goes out.
            if self.known:
                self._mark(LOST)
                self.known = False
            self.belt.alarm(now, BELT_JAM)

    def _mark(self, verdict):
        """Judge the piece that came last, where it is not yet counted."""
        belt = self.belt
        k = belt.tracker.passed[self.lane] - 1
        if k >= 0:
            belt.tracker.mark(k, self.lane, verdict)
            belt.outfeed.poke()

    def _came(self, now, lead):
        belt = self.belt
        tracker = belt.tracker
        self._missing(now, lead)
        k = tracker.passed[self.lane]
        self.known = k < tracker.n and tracker.gone(lead, k) >= belt.eye - belt.gap
        if self.known:
            tracker.places[tracker.at(k)] = (lead - belt.eye) & LAST
            belt.passed(now, self.lane)
        else:
            tracker.extra += 1
            belt.bus.put(now, events.PIECE_EXTRA, tracker.extra)
            belt.alarm(now, PIECE_EXTRA)

    def _missing(self, now, place):
        """Pieces that ought to have come before the belt was at `place`."""
        belt = self.belt
        tracker = belt.tracker
        k = tracker.passed[self.lane]
        while k < tracker.n and tracker.gone(place, k) > belt.eye + belt.gap:
            tracker.mark(k, self.lane, LOST)
            belt.alarm(now, PIECE_LOST)
            belt.passed(now, self.lane)
            k = tracker.passed[self.lane]
