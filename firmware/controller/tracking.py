"""Pieces between horn and counter: one on the web, then a queue on the belt by encoder position.

Each has a serial number, a verdict and a place. Nothing is counted twice or lost without an event:
made = on the web + on the belt + good + suspect + reject + lost. Called by horn and conveyor.
"""

from array import array

from micropython import const

from controller import events
from controller.clock import LAST, diff

_ROOM = const(16)  # pieces on the belt at the same time


class Tracker:
    def __init__(self, bus):
        self.bus = bus
        self.serial = 0  # of the last piece made
        self.on_web = False
        self.web_verdict = 0
        self.web_place = 0  # web_pos where it was welded
        self.verdicts = bytearray(_ROOM)
        self.places = array("i", bytes(4 * _ROOM))  # belt_pos when it was handed over
        self.serials = array("i", bytes(4 * _ROOM))
        self.first = 0  # oldest on the belt
        self.n = 0  # on the belt
        self.counts = array("i", bytes(4 * 3))  # by verdict: good, suspect, reject
        self.lost = 0
        self.extra = 0

    def load(self, half_pitch):
        self.half_pitch = half_pitch

    def made(self, now, verdict):
        """A shot was given. A second shot on the same place makes the piece no better."""
        if self.on_web and diff(self.bus.inputs.web_pos, self.web_place) < self.half_pitch:
            self.web_verdict = max(self.web_verdict, verdict)
            return
        self.serial = (self.serial + 1) & LAST
        self.on_web = True
        self.web_verdict = verdict
        self.web_place = self.bus.inputs.web_pos
        self.bus.put(now, events.PIECE_MADE, self.serial)

    def hand_over(self, now):
        """The web has come to rest: a piece that is past half a pitch has dropped on the belt."""
        inputs = self.bus.inputs
        if not self.on_web or diff(inputs.web_pos, self.web_place) < self.half_pitch:
            return False
        self.on_web = False
        if self.n == _ROOM:
            self.leave(now, events.PIECE_LOST)
        at = (self.first + self.n) % _ROOM
        self.verdicts[at] = self.web_verdict
        self.places[at] = inputs.belt_pos
        self.serials[at] = self.serial
        self.n += 1
        self.bus.put(now, events.PIECE_ON, self.serial)
        return True

    def gone(self, place):
        """Counts the oldest piece on the belt has travelled at belt position `place`."""
        return diff(place, self.places[self.first])

    def newest_gone(self, place):
        return diff(place, self.places[(self.first + self.n - 1) % _ROOM])

    def count(self, now):
        """The oldest piece was seen at the eye."""
        verdict = self.verdicts[self.first]
        self.counts[verdict] += 1
        self.leave(now, events.PIECE_GOOD + verdict)

    def leave(self, now, what):
        if what == events.PIECE_LOST:
            self.lost += 1
        self.bus.put(now, what, self.serials[self.first])
        self.first = (self.first + 1) % _ROOM
        self.n -= 1
