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
    got = 0
    for at in range(0, len(table), 2):
        if word & table[at]:
            got |= table[at + 1]
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

        def flips(rows):
            return sum([low << number for _, number, low in rows])

        def out(name, value):
            return machine.Pin(at[name][0], machine.Pin.OUT, value=value)

        self.from_pins = masks(pins)
        self.from_pins_x = masks(slow_pins)
        self.from_chain = masks(chain)
        self.from_chain_x = masks(slow_chain)
        self.used = sum([1 << number for _, number, _ in pins + slow_pins])
        self.flip = flips(pins + slow_pins)
        self.flip_chain = flips(chain + slow_chain)
        self.pins = [machine.Pin(pin, machine.Pin.IN) for _, pin, _ in pins + slow_pins]
        # Outputs, off before anything drives
        self.to_chain = masks(out_chain)
        self.out_flip = flips(out_chain)
        self.out_pins = [
            (bit, machine.Pin(pin, machine.Pin.OUT, value=low), low) for bit, pin, low in out_pins
        ]
        most = max([number for _, number, _ in chain + slow_chain + out_chain] + [0])
        self.size = most // 8 + 1
        self.sent = bytearray(self.size)
        self.got = bytearray(self.size)
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
        self.word = self.bits = -1
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
        bits = 0
        for each in range(self.size - 1, -1, -1):
            bits = bits << 8 | self.got[each]
        bits ^= self.flip_chain
        if word == self.word and bits == self.bits:
            return False
        self.word = word
        self.bits = bits
        di = _picked(word, self.from_pins) | _picked(bits, self.from_chain)
        dx = _picked(word, self.from_pins_x) | _picked(bits, self.from_chain_x)
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
        bits = self.out_flip
        table = self.to_chain
        for at in range(0, len(table), 2):
            if do & table[at + 1]:
                bits ^= table[at]
        # The chip next to the board gets the last byte.
        for each in range(self.size - 1, -1, -1):
            self.sent[each] = bits & 0xFF
            bits >>= 8

    def off(self):
        """All outputs off. Any context."""
        self.enable(1)
        for _, pin, low in self.out_pins:
            pin(low)
