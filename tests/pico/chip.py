"""A Pico in an emulator: pins, clock and USB console of a chip that runs a MicroPython image.

The emulator is rp2040py. What it does at the wrong time or not at all is mended here, each with
the reason; nothing of the firmware is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pico.pio import Paced

FLASH = 0x10000000
PIO_PLACES = (0x50200, 0x50300)  # of the emulator's table of the bus
_MS = 1_000_000
_SLICE_MS = 1  # how far the chip runs between two looks at a condition


class Pico:
    """A board as it comes out of its box, with an image and a file system in its flash.

    Args:
        image: UF2 of MicroPython for the Pico.
        files: bytes for places of the flash, from its begin.
    """

    def __init__(self, image: Path, files: tuple[tuple[int, bytes], ...] = ()) -> None:
        from rp2040py.device.bootrom import BOOTROM_B1
        from rp2040py.device.load_flash import load_uf2
        from rp2040py.execute_batch import execute_batch
        from rp2040py.rp2040 import RP2040
        from rp2040py.simulator import Simulator
        from rp2040py.usb.cdc import USBCDC
        from rp2040py.utils.logging import ConsoleLogger, LogLevel

        self._execute = execute_batch

        class Chip(RP2040):
            """Its loop asks for the PIO blocks first, to drive them at the processor's pace, one
            instruction for one. It gets none: `Paced` does that."""

            loop_asks = False

            @property
            def pio(self) -> list[Any]:
                if self.loop_asks:
                    self.loop_asks = False
                    return []
                return self.pios

            @pio.setter
            def pio(self, blocks: list[Any]) -> None:
                self.pios = blocks

        self._simulator = Simulator(rp2040=Chip())
        self.mcu: Any = self._simulator.rp2040
        self.clock: Any = self._simulator.clock
        self.mcu.load_bootrom(BOOTROM_B1)
        self.mcu.logger = ConsoleLogger(LogLevel.ERROR)
        load_uf2(str(image), self.mcu)
        for place, data in files:
            self.mcu.flash[place : place + len(data)] = data
        self._stop = self.clock.create_alarm(self._stopped)
        self._usb: Any = USBCDC(self.mcu.usb_ctrl)
        self._usb.on_serial_data = self._said_more
        self._answer = self.mcu.usb_ctrl.on_endpoint_read
        self.mcu.usb_ctrl.on_endpoint_read = self._asked
        self._asked_for = 0
        self._typed = bytearray()
        self.said = ""  # what came over USB
        self._pios = [Paced(self.clock, pio) for pio in self.mcu.pio]
        for place, pio in zip(PIO_PLACES, self._pios, strict=True):
            self.mcu.peripherals[place] = pio
        self.resets = 0
        self.mcu.watchdog.on_watchdog_trigger = self._watchdog
        self.on_reset: list[Callable[[], None]] = []  # pins change then, and `watch` tells nobody
        self.mcu.core.pc = FLASH

    @property
    def now_ns(self) -> int:
        """Since power-up."""
        return round(self.clock.nanos)

    # Time

    def run(self, ms: float) -> None:
        """Let the chip run for so long, of its own time."""
        self._simulator.stopped = False
        self._stop.schedule(ms * _MS)
        while not self._simulator.stopped:
            self.mcu.loop_asks = True
            self._execute(self._simulator, 1)

    def until(self, there: Callable[[], bool], ms: float) -> bool:
        """Let it run until `there`, for at most so long. False when that was over."""
        end = self.clock.nanos + ms * _MS
        while not there():
            if self.clock.nanos >= end:
                return False
            self.run(_SLICE_MS)
        return True

    def stall(self, ns: int) -> None:
        """Time passes within one instruction of the processor; everything else goes on."""
        self.clock.tick(float(ns))

    def alarm(self, action: Callable[[], None]) -> Any:
        """Has `schedule(ns)` and `cancel()`; calls `action` at that time of the chip."""
        return self.clock.create_alarm(action)

    def _stopped(self) -> None:
        self._simulator.stopped = True

    # Pins

    def drive(self, pin: int, level: int) -> None:
        """From outside. Only changes are given on: each call would raise an edge."""
        gpio = self.mcu.gpio[pin]
        if gpio._driven and gpio._raw_input_value == bool(level):
            return
        for pio in self._pios:
            pio.before_pins()
        gpio.set_input_value(bool(level))
        for pio in self._pios:
            pio.after_pins()

    def drives(self, pin: int) -> int | None:
        """The level that the chip drives, None while the pin is an input."""
        value = int(self.mcu.gpio[pin].value)
        return value if value < 2 else None

    def watch(self, pin: int, changed: Callable[[int | None], None]) -> None:
        """Call `changed` with `drives` whenever that changes."""
        self.mcu.gpio[pin].add_listener(
            lambda value, _: changed(int(value) if value < 2 else None)
        )

    # USB

    def send(self, data: bytes) -> None:
        """Type on the console."""
        self._typed += data
        if self._asked_for:
            self._asked(self._usb._out_endpoint, self._asked_for)

    def _asked(self, endpoint: int, size: int) -> None:
        """The chip would read from its host.

        The emulated host answers with nothing every 10 µs, and each answer interrupts the chip:
        half of its time. A real one says NAK, which no chip notices.
        """
        if endpoint != self._usb._out_endpoint:
            self._answer(endpoint, size)
            return
        self._asked_for = 0 if self._typed else size
        if self._typed:
            some = bytes(self._typed[:size])
            del self._typed[:size]
            self.mcu.usb_ctrl.endpoint_read_done(endpoint, some)

    def _said_more(self, data: bytes) -> None:
        self.said += bytes(data).decode("utf-8", "replace")

    # Reset

    def _watchdog(self) -> None:
        """It bit, or somebody called machine.reset()."""
        self.resets += 1
        self._asked_for = 0
        self._typed.clear()
        self.mcu.enter_reset(from_watchdog=True)
        for pio in self._pios:
            pio.reset()
        for each in self.on_reset:
            each()
        self.mcu.leave_reset()
