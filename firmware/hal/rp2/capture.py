"""WebEncoder, MarkCapture, BeltDrive's encoder and EyeCapture. Called in the scan.

PIO counts the edges of an encoder and DMA keeps the last count in memory. Each edge of an eye
makes DMA copy that count into a ring: no interrupt is late, because there is none.
"""

from array import array

import machine
import uctypes
from micropython import const

import rp2
from controller.clock import diff
from hal.rp2 import programs

_LATCHES = const(8)
_RING_SIZE = const(5)  # 32 bytes
_NO_REQUEST = const(0x3F)
_WITHOUT_END = const(0xFFFFFFF)  # transfers, then the other channel takes over
_MARK_APART_US = const(5000)
_LAST = const(0x3FFFFFFF)
_HIGH = const(0x3FFF)
_SET_Y_0 = const(0xE040)


def _request(number):
    """DREQ of the FIFO that a state machine fills."""
    return (number >> 2) * 8 + 4 + (number & 3)


class Encoder:
    def __init__(self, number, first, second):
        """State machine `number`; channels are pins beside each other, in either order."""
        self.back = first > second
        for pin in first, second:
            machine.Pin(pin, machine.Pin.IN)
        base = machine.Pin(min(first, second))
        self.machine = rp2.StateMachine(number, programs.counter, in_base=base)
        self.machine.exec(_SET_Y_0)
        self.count = array("H", (0, 0))  # low, high
        self.channels = one, other = rp2.DMA(), rp2.DMA()
        for each, next_one in (one, other), (other, one):
            control = each.pack_ctrl(
                inc_read=False,
                inc_write=False,
                treq_sel=_request(number),
                chain_to=next_one.channel,
            )
            each.config(read=self.machine, write=self.count, count=_WITHOUT_END, ctrl=control)
        one.active(1)
        self.machine.active(1)

    def position(self):
        return self.of(self.count, 0)

    def of(self, counts, at):
        """A count in memory that may change while it is read, on the ring of positions."""
        high = -1
        while high != counts[at + 1]:
            high = counts[at + 1]
            low = counts[at]
        place = (high & _HIGH) << 16 | low
        return -place & _LAST if self.back else place


class Latch:
    """Positions of an encoder at the edges of a pin: up at even places, down at odd ones."""

    def __init__(self, number, pin, encoder):
        self.encoder = encoder
        pin = machine.Pin(pin, machine.Pin.IN)
        self.machine = rp2.StateMachine(number, programs.edges, in_base=pin)
        kept = array("H", bytes(2 * 4 * _LATCHES))
        first = -uctypes.addressof(kept) % (4 * _LATCHES)
        self.first = first // 2
        self.ring = kept
        self.ring_at = uctypes.addressof(kept) + first
        self.told = array("I", (0,))
        self.taker = taker = rp2.DMA()
        self.keeper = keeper = rp2.DMA()
        taker.config(
            read=self.machine,
            write=self.told,
            count=1,
            ctrl=taker.pack_ctrl(
                inc_read=False,
                inc_write=False,
                treq_sel=_request(number),
                chain_to=keeper.channel,
            ),
        )
        keeper.config(
            read=encoder.count,
            write=self.ring_at,
            count=1,
            ctrl=keeper.pack_ctrl(
                inc_read=False,
                treq_sel=_NO_REQUEST,
                chain_to=taker.channel,
                ring_sel=1,
                ring_size=_RING_SIZE,
            ),
        )
        taker.active(1)
        self.machine.active(1)

    def next_place(self):
        """Where the next edge will be kept, 0 .. _LATCHES - 1."""
        return (self.keeper.write - self.ring_at) >> 2 & _LATCHES - 1

    def position(self, place):
        return self.encoder.of(self.ring, self.first + 2 * place)


class Eye:
    """EyeCapture: the position of the last edge."""

    def __init__(self, number, pin, encoder, inputs):
        self.latch = Latch(number, pin, encoder)
        self.inputs = inputs
        self.seen = self.latch.next_place()

    def poll(self):
        """True if there was an edge."""
        place = self.latch.next_place()
        if place == self.seen:
            return False
        self.seen = place
        self.inputs.eye_pos = self.latch.position(place - 1 & _LATCHES - 1)
        return True


class Marks:
    """MarkCapture: the position of the last mark, and how many there were."""

    def __init__(self, number, pin, low, encoder, inputs):
        self.latch = Latch(number, pin, encoder)
        self.inputs = inputs
        self.parity = 1 if low else 0
        self.seen = -1
        self.since = 0
        self.quiet = True  # no mark within the last 5 ms

    def poll(self, now):
        """True if there was a mark."""
        place = self.latch.next_place()
        if self.seen < 0:
            self.seen = place  # what it saw when it began is no edge
        if not self.quiet and diff(now, self.since) >= _MARK_APART_US:
            self.quiet = True
        found = False
        while self.seen != place:
            if self.quiet and self.seen & 1 == self.parity:
                self.quiet = False
                self.since = now
                self.inputs.mark_pos = self.latch.position(self.seen)
                self.inputs.mark_no = self.inputs.mark_no + 1 & 0x7FFF
                found = True
            self.seen = self.seen + 1 & _LATCHES - 1
        return found
