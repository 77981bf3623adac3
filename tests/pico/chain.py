"""The shift registers on the SPI: 74HC165 for inputs, 74HC595 for outputs, and their pins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pico.chip import Pico

_NS_A_BYTE = 4000  # 8 bits at 2 MHz
_ALL = (1 << 64) - 1  # more than there are


class Chain:
    """Bits as io.json counts them.

    Args:
        at: name of a line of the chain in io.json -> pin.
        changed: called when the outputs have changed.
    """

    def __init__(self, pico: Pico, at: dict[str, int], changed: Callable[[], None]) -> None:
        self.inputs = 0  # levels at the 165
        self.exchanges: list[int] = []  # when each began, ns: one in each turn of the HAL
        self.outputs = 0  # of the 595: low while its outputs are off, by their resistors
        self._pico = pico
        self._changed = changed
        self._enable = at["chain_enable"]
        self._spi: Any = pico.mcu.spi[at["chain_clock"] >> 3 & 1]
        self._spi.on_transmit = self._transmit
        self._taken = self._shifted = self._kept = 0
        self._bytes = 0  # since the inputs were taken: as many as there are chips
        pico.watch(at["chain_load"], self._load)
        pico.watch(at["chain_latch"], self._latch)
        pico.watch(self._enable, lambda _: self._show())
        pico.on_reset.append(self._show)

    def _load(self, level: int | None) -> None:
        if level == 0:
            self.exchanges.append(self._pico.now_ns)
        elif level:
            self._taken = self.inputs
            self._bytes = 0

    def _latch(self, level: int | None) -> None:
        if level:
            self._kept = self._shifted & (1 << 8 * self._bytes) - 1
            self._show()

    def _show(self) -> None:
        # OUTPUT ENABLE is low active; an open line is pulled up.
        shown = self._kept if self._pico.drives(self._enable) == 0 else 0
        if shown != self.outputs:
            self.outputs = shown
            self._changed()

    def _transmit(self, value: int) -> None:
        # The emulator transfers in no time; here a byte takes as long as on the wire. The chip
        # only waits for it: it does so within this instruction, and not in fifty.
        self._pico.stall(_NS_A_BYTE)
        got, self._taken = self._taken & 0xFF, self._taken >> 8
        self._shifted = (self._shifted << 8 | value & 0xFF) & _ALL
        self._bytes += 1
        self._spi.complete_transmit(got)
