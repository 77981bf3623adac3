"""Pacing: stroke k is due at t0 + k x takt, on an absolute grid.

A late stroke is followed by strokes at full speed until the grid is met again, so the rate holds
wherever the mean stroke is below the takt. Visited in the scan when a stroke is due or has ended.
"""

from micropython import const

from controller import events
from controller.clock import add, diff
from controller.part import Part

_BEHIND_MOST_US = const(60000000)  # what is further behind than this is given up


class Pacing(Part):
    def __init__(self, bus, machine, sequencer):
        Part.__init__(self, bus)
        self.grid = machine["machine.pacing"] == "grid"
        self.cavities = machine["machine.cavities"]
        self.load(machine)
        self.current_x10 = 0  # of the last two strokes
        self.sequencer = sequencer
        self.coordinator = None
        self.stroke = None
        self.running = False
        self.first = False
        self.waited = False  # the stroke before ended in time
        self.due = 0
        self.begun = 0

    def load(self, machine):
        """Take the takt. Only while stopped or aborted."""
        takt_ms = machine["machine.takt_ms"]
        self.takt_us = takt_ms * 1000
        self.target_x10 = self.cavities * 600000 // takt_ms

    def start(self, now):
        """Execute begins: the grid begins here."""
        self.running = True
        self.first = True
        self.waited = True
        self.due = now
        self.poke()

    def stop(self, now):
        self.running = False
        self.current_x10 = 0

    def scan(self, now):
        if not self.running or self.stroke.active:
            return
        late_us = diff(now, self.due)
        if late_us < 0:
            self.waited = True
            self.until(self.due)
            return
        self.bus.put(now, events.LATE_US, late_us)
        if late_us > _BEHIND_MOST_US or not (self.grid or self.waited):
            self.due = now
        self.due = add(self.due, self.takt_us)
        self.waited = False
        self._measure(now)
        self.sequencer.begin(now, self.stroke)

    def _measure(self, now):
        if not self.first:
            ms = diff(now, self.begun) // 1000
            self.current_x10 = self.cavities * 600000 // ms if ms else 0
        self.first = False
        self.begun = now
