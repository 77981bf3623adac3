"""The line before and behind: starved or blocked, the machine waits in Suspended, and goes on by
itself when that is over.

Visited in the scan when a neighbour's signal changes, when a reason comes or goes, and when a
sequence has ended: only so are Execute and Suspended entered. What was suspended by command stays.
"""

from controller import modes, packml
from controller import signals as s
from controller.blocks import Debounce
from controller.part import Part


class Line(Part):
    def __init__(self, bus, machine, coordinator):
        Part.__init__(self, bus)
        self.coordinator = coordinator
        #: why nothing may be made, each reason by the dx bit of its signal: UPSTREAM_OK starved
        self.stops = 0
        self.waits = False  # suspended by this part
        self.delays = ()
        if machine.has("line"):
            self.watch_x = s.UPSTREAM_OK | s.DOWNSTREAM_OK
            bus.need("x", self.watch_x)
            self.delays = (
                Debounce(machine["line.starved_ms"] * 1000, s.UPSTREAM_OK),
                Debounce(machine["line.blocked_ms"] * 1000, s.DOWNSTREAM_OK),
            )

    def blocked(self, why, on):
        """A reason to make nothing comes, or goes; `why` is the dx bit of its signal."""
        stops = self.stops & ~why | (why if on else 0)
        if stops != self.stops:
            self.stops = stops
            self.poke()

    def scan(self, now):
        bit = s.UPSTREAM_OK
        for delay in self.delays:
            self.stops = self.stops & ~bit | delay.feed(now, self.bus.inputs.dx & bit) ^ bit
            if delay.timed:
                self.until(delay.wake)
            bit = s.DOWNSTREAM_OK
        unit = self.bus.unit
        if unit.state == packml.EXECUTE:
            may = self.stops and unit.mode == modes.PRODUCE
            self.waits = may and self.coordinator.command(now, packml.CMD_SUSPEND)
        elif self.waits and unit.state == packml.SUSPENDED and not self.stops:
            self.coordinator.command(now, packml.CMD_UNSUSPEND)
