"""What every part of the scan has: when it wants to be visited, and the bus all parts share."""

from controller.clock import HALF, LAST
from controller.image import Inputs, Outputs
from controller.modes import MANUAL
from controller.signals import BTN_JOG, KEY_SERVICE, PRESS

_JOG = BTN_JOG | KEY_SERVICE


class Bus:
    """Images, journal, alarms, state and wishes, shared by all parts. Made once, by app."""

    def __init__(self, journal, unit):
        from controller.alarms import Alarms  # a part as well: it imports this file

        self.inputs = Inputs()
        self.outputs = Outputs()
        self.put = journal.put  # bound once: called often
        self.unit = unit
        self.alarms = Alarms(self)
        self.needs = {"d": 0, "x": 0, "o": 0, "m": 0}  # bits that have to be wired
        self.want = 0  # signals.DO bits that parts wish; interlocks decide
        self.in_air = 0  # interlocks.IN_AIR while a shot is asked for that the mold has in air
        self.tracks = []  # the sequence that ran last on each track, for the sequencer
        self.now = 0  # of the last scan, for the link
        self.wake = 0  # no deadline of a part lies before it; exact when it has come
        self.turned = False  # state or sequence is over: what follows is for the next scan
        self.dirty = False  # a part was poked: the scan is not yet at rest

    def need(self, word, bits):
        """A station that this machine has cannot do without these. Idle context."""
        self.needs[word] |= bits

    def jogs(self):
        """The jog button is held, in Manual and with the key."""
        return self.unit.mode == MANUAL and self.inputs.dx & _JOG == _JOG

    def wish(self, bits):
        """Wish outputs on, or off with a minus. Each way of the press excludes the other."""
        if bits < 0:
            self.want &= ~-bits
        else:
            self.want = (self.want & ~PRESS if bits & PRESS else self.want) | bits


class Part:
    """A thing the scan visits when it is poked, due, or one of its inputs has changed."""

    watch = 0  # di bits that concern it
    watch_x = 0  # dx bits that concern it
    watch_devices = False  # device fields of the input image concern it
    weight = 1  # of a visit, in those that a scan has room for

    def __init__(self, bus):
        self.bus = bus
        self.poked = True  # everything is looked at in the first scan
        self.timed = False
        self.wake = 0

    def poke(self):
        """Ask for a visit in this scan. From parts, in the scan."""
        self.poked = True
        self.bus.dirty = True

    def until(self, wake):
        """Ask for a visit at `wake`, or earlier if that was asked for. Each visit begins anew."""
        # The differences are clock.diff written out: this is called often.
        if not self.timed or (wake - self.wake) & LAST >= HALF:
            self.wake = wake
            self.timed = True
            if (wake - self.bus.wake) & LAST >= HALF:
                self.bus.wake = wake

    def scan(self, now):
        """Visit. Must change nothing when called twice at the same instant."""
