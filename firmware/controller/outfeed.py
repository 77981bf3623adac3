"""Behind the piece eye: the reject gate with its confirming eye, and the way to the stack.

An entry that was seen at the eye leaves at the gate, confirmed by REJECT_EYE, or at the end of the
belt. Visited in the scan when the reject eye changes, and when the belt will have carried an entry
to where something has to be done.
"""

from micropython import const

from controller import signals as s
from controller.alarm_codes import GOOD_REJECTED, REJECT_JAM, REJECT_UNCONFIRMED
from controller.blocks import Debounce
from controller.clock import LAST, add, diff
from controller.part import Part
from controller.tracking import OUT, WENT

_FAR = const(0x3FFFFFF)


class Outfeed(Part):
    def __init__(self, bus, machine, conveyor, stacker):
        Part.__init__(self, bus)
        self.conveyor = conveyor
        self.tracker = conveyor.tracker
        self.tracker.behind = True
        self.stacker = stacker
        self.filter = Debounce(machine["belt.eye_filter_ms"] * 1000, 0)
        self.lead = 0  # belt_pos when the reject eye was blocked
        self.extra = -1  # place of a piece that nobody knows
        self.opened = False
        self.shut = 0  # belt_pos at which the gate shuts
        count_um = conveyor.count_um
        self.gate = 0
        self.end = conveyor.eye  # where an entry leaves that did not go out
        if machine.has("reject_gate"):
            self.gate = self.end + machine["reject_gate.gate_mm"] * 1000 // count_um
            self.ahead = machine["reject_gate.ahead_mm"] * 1000 // count_um
            self.confirm = self.gate + machine["reject_gate.confirm_mm"] * 1000 // count_um
            self.end = self.late = self.confirm + conveyor.gap
            self.watch = s.REJECT_EYE
            bus.need("d", s.REJECT_EYE)
            bus.need("o", s.REJECT_GATE)
        if stacker:
            self.end += machine["stacker.drop_mm"] * 1000 // count_um

    def unknown(self, lead):
        """A piece was seen that nobody knows, with its leading edge here: it goes out."""
        self.extra = (lead - self.conveyor.eye) & LAST
        self.poke()

    def begin(self):
        """The belt runs; what stands in the reject eye goes from here."""
        self.lead = self.bus.inputs.belt_pos
        self.poke()
        if self.stacker:
            self.stacker.poke()

    def scan(self, now):
        tracker = self.tracker
        inputs = self.bus.inputs
        place = inputs.belt_pos
        if self.gate:
            self._watch_eye(now, inputs, place)
        left = _FAR  # counts to where the next thing has to be done
        while left == _FAR and min(tracker.passed):
            left = self._look(now, place)
        if self.gate:
            left = min(left, self._swing(place))
        if self.conveyor.running and left < _FAR:
            self.until(add(now, self.conveyor.time_us(left)))

    def _look(self, now, place):
        """Does the oldest entry leave? Counts that it still has to go, or _FAR when it left."""
        tracker = self.tracker
        verdicts = tracker.verdicts[tracker.first]
        if not verdicts & WENT:
            goes_out = self.gate and verdicts & OUT
            left = (self.late if goes_out else self.end) - tracker.gone(place, 0)
            if left > 0:
                return left
            if verdicts == tracker.all_lost:
                pass
            elif goes_out:
                # Nobody saw it go out: it may lie among the good.
                self.conveyor.alarm(now, REJECT_UNCONFIRMED)
                tracker.verdicts[tracker.first] = tracker.all_lost
            elif self.stacker:
                self.stacker.take(now)
        tracker.leave(now)
        self.conveyor.went()
        return _FAR

    def _swing(self, place):
        """Gate open for what goes out. Counts to its next turn."""
        tracker = self.tracker
        left = _FAR
        for k in range(min(tracker.passed)):
            at = tracker.at(k)
            if tracker.verdicts[at] & OUT:
                left = min(left, self._open(place, tracker.places[at]))
        if self.extra >= 0:
            turn = self._open(place, self.extra)
            if turn < _FAR:
                left = min(left, turn)
            else:
                self.extra = -1
        if self.opened:
            turn = diff(self.shut, place)
            if turn > 0:
                self.bus.want |= s.REJECT_GATE
                return min(left, turn)
            self.opened = False
            self.bus.want &= ~s.REJECT_GATE
        return left

    def _open(self, place, begun):
        """Open for what came on the belt at `begun`, or tell how far it has to go."""
        left = self.gate - self.ahead - diff(place, begun)
        if left > 0:
            return left
        shut = add(begun, self.gate + self.conveyor.piece + self.ahead)
        if not self.opened or diff(shut, self.shut) > 0:
            self.opened = True
            self.shut = shut
        return _FAR

    def _watch_eye(self, now, inputs, place):
        eye = self.filter
        was = eye.value
        if eye.feed(now, 1 if inputs.di & s.REJECT_EYE else 0):
            conveyor = self.conveyor
            if not was:
                self.lead = place
                self._went_out(now, place)
            elif diff(place, self.lead) > conveyor.piece + conveyor.jam:
                self.conveyor.alarm(now, REJECT_JAM)
            if conveyor.running:
                self.until(add(now, conveyor.loop_us))
        if eye.timed:
            self.until(eye.wake)

    def _went_out(self, now, place):
        """Something passes the reject eye: an entry that can be there has gone out."""
        tracker = self.tracker
        for k in range(min(tracker.passed)):
            at = tracker.at(k)
            if abs(tracker.gone(place, k) - self.confirm) <= self.conveyor.gap:
                if not tracker.verdicts[at] & OUT:
                    self.conveyor.alarm(now, GOOD_REJECTED)
                tracker.verdicts[at] |= WENT
