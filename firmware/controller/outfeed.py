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
        self.filter = Debounce(conveyor.eyes[0].stable_us, 0)
        self.lead = 0  # belt_pos when the reject eye was blocked
        self.extra = 0  # place of a piece that nobody knows, while `unknown`
        self.unknown = 0  # 1, and 2 when it was seen to go out

        def counts(key):
            return machine[key] * 1000 // conveyor.count_um

        self.gate = self.stack = 0
        if machine.has("reject_gate"):
            self.gate = conveyor.eye + counts("reject_gate.gate_mm")
            self.ahead = counts("reject_gate.ahead_mm")
            self.confirm = counts("reject_gate.confirm_mm")
            self.watch = s.REJECT_EYE
            bus.need("d", s.REJECT_EYE)
            bus.need("o", s.REJECT_GATE)
        if stacker:
            self.stack = conveyor.eye + counts("stacker.stack_mm")

    def came(self, lead):
        """A piece was seen that nobody knows, with its leading edge here: it goes out."""
        self.extra = (lead - self.conveyor.eye) & LAST
        self.unknown = 1
        self.poke()

    def begin(self):
        """The belt runs; what stands in the reject eye goes from here."""
        self.lead = self.bus.inputs.belt_pos
        self.poke()
        if self.stacker:
            self.stacker.poke()

    def scan(self, now):
        tracker = self.tracker
        belt = self.conveyor
        inputs = self.bus.inputs
        place = inputs.belt_pos
        left = _FAR  # counts to where the next thing has to be done
        end = belt.eye
        if self.gate:
            self._watch_eye(now, inputs, place)
            left = self._swing(place)
            # Seen to go out, or not; and behind the gate with its trailing edge.
            end = self.gate + max(self.confirm + belt.gap, belt.piece + self.ahead)
            if self.unknown:
                rest = end - diff(place, self.extra)
                if rest <= 0:
                    if self.unknown == 1:
                        belt.alarm(now, REJECT_UNCONFIRMED)
                    self.unknown = 0
                left = min(left, max(rest, 1))
        while min(tracker.passed):
            verdicts = tracker.verdicts[tracker.first]
            goes_out = self.gate and verdicts & OUT
            rest = (end if goes_out else max(end, self.stack)) - tracker.gone(place, 0)
            if rest > 0:
                left = min(left, rest)
                break
            if verdicts < WENT and verdicts != tracker.all_lost:
                if goes_out:
                    # Nobody saw it go out: it may lie among the good.
                    belt.alarm(now, REJECT_UNCONFIRMED)
                    tracker.verdicts[tracker.first] = tracker.all_lost
                elif self.stacker:
                    self.stacker.take(now)
            tracker.leave(now)
            belt.sequencer.poke()  # the belt may be empty now
            self.bus.turned = True  # and the stacker has a scan of its own
        if belt.running and left < _FAR:
            self.until(add(now, belt.time_us(left)))

    def _swing(self, place):
        """Gate open for what goes out. Counts to its next turn."""
        tracker = self.tracker
        self.bus.want &= ~s.REJECT_GATE
        left = _FAR
        for k in range(min(tracker.passed)):
            if tracker.verdicts[tracker.at(k)] & OUT:
                left = min(left, self._turn(tracker.gone(place, k)))
        if self.unknown:
            left = min(left, self._turn(diff(place, self.extra)))
        return left

    def _turn(self, gone):
        """Open for what has come so far, if it is there. Counts to the next turn for it."""
        left = self.gate - self.ahead - gone
        if left <= 0:
            left += self.conveyor.piece + 2 * self.ahead
            if left <= 0:
                return _FAR
            self.bus.want |= s.REJECT_GATE
        return left

    def _watch_eye(self, now, inputs, place):
        eye = self.filter
        was = eye.value
        if eye.feed(now, 1 if inputs.di & s.REJECT_EYE else 0):
            belt = self.conveyor
            if not was:
                self.lead = place
                self._went_out(now, place)
            elif diff(place, self.lead) > belt.piece + belt.jam:
                belt.alarm(now, REJECT_JAM)
            if belt.running:
                self.until(add(now, belt.loop_us))
        if eye.timed:
            self.until(eye.wake)

    def _went_out(self, now, place):
        """Something passes the reject eye: an entry that can be there has gone out."""
        tracker = self.tracker
        eye = self.gate + self.confirm
        gap = self.conveyor.gap
        if self.unknown and abs(diff(place, self.extra) - eye) <= gap:
            self.unknown = 2
        for k in range(min(tracker.passed)):
            if abs(tracker.gone(place, k) - eye) <= gap:
                at = tracker.at(k)
                if not tracker.verdicts[at] & OUT:
                    self.conveyor.alarm(now, GOOD_REJECTED)
                tracker.verdicts[at] |= WENT
