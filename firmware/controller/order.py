"""The order: completes production when its pieces are made. A Reset from Complete begins the next.

Visited in the scan when a device has news or the state changes.
"""

from controller import events, modes, packml
from controller.part import Part


class Order(Part):
    watch_devices = True

    def __init__(self, bus, machine, tracker, coordinator):
        Part.__init__(self, bus)
        self.tracker = tracker
        self.coordinator = coordinator
        self.pieces = machine["order.pieces"]  # 0: without end
        self.before = 0  # good pieces when it began
        self.over = False

    def scan(self, now):
        unit = self.bus.unit
        state = unit.state
        counts = self.tracker.counts
        good = counts[0] + counts[1] - self.before
        if state == packml.COMPLETE:
            if not self.over:
                self.over = True
                self.bus.put(now, events.ORDER, good)
        elif self.over:
            self.over = False
            self.before += good
        elif state == packml.EXECUTE and unit.mode == modes.PRODUCE and self.pieces:
            if good + self.tracker.coming() >= self.pieces:
                self.coordinator.command(now, packml.CMD_COMPLETE)
