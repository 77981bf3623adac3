"""A box on the bus of the emulated chip, by which a test that runs on it moves the wires outside.

A device like any other: four words, of which the third asks. `board/chip.py` is the other end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pico.chip import Pico
from pico.pins import Pins

PLACE = 0x40070  # of the emulator's table of the bus; nothing of the chip is there
_A, _B, _ASK, _LOW, _HIGH = 0x00, 0x04, 0x08, 0x0C, 0x10
_OUTPUTS = (0, 1, 2, 3, 4, 6, *range(8, 15), *range(16, 23), 26, 27, 28)
_PWM = 4
_GATES = (16, 20)  # of the first horn, and of a second one


@dataclass
class Shots:
    """What one gate has done: (from, to) of each shot, ns; when the last one began."""

    ended: list[tuple[int, int]] = field(default_factory=list)
    since: int = 0
    on: bool = False


class Box:
    """Wires of a bench: what the stand-in of the chip has in Python, outside a chip."""

    def __init__(self, pico: Pico) -> None:
        self._pico = pico
        self.pins = Pins(pico, self._outputs)
        self._a = self._b = 0
        self._answer = 0
        self.steps: list[int] = []
        self.gates = {pin: Shots() for pin in _GATES}
        self.samples: list[int] = []
        self.seen: list[tuple[int, int]] = []
        self.feeds = 0
        for pin in self.gates:
            pico.watch(pin, lambda level, pin=pin: self._gate(self.gates[pin], level))
        pico.watch(self.pins.at["feed_step"], self._step)
        adc = pico.mcu.adc
        read, adc.on_adc_read = adc.on_adc_read, lambda channel: self._sample(read, channel)
        watchdog = pico.mcu.watchdog
        fed = watchdog.timer.set
        watchdog.timer.set = lambda value: self._fed(fed, value)
        pico.mcu.peripherals[PLACE] = self

    # The bus

    def read_uint32(self, offset: int) -> int:
        return {_LOW: self._answer & 0xFFFFFFFF, _HIGH: self._answer >> 32}.get(offset & 0xFF, 0)

    def write_uint32_atomic(self, offset: int, value: int, _: int) -> None:
        if offset == _A:
            self._a = value
        elif offset == _B:
            self._b = value
        elif offset == _ASK:
            self._answer = int(self._ASKED[value](self, self._a, self._b) or 0)

    # Wires

    def _drive(self, pin: int, level: int) -> int:
        self._pico.drive(pin, level)
        return self._pico.now_ns

    def _drive_at(self, pin_and_level: int, after_ns: int) -> None:
        pin, level = pin_and_level >> 1, pin_and_level & 1
        self._pico.alarm(lambda: self._pico.drive(pin, level)).schedule(float(after_ns))

    def _level(self, pin: int, _: int) -> int:
        level = self._pico.drives(pin)
        if level is None:
            gpio = self._pico.mcu.gpio[pin]
            return gpio._driven and gpio._raw_input_value
        return level

    def _off(self, *_: int) -> bool:
        return not any(map(self._high, _OUTPUTS)) and not self.pins.chain.outputs

    def _high(self, pin: int) -> bool:
        """A set-point is there all the time, whatever its pin shows just now."""
        if self._pico.mcu.gpio[pin].function_select == _PWM:
            return self._duty(pin, 0) > 0
        return bool(self._pico.drives(pin))

    def _duty(self, pin: int, _: int) -> int:
        channel = self._pico.mcu.pwm.channels[pin >> 1 & 7]
        if self._pico.mcu.gpio[pin].function_select != _PWM or not channel.csr & 1:
            return 0
        level = channel.cc >> 16 * (pin & 1) & 0xFFFF
        return level * 65535 // (channel.top + 1)

    def _turn(self, how: int, counts: int) -> None:
        """Both channels of an encoder, count by count; the first leads forward."""
        first, second, each_ns = how & 0xFF, how >> 8 & 0xFF, how >> 16
        way = -1 if counts >> 31 else 1
        order = (0, 1, 3, 2)
        at = order.index(self._level(first, 0) | self._level(second, 0) << 1)
        for _ in range(counts if way > 0 else (1 << 32) - counts):
            at = (at + way) % 4
            self._pico.drive(first, order[at] & 1)
            self._pico.drive(second, order[at] >> 1)
            self._pico.stall(each_ns)

    def _power(self, counts: int, _: int) -> None:
        self._pico.mcu.adc.channel_values[:3] = [counts] * 3

    def _chain_in(self, low: int, high: int) -> None:
        self.pins.chain.inputs = low | high << 24

    def _clock(self, us: int, _: int) -> None:
        timer = self._pico.mcu.timer
        timer._epoch_nanos = self._pico.clock.nanos - 1000.0 * us

    def _clear(self, *_: int) -> None:
        self.steps.clear()

    # What is seen

    def _outputs(self) -> None:
        now = self.pins.chain.outputs, self._level(0, 0)
        if not self.seen or self.seen[-1] != now:
            self.seen.append(now)

    def _gate(self, gate: Shots, level: int | None) -> None:
        on = level == 1
        if on and not gate.on:
            gate.since = self._pico.now_ns
        elif gate.on and not on:
            gate.ended.append((gate.since, self._pico.now_ns))
        gate.on = on

    def _step(self, level: int | None) -> None:
        if level == 1:
            self.steps.append(self._pico.now_ns)

    def _sample(self, read: Callable[[int], None], channel: int) -> None:
        self.samples.append(self._pico.now_ns)
        read(channel)

    def _fed(self, fed: Callable[[int], None], value: int) -> None:
        self.feeds += 1
        fed(value)

    _ASKED: tuple[Callable[[Box, int, int], Any], ...] = (
        lambda self, a, b: self._pico.now_ns,
        _drive, _drive_at, _level, _off, _duty, _power, _chain_in,
        lambda self, a, b: self.pins.chain.inputs >> (24 if a else 0) & 0xFFFFFF,
        lambda self, a, b: self.pins.chain.outputs >> (24 if a else 0) & 0xFFFFFF,
        _clock,
        lambda self, a, b: self._pico.stall(a),
        _clear,
        lambda self, a, b: len(self.steps),
        lambda self, a, b: self.steps[a],
        lambda self, a, b: len(self.gates[a].ended),
        lambda self, a, b: self.gates[a].ended[b >> 1][b & 1],
        lambda self, a, b: self.gates[a].since,
        lambda self, a, b: self.feeds,
        lambda self, a, b: len(self.samples),
        lambda self, a, b: self.samples[a],
        lambda self, a, b: self.samples.clear(),
        lambda self, a, b: len(self.seen),
        lambda self, a, b: self.seen[a][b],
        _turn,
    )  # fmt: skip
