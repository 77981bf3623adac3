"""One scan: visit a few of the parts that are due or concerned, then ask the interlocks.

Called by app's user through `App.scan`. Costs what the visited parts cost.
"""

from micropython import const

from controller import events, interlocks
from controller.alarm_codes import INTERLOCK_DENIED, REACT_STOP, SCAN_FAULT
from controller.clock import HALF, LAST, add
from controller.signals import FEED_READY
from controller.stack_light import LIGHTS

_VISITS = const(3)  # of parts in one scan, by their weight, or up to a change of state
_RESTLESS = const(60)  # scans one after the other: parts that have not come to rest have a fault
_LONGEST_US = const(60000000)


class Scan:
    def __init__(self, bus, parts, mold, still, begin):
        self.bus = bus
        self.parts = parts
        self.on_di = tuple([part for part in parts if part.watch])
        self.on_dx = tuple([part for part in parts if part.watch_x])
        self.on_devices = tuple([part for part in parts if part.watch_devices])
        self.mold = mold
        self.still = still
        self.begin = begin  # called in the first scan, before anything else
        self.di = 0
        self.dx = 0
        self.devices = 0
        self.asked = -1  # what the interlocks were asked last: wishes, fast inputs, truths
        self.asked_di = 0
        self.asked_word = 0
        self.granted = 0  # and what they answered
        self.denied = 0
        self.restless = 0  # scans in a row that left something to do

    def scan(self, now):
        """Bring the outputs up to date. Returns µs to the next deadline, 0: scan again at once."""
        if self.begin:
            self.begin(now)
            self.begin = None
        bus = self.bus
        bus.now = now
        inputs = bus.inputs
        # Poke the parts whose inputs have changed, and those whose deadline has come.
        changed = inputs.di ^ self.di
        if changed:
            self.di = inputs.di
            bus.put(now, events.INPUT, inputs.di)
            for part in self.on_di:
                if changed & part.watch:
                    part.poked = True
        changed = inputs.dx ^ self.dx
        if changed:
            self.dx = inputs.dx
            bus.put(now, events.INPUT_X, inputs.dx)
            for part in self.on_dx:
                if changed & part.watch_x:
                    part.poked = True
        if inputs.devices != self.devices:
            self.devices = inputs.devices
            for part in self.on_devices:
                part.poked = True
        if (now - bus.wake) & LAST < HALF:  # clock.diff(now, bus.wake) >= 0, written out
            self._call_due(now, bus)

        self._visit(now, bus)
        if self.granted != bus.outputs.do:
            bus.outputs.do = self.granted
            bus.put(now, events.OUTPUT, self.granted)
        if bus.dirty:
            bus.wake = now
            return 0
        wait_us = (bus.wake - now) & LAST
        return wait_us if 0 < wait_us < HALF else 1

    def _call_due(self, now, bus):
        """Poke the parts whose deadline has come, and find the next one of the others."""
        next_us = _LONGEST_US - 1
        for part in self.parts:
            if part.timed:
                left_us = (part.wake - now - 1) & LAST  # clock.diff written out, less 1
                if left_us >= HALF:
                    part.poked = True
                elif left_us < next_us:
                    next_us = left_us
        bus.wake = add(now, next_us + 1)

    def _visit(self, now, bus):
        """Visit poked parts until none is left and the interlocks have no objection, but so few
        that no scan gets too long: the others are visited in scans of their own, at once."""
        visits = 0
        bus.dirty = True
        while bus.dirty or self._denies(now):
            bus.dirty = False
            for part in self.parts:
                if part.poked:
                    part.poked = False
                    part.timed = False
                    part.scan(now)
                    visits += part.weight
                    if bus.turned or visits >= _VISITS:
                        bus.turned = False
                        bus.dirty = True
                        self._denies(now)
                        self.restless += 1
                        if self.restless == _RESTLESS:
                            self._fault(now)
                        return
        self.restless = 0

    def _denies(self, now):
        """Ask the interlocks. True: a refusal raised an alarm, and parts have to look again."""
        bus = self.bus
        want = bus.want
        di = bus.inputs.di
        word = interlocks.truths(bus, self.mold.ok, self.still(now)) | bus.in_air
        if want == self.asked and di == self.asked_di and word == self.asked_word:
            return bus.dirty
        self.asked = want
        self.asked_di = di
        self.asked_word = word
        self.granted = interlocks.permit(want, di, word)
        denied = want & ~self.granted & interlocks.MOTION
        if denied != self.denied:
            self.denied = denied
            # A refusal whose cause has stopped the machine already needs no alarm of its own, nor
            # does a drive that has tripped: supervision gives it a moment.
            if denied and bus.alarms.worst < REACT_STOP and di & FEED_READY:
                bus.put(now, events.DENIED, denied)
                bus.alarms.raise_(now, INTERLOCK_DENIED)
        return bus.dirty

    def _fault(self, now):
        """Parts do not come to rest: everything off, and an abort in the next scan."""
        self.bus.want &= LIGHTS
        self.granted = self.asked = self.bus.want
        self.bus.alarms.raise_(now, SCAN_FAULT)
