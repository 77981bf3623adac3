"""Levels: direct pins and shift-register chains, as the words of signals.py. Called in the scan.

One transfer writes the 74HC595 of the outputs and reads the 74HC165 of the inputs. Nothing is
filtered here. OUTPUT ENABLE of the 595 is held off by its resistor until the first words are out.
"""

from array import array

import machine
from micropython import const

_GPIO_IN = 0xD0000004  # SIO: all pins at one instant
_BAUD = const(2000000)


def _picked(word, table):
    """Bits of the image, from a word of pins."""
    got = 0
    for at in range(0, len(table), 2):
        if word & table[at]:
            got |= table[at + 1]
    return got


def _shifted(data, table):
    """Bits of the image, from the bytes of the chain."""
    got = 0
    for at in range(0, len(table), 4):
        if (data[table[at]] ^ table[at + 2]) & table[at + 1]:
            got |= table[at + 3]
    return got


class Levels:
    def __init__(self, places):
        pins, chain = places.di
        slow_pins, slow_chain = places.dx
        out_pins, out_chain = places.do
        at = places.at

        def masks(rows):
            """Where it is in the word that is read, bit of the image, and so on."""
            table = array("I")
            for bit, number, _ in rows:
                table.append(1 << number)
                table.append(bit)
            return table

        def chained(rows):
            """Byte, bit in it, the same bit if low means on, bit of the image, and so on."""
            table = array("I")
            for bit, number, low in rows:
                mask = 1 << (number & 7)
                table.extend(array("I", (number >> 3, mask, mask if low else 0, bit)))
            return table

        def out(name, value):
            return machine.Pin(at[name][0], machine.Pin.OUT, value=value)

        self.from_pins = masks(pins)
        self.from_pins_x = masks(slow_pins)
        self.from_chain = chained(chain)
        self.from_chain_x = chained(slow_chain)
        self.used = sum([1 << number for _, number, _ in pins + slow_pins])
        self.flip = sum([low << number for _, number, low in pins + slow_pins])
        self.pins = [machine.Pin(pin, machine.Pin.IN) for _, pin, _ in pins + slow_pins]
        # Outputs, off before anything drives
        self.to_chain = chained(out_chain)
        self.out_pins = [
            (bit, machine.Pin(pin, machine.Pin.OUT, value=low), low) for bit, pin, low in out_pins
        ]
        most = max([number for _, number, _ in chain + slow_chain + out_chain] + [0])
        self.size = most // 8 + 1
        self.sent = bytearray(self.size)
        self.got = bytearray(self.size)
        self.was = bytearray(self.size)  # of the inputs in the image
        self.load = out("chain_load", 1)
        self.latch = out("chain_latch", 0)
        clock = at["chain_clock"][0]
        self.bus = machine.SPI(
            clock >> 3 & 1,
            baudrate=_BAUD,
            sck=machine.Pin(clock),
            mosi=machine.Pin(at["chain_out"][0]),
            miso=machine.Pin(at["chain_in"][0]),
        )
        self._put(0)
        self.enable = out("chain_enable", 1)  # low active
        self.exchange()
        self.enable(0)
        self.word = -1
        self.do = 0

    def exchange(self):
        """Outputs out, inputs in."""
        self.load(0)
        self.load(1)
        self.bus.write_readinto(self.sent, self.got)
        self.latch(1)
        self.latch(0)

    def read(self, inputs):
        """Take the inputs. True if di or dx has changed."""
        word = (machine.mem32[_GPIO_IN] & self.used) ^ self.flip
        self.exchange()
        got = self.got
        if word == self.word and got == self.was:
            return False
        self.word = word
        self.got, self.was = self.was, got
        di = _picked(word, self.from_pins) | _shifted(got, self.from_chain)
        dx = _picked(word, self.from_pins_x) | _shifted(got, self.from_chain_x)
        if di == inputs.di and dx == inputs.dx:
            return False
        inputs.di = di
        inputs.dx = dx
        return True

    def write(self, do):
        """Switch the outputs: what falls before what rises."""
        if do == self.do:
            return
        falls = self.do & do
        if falls != self.do:
            self._switch(falls)
        if do != falls:
            self._switch(do)
        self.do = do

    def _switch(self, do):
        for bit, pin, low in self.out_pins:
            pin(low ^ (1 if do & bit else 0))
        self._put(do)
        self.exchange()

    def _put(self, do):
        sent = self.sent
        last = self.size - 1  # the chip next to the board gets the last byte
        for each in range(self.size):
            sent[each] = 0
        table = self.to_chain
        for at in range(0, len(table), 4):
            mask = table[at + 1]
            if (mask if do & table[at + 3] else 0) != table[at + 2]:
                sent[last - table[at]] |= mask

    def off(self):
        """All outputs off. Any context."""
        self.enable(1)
        for _, pin, low in self.out_pins:
            pin(low)
