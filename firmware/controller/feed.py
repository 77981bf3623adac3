"""The index feed: one pitch a stroke, trimmed to the registration mark, or by the encoder alone on
a web without marks.

The move itself is the step train's; the feed says how far, accepts the mark that was latched in
its window, and judges where the web came to rest. Visited in the scan when a device field changes.
"""

from micropython import const

from controller import events
from controller import signals as s
from controller.alarm_codes import MARK_LOST, REGISTRATION_OFF, REGISTRATION_WARN
from controller.clock import LAST, add, diff
from controller.image import PROFILE_INDEX, PROFILE_SLOW, PROFILE_TRIM
from controller.part import Part

_CREEP_STEPS = const(2000000)  # the most that a step train takes
_NEVER = const(1 << 29)  # no input: a stepper that has moved does not stand yet


class Feed(Part):
    watch_devices = True

    def __init__(self, bus, machine, tracker):
        Part.__init__(self, bus)
        self.tracker = tracker
        self.drops = not machine.has("pick")  # the piece drops on the belt by itself
        self.step_um = machine["feed.step_um"]
        self.count_um = machine["feed.encoder_um"]
        self.plain = not machine.has("registration")
        of = "feed."
        if not self.plain:
            of = "registration."
            bus.need("m", 1)
            self.ahead = machine["registration.eye_um"] // self.count_um
            self.window = machine["registration.window_um"] // self.count_um
            self.missed_most = machine["registration.missed_max"]
        self.trim_most_um = machine[of + "trim_max_um"]
        self.warn_um = machine[of + "warn_um"]
        self.alarm_um = machine[of + "alarm_um"]
        # A stepper has no word of its own for standing still: it is given time.
        self.in_pos = s.FEED_IN_POS  # on: the web stands
        self.settle_us = 0
        if machine["feed.type"] == "stepper":
            self.settle_us = machine["feed.settle_ms"] * 1000
            self.in_pos = 0
        bus.need("d", self.in_pos)
        self.seeking = False  # any mark will do: the place of the last one is in doubt
        self.seen = False  # the mark of this move was accepted; there are none on a plain web
        self.mark_no = 0
        self.fed = 0  # the last move whose end was seen
        self.due = 0  # when a stepper is taken to stand
        self.target = 0  # where the web ought to come to rest, web counts
        self.missed = 0  # indexes in a row without a mark
        self.indexed = 0  # indexes since start
        self.off_register = False  # the piece that is welded here is a reject
        self.supply = None  # part that knows of splices
        self.sequencer = None

    def load(self, mold):
        self.pitch_um = mold["pitch_um"]
        self.pitch = self.pitch_um // self.count_um

    def _move(self, steps, profile):
        out = self.bus.outputs
        out.feed_steps = steps
        out.feed_profile = profile
        out.feed_no = (out.feed_no + 1) & 0x7FFF
        self.bus.want |= s.FEED_ENABLE
        if self.settle_us:
            self.in_pos = _NEVER

    def _rest_um(self):
        return diff(self.target, self.bus.inputs.web_pos) * self.count_um

    # stroke rows

    def index(self, now):
        self.target = add(self.target, self.pitch)
        self.seen = self.plain
        self.indexed = (self.indexed + 1) & LAST
        self._move(self._rest_um() // self.step_um, PROFILE_INDEX)

    def arrived(self, now):
        """No move is running, and the web has come to rest."""
        bus = self.bus
        inputs = bus.inputs
        if inputs.feed_done != bus.outputs.feed_no:
            return False
        return ~inputs.di & self.in_pos == 0

    def trim(self, now):
        """Go what is left to the mark, or to the encoder's word where no mark was seen."""
        if self.seen:
            self.missed = 0
        else:
            self._missed_one(now)
        rest_um = self._rest_um()
        self.bus.put(now, events.MARK_UM, rest_um)
        if self.step_um <= rest_um <= self.trim_most_um:
            self._move(rest_um // self.step_um, PROFILE_TRIM)

    def stopped(self, now):
        return self.bus.inputs.feed_done == self.bus.outputs.feed_no

    def check(self, now):
        """Judge where the web rests; the piece that is welded here carries the judgement."""
        self.bus.want &= ~s.FEED_ENABLE
        rest_um = self._rest_um()
        self.bus.put(now, events.REGISTRATION_UM, rest_um)
        off_um = abs(rest_um)
        off = off_um > self.alarm_um
        self.off_register = off or (self.supply and self.supply.passes(now))
        if off:
            self.seeking = True
            self.bus.alarms.raise_(now, REGISTRATION_OFF)
        elif off_um > self.warn_um:
            self.bus.alarms.raise_(now, REGISTRATION_WARN)

    # homing rows

    def seek(self, now):
        """Creep until a mark is seen, wherever it is. Without marks: the web rests where it is."""
        self.seeking = True
        self.seen = self.plain
        self.missed = 0
        if self.seen:
            self.target = self.bus.inputs.web_pos
            return
        self._move((self.pitch_um + self.pitch_um // 4) // self.step_um, PROFILE_SLOW)

    def mark_found(self, now):
        return self.seen

    def brake(self, now):
        self.seeking = False
        self.halt(now)

    def register(self, now):
        rest_um = self._rest_um()
        if rest_um >= self.step_um:
            self._move(rest_um // self.step_um, PROFILE_SLOW)

    def creep(self):
        """Jog: on until it is halted."""
        self._move(_CREEP_STEPS, PROFILE_SLOW)

    def halt(self, now):
        """Give up the move; the permission goes with the wish."""
        self.bus.want &= ~s.FEED_ENABLE

    def scan(self, now):
        inputs = self.bus.inputs
        if inputs.feed_done != self.fed and inputs.feed_done == self.bus.outputs.feed_no:
            self.fed = inputs.feed_done
            if self.drops:
                self.tracker.hand_over(now)
            self.due = add(now, self.settle_us)
        if self.in_pos == _NEVER and self.stopped(now):
            if diff(now, self.due) >= 0:
                self.in_pos = 0
                self.sequencer.poke()
            else:
                self.until(self.due)
        if inputs.mark_no != self.mark_no and not self.plain:
            self.mark_no = inputs.mark_no
            self._take_mark(inputs)

    def _take_mark(self, inputs):
        """Accept a mark in its window, or any while the web creeps."""
        place = add(inputs.mark_pos, self.ahead)
        off = diff(place, self.target)
        if self.seeking or (not self.seen and -self.window <= off <= self.window):
            self.seen = True
            self.seeking = False
            self.target = place

    def _missed_one(self, now):
        self.missed += 1
        self.bus.put(now, events.MARK_MISSED, self.missed)
        if self.missed >= self.missed_most:
            self.seeking = True
            self.bus.alarms.raise_(now, MARK_LOST)
