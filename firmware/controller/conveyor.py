"""The takeaway conveyor: speed loop on the belt encoder, counting and jam watch at the piece eye.

Visited in the scan at the loop's period and at an edge of the eye.
"""

from controller import events
from controller import signals as s
from controller.alarm_codes import BELT_JAM, PIECE_EXTRA, PIECE_LOST
from controller.blocks import Debounce, Rate
from controller.clock import add, diff
from controller.part import Part


class Conveyor(Part):
    watch = s.PIECE_EYE

    def __init__(self, bus, machine, tracker):
        Part.__init__(self, bus)
        self.tracker = tracker
        self.count_um = machine["belt.encoder_um"]
        self.speed_mm_s = machine["belt.speed_mm_s"]
        self.top_mm_s = machine["belt.top_speed_mm_s"]
        self.loop_us = machine["belt.loop_ms"] * 1000
        self.eye = machine["belt.eye_mm"] * 1000 // self.count_um
        self.gap = machine["belt.gap_mm"] * 1000 // self.count_um
        self.transfer = machine["belt.transfer_mm"] * 1000 // self.count_um
        self.jam = machine["belt.jam_mm"] * 1000 // self.count_um
        self.filter = Debounce(machine["belt.eye_filter_ms"] * 1000, 0)
        self.rate = Rate()
        self.mm_s = 0  # measured
        self.running = False
        self.steady = False  # within a tenth of its speed
        self.loop_due = 0
        self.transferring = False
        self.transfer_due = 0
        self.lead = 0  # belt_pos at the leading edge of the piece in the eye
        self.sequencer = None

    def load(self, mold):
        self.piece = mold["piece_um"] // self.count_um

    # rows

    def run(self, now):
        if not self.running:
            self.running = True
            self.steady = False
            self.lead = self.bus.inputs.belt_pos  # a piece that stands in the eye goes from here
            self.bus.want |= s.BELT_RUN | s.STATIC_BAR | s.REWIND
            self.bus.outputs.belt_pm = self.speed_mm_s * 1000 // self.top_mm_s
            self.rate.begin(now, self.bus.inputs.belt_pos)
            self.loop_due = add(now, self.loop_us)
            self.poke()

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

    # scan

    def scan(self, now):
        inputs = self.bus.inputs
        eye = self.filter
        blocked = 1 if inputs.di & s.PIECE_EYE else 0
        if eye.timed or blocked != eye.raw:
            self._watch_eye(now, inputs, blocked)
            if eye.timed:
                self.until(eye.wake)
        if self.running:
            if diff(now, self.loop_due) >= 0:
                self._regulate(now, inputs)
                self._watch_gap(now, inputs)
                self.loop_due = add(now, self.loop_us)
            self.until(self.loop_due)
        if self.transferring:
            self._watch_transfer(now, inputs)

    def _watch_eye(self, now, inputs, blocked):
        was = self.filter.value
        if self.filter.feed(now, blocked) and not was:
            self.lead = inputs.eye_pos
            self._watch_lead(now)

    def _watch_lead(self, now):
        tracker = self.tracker
        while tracker.n and tracker.gone(self.lead) > self.eye + self.gap:
            self._lose(now)
        if tracker.n and tracker.gone(self.lead) >= self.eye - self.gap:
            tracker.count(now)
            self.sequencer.poke()  # the belt may be empty now
        else:
            tracker.extra += 1
            self.bus.put(now, events.PIECE_EXTRA, tracker.extra)
            self.bus.alarms.raise_(now, PIECE_EXTRA)

    def _lose(self, now):
        self.tracker.leave(now, events.PIECE_LOST)
        self.bus.alarms.raise_(now, PIECE_LOST)
        self.sequencer.poke()

    def _watch_gap(self, now, inputs):
        """Pieces that ought to have reached the eye; one that stays in it."""
        late = self.eye + self.gap
        if not self.filter.value and not self.filter.timed:
            while self.tracker.n and self.tracker.gone(inputs.belt_pos) > late:
                self._lose(now)
        elif self.filter.value and diff(inputs.belt_pos, self.lead) > self.piece + self.jam:
            self.bus.alarms.raise_(now, BELT_JAM)

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
        if self.tracker.n == 0:
            left = 0
        else:
            left = self.transfer - self.tracker.newest_gone(inputs.belt_pos)
        if left <= 0:
            self.transferring = False
            self.sequencer.poke()
            return
        if diff(now, self.transfer_due) >= 0:
            mm_s = max(self.mm_s, 10)
            self.transfer_due = add(now, min(left * self.count_um // mm_s, 1000) * 1000 + 1000)
        self.until(self.transfer_due)
