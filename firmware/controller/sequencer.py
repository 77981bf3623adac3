"""Steps the sequences that run: that of the state, the stroke, and the branches beside it.

Visited in the scan on every change, since a row may wait for any input.
"""

from controller import signals as s
from controller.part import Part


class Sequencer(Part):
    # The eyes are filtered by conveyor and outfeed, which poke.
    watch = 0x3FFFFFFF & ~(s.PIECE_EYE | s.PIECE_EYE2 | s.REJECT_EYE)
    watch_x = s.PICK_HELD | s.STACK_HOME
    watch_devices = True

    def __init__(self, bus):
        Part.__init__(self, bus)
        self.tracks = bus.tracks
        self.listeners = ()  # parts to poke when a sequence has ended or failed

    def begin(self, now, sequence):
        sequence.begin(now)
        self.poke()

    def cancel_all(self, now):
        for sequence in self.tracks:
            if sequence.active:
                sequence.cancel(now)

    def scan(self, now):
        for sequence in self.tracks:
            if sequence.active:
                sequence.step(now)
                if sequence.timed:
                    self.until(sequence.wake)
                if not sequence.active:
                    for part in self.listeners:
                        part.poked = True
                    self.poke()  # a row of another track may wait for this
                if self.bus.turned:
                    self.poke()  # the other tracks have a scan of their own
                    return
