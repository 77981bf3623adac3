"""The byte stream of the link: USB, or a UART where io.json has its pins. Idle context."""

import select
import sys

import machine
from micropython import const

_BAUD = const(115200)
_MOST = const(16)  # bytes at once: what is kept waiting is the controller


class Port:
    """Neither way waits: a stream is asked before each byte. checked: lines have check sums."""

    def __init__(self, places):
        at = places.at
        self.reader, self.writer = sys.stdin.buffer, sys.stdout.buffer
        self.checked = "link_tx" in at
        if self.checked:
            pin = at["link_tx"][0]
            self.reader = self.writer = machine.UART(
                pin + 4 >> 3 & 1, _BAUD, tx=pin, rx=pin + 1, rxbuf=512
            )
        self.byte = bytearray(1)
        self.readable = select.poll()
        self.readable.register(self.reader, select.POLLIN)
        self.writable = select.poll()
        self.writable.register(self.writer, select.POLLOUT)

    def read(self):
        """A byte, or -1."""
        for _ in self.readable.ipoll(0):
            if self.reader.readinto(self.byte):
                return self.byte[0]
        return -1

    def write(self, view):
        """How many bytes of it were taken."""
        at = 0
        while at < _MOST and at < len(view) and self.writable.poll(0):
            self.writer.write(view[at : at + 1])
            at += 1
        return at
