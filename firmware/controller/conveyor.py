"""The takeaway conveyor: speed loop on the belt encoder, transfer, and the piece eye of each lane.

Visited in the scan at the loop's period and at an edge of an eye.
"""

from controller import events
from controller import signals as s
from controller.blocks import Rate
from controller.clock import add, diff
from controller.part import Part
from controller.piece_eye import PieceEye


class Conveyor(Part):
    watch = s.PIECE_EYE | s.PIECE_EYE2

    def __init__(self, bus, machine, tracker):
        Part.__init__(self, bus)
        self.tracker = tracker
        self.count_um = count_um = machine["belt.encoder_um"]
        self.speed_mm_s = machine["belt.speed_mm_s"]
        self.top_mm_s = machine["belt.top_speed_mm_s"]
        self.loop_us = machine["belt.loop_ms"] * 1000

        def counts(name):
            return machine["belt." + name] * 1000 // count_um

        self.eye = counts("eye_mm")
        self.gap = counts("gap_mm")
        self.transfer = counts("transfer_mm")
        self.jam = counts("jam_mm")
        self.double = counts("double_mm")
        filter_us = machine["belt.eye_filter_ms"] * 1000
        self.eyes = tuple([PieceEye(filter_us, lane, self) for lane in range(tracker.lanes)])
        if tracker.lanes > 1:
            bus.need("d", s.PIECE_EYE2)
        self.outfeed = None  # what follows the eye
        self.rate = Rate()
        self.mm_s = 0  # measured
        self.running = False
        self.steady = False  # within a tenth of its speed
        self.loop_due = 0
        self.transferring = False
        self.transfer_due = 0
        self.sequencer = None

    def load(self, mold):
        self.piece = mold["piece_um"] // self.count_um

    # rows

    def run(self, now):
        if not self.running:
            self.running = True
            self.steady = False
            place = self.bus.inputs.belt_pos
            for eye in self.eyes:
                if diff(place, eye.lead) > self.piece + self.jam:
                    eye.lead = place  # what was stuck in the eye goes from here
            self.bus.want |= s.BELT_RUN | s.STATIC_BAR | s.REWIND
            self.bus.outputs.belt_pm = self.speed_mm_s * 1000 // self.top_mm_s
            self.rate.begin(now, place)
            self.loop_due = add(now, self.loop_us)
            self.poke()
            if self.outfeed:
                self.outfeed.begin()

    def stop(self, now):
        self.running = False
        self.steady = False
        self.bus.want &= ~(s.BELT_RUN | s.STATIC_BAR | s.REWIND)

    def at_speed(self, now):
        return self.steady

    def take(self, now):
        """Begin the transfer of the piece that was handed over last, if there is one."""
        self.transferring = self.tracker.n > 0
        self.transfer_due = now
        self.poke()

    def taken(self, now):
        return not self.transferring

    def empty(self, now):
        return self.tracker.n == 0

    def passed(self, now, lane):
        """The next piece of a lane is past the eye, seen or lost."""
        self.tracker.pass_(now, lane)
        if self.outfeed:
            self.outfeed.poke()
        self.sequencer.poke()  # the belt may be empty now

    def alarm(self, now, code):
        self.bus.alarms.raise_(now, code)
        self.bus.turned = True

    def time_us(self, left):
        """When to look at what has so many counts to go: not late where the belt speeds up."""
        return min(left * self.count_um // self.speed_mm_s, 10000) * 1000 + 1000

    # scan

    def scan(self, now):
        inputs = self.bus.inputs
        for eye in self.eyes:
            eye.look(now, inputs)
            if eye.timed:
                self.until(eye.wake)
        if self.running:
            if diff(now, self.loop_due) >= 0:
                self._regulate(now, inputs)
                for eye in self.eyes:
                    eye.look_on(now, inputs.belt_pos)
                self.loop_due = add(now, self.loop_us)
            self.until(self.loop_due)
        if self.transferring:
            self._watch_transfer(now, inputs)

    def _regulate(self, now, inputs):
        """Integral speed loop; a set-point within 1 % of the wish is left alone."""
        self.mm_s = self.rate.feed(now, inputs.belt_pos) * self.count_um // 1000
        short = self.speed_mm_s - self.mm_s
        was = self.steady
        self.steady = abs(short) * 10 <= self.speed_mm_s
        if self.steady and not was:
            self.sequencer.poke()
        if abs(short) * 100 > self.speed_mm_s:
            pm = self.bus.outputs.belt_pm + short * 500 // self.top_mm_s
            self.bus.outputs.belt_pm = min(max(pm, 0), 1000)
            self.bus.put(now, events.BELT_PM, self.bus.outputs.belt_pm)

    def _watch_transfer(self, now, inputs):
        """Wake when the belt will have carried the piece off, by its own speed."""
        n = self.tracker.n
        left = self.transfer - self.tracker.gone(inputs.belt_pos, n - 1) if n else 0
        if left <= 0:
            self.transferring = False
            self.sequencer.poke()
            return
        if diff(now, self.transfer_due) >= 0:
            self.transfer_due = add(now, self.time_us(left))
        self.until(self.transfer_due)
