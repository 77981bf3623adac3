"""One scan: visit the parts that are due or concerned until all rest, then ask the interlocks.

Called by app's user through `App.scan`. Costs what the visited parts cost.
"""

from micropython import const

from controller import events, interlocks
from controller.alarm_codes import INTERLOCK_DENIED, REACT_STOP, SCAN_FAULT
from controller.clock import add, diff
from controller.stack_light import LIGHTS

_PASSES = const(12)  # a scan that has not come to rest by then has a fault
_LONGEST_US = const(60000000)


class Scan:
    def __init__(self, bus, parts, alarms, mold):
        self.bus = bus
        self.parts = parts
        self.alarms = alarms
        self.mold = mold
        self.di = 0
        self.dx = 0
        self.devices = 0
        self.wake = 0  # the earliest deadline of all parts
        self.asked = -1  # what the interlocks were asked last: wishes, fast inputs, truths
        self.asked_di = 0
        self.asked_word = 0
        self.granted = 0  # and what they answered
        self.denied = 0

    def scan(self, now):
        """Bring the outputs up to date with the inputs. Returns µs until the next deadline."""
        bus = self.bus
        inputs = bus.inputs
        changed = inputs.di ^ self.di
        changed_x = inputs.dx ^ self.dx
        devices = inputs.devices != self.devices
        concerned = changed or changed_x or devices
        if changed:
            self.di = inputs.di
            bus.journal.put(now, events.INPUT, inputs.di)
        if changed_x:
            self.dx = inputs.dx
            bus.journal.put(now, events.INPUT_X, inputs.dx)
        self.devices = inputs.devices
        due = diff(now, self.wake) >= 0
        bus.dirty = False
        for part in self.parts:
            if (
                part.poked
                or (due and part.timed and diff(now, part.wake) >= 0)
                or (
                    concerned
                    and (
                        changed & part.watch
                        or changed_x & part.watch_x
                        or (devices and part.watch_devices)
                    )
                )
            ):
                part.poked = False
                part.timed = False
                part.scan(now)
        self._settle(now)
        if self.granted != bus.outputs.do:
            bus.outputs.do = self.granted
            bus.journal.put(now, events.OUTPUT, self.granted)
        return self._wait_us(now)

    def _settle(self, now):
        """Visit the parts that were poked, until none is and the interlocks have no objection."""
        bus = self.bus
        passes = 0
        while bus.dirty or self._denies(now):
            bus.dirty = False
            passes += 1
            if passes > _PASSES:
                self._fault(now)
                return
            for part in self.parts:
                if part.poked:
                    part.poked = False
                    part.timed = False
                    part.scan(now)

    def _denies(self, now):
        """Ask the interlocks. True: a refusal raised an alarm, and parts have to look again."""
        bus = self.bus
        want = bus.want
        di = bus.inputs.di
        word = interlocks.truths(bus.inputs, bus.outputs, self.mold.ok)
        if want == self.asked and di == self.asked_di and word == self.asked_word:
            return bus.dirty
        self.asked = want
        self.asked_di = di
        self.asked_word = word
        self.granted = interlocks.permit(want, di, word)
        denied = want & ~self.granted & interlocks.MOTION
        if denied != self.denied:
            self.denied = denied
            # A refusal whose cause has stopped the machine already needs no alarm of its own.
            if denied and self.alarms.worst() < REACT_STOP:
                bus.journal.put(now, events.DENIED, denied)
                self.alarms.raise_(now, INTERLOCK_DENIED)
        return bus.dirty

    def _fault(self, now):
        """Parts do not come to rest: everything off, and an abort in the next scan."""
        self.bus.want &= LIGHTS
        self.granted = self.asked = self.bus.want
        self.alarms.raise_(now, SCAN_FAULT)

    def _wait_us(self, now):
        wait_us = 1 if self.bus.dirty else _LONGEST_US
        for part in self.parts:
            if part.timed:
                left_us = diff(part.wake, now)
                if left_us < wait_us:
                    wait_us = left_us
        if wait_us < 1:
            wait_us = 1
        self.wake = add(now, wait_us)
        return wait_us
