"""The pick: a pad that takes the piece from the web with vacuum and lets go of it over the belt.

PICK on: the pad goes to the web and sucks, PICK_HELD says that it has got hold. PICK off: it
swings back and lets go, PICK_HELD falls. Its methods are rows of the takeaway and of homing.
"""

from controller import signals as s
from controller.clock import add, diff


class Pick:
    def __init__(self, bus, machine, tracker):
        self.bus = bus
        self.tracker = tracker
        self.most_us = machine["pick.hold_max_ms"] * 1000
        self.due = 0
        self.wanted = False  # there is a piece to take
        self.carried = False  # it was taken and not yet let go
        bus.need("x", s.PICK_HELD)
        bus.need("o", s.PICK)

    def take(self, now):
        tracker = self.tracker
        if self.carried and tracker.n:
            tracker.lose_newest(now)  # it never came down
        self.carried = False
        gone = tracker.web_gone()
        if tracker.on_web and gone >= 3 * tracker.half_pitch:
            tracker.lose_web(now)
        self.due = add(now, self.most_us)
        # A pad that is not empty takes nothing; that it is not is what the next row says.
        self.wanted = tracker.on_web and gone >= tracker.half_pitch and not self._holds()
        tracker.taking = self.wanted
        if self.wanted:
            self.bus.want |= s.PICK
        self.bus.turned = True  # the rest of this scan has a scan of its own

    def held(self, now):
        if not self.wanted or self._holds():
            return True
        if diff(now, self.due) >= 0:
            self.bus.want &= ~s.PICK
            self.tracker.taking = False
        return False

    def place(self, now):
        self.bus.want &= ~s.PICK
        if self.wanted:
            self.carried = True
            if self.tracker.taking:
                self.tracker.hand_over(now)

    def placed(self, now):
        if self._holds():
            return False
        if self.carried:
            self.carried = False
            tracker = self.tracker
            tracker.places[tracker.at(tracker.n - 1)] = self.bus.inputs.belt_pos
        return True

    def _holds(self):
        return self.bus.inputs.dx & s.PICK_HELD != 0
