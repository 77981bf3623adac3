"""The event ring: three integers an event, kept in RAM until somebody drains it.

`put` is called from the scan and allocates nothing. The simulator drains it into its recorder, the
board into flash when sonics are off and the press is parked.
"""

from array import array


class Journal:
    def __init__(self, events):
        self.ring = array("i", bytes(12 * events))
        self.end = 3 * events
        self.at = 0  # where the next event goes
        self.held = 0  # integers that wait to be drained
        self.lost = 0  # events overwritten before they were drained
        self.drained = 0  # events that were; with those held and lost, all there ever were

    def put(self, now, what, value):
        ring = self.ring
        end = self.end
        at = self.at
        ring[at] = now
        ring[at + 1] = what
        ring[at + 2] = value
        at += 3
        self.at = 0 if at == end else at
        held = self.held
        if held == end:
            self.lost += 1
        else:
            self.held = held + 3

    def drain(self, sink):
        """Hand the waiting events to `sink(ring, start, stop)`, oldest first. Idle context."""
        start = self.at - self.held
        if start < 0:
            sink(self.ring, start + self.end, self.end)
            start = 0
        if start < self.at:
            sink(self.ring, start, self.at)
        self.drained += self.held // 3
        self.held = 0
