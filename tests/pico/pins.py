"""io.json as seen from the machine: levels of its pins and chain from words of signals.py, and
the output word from what the chip drives."""

from __future__ import annotations

from collections.abc import Callable

from hal.rp2 import io_map
from host_sim import FIRMWARE
from host_sim.files import load_json
from pico.chain import Chain
from pico.chip import Pico


class Pins:
    """Everything in io.json that is a level.

    Args:
        changed: called when an output has changed, from the midst of an instruction of the chip.
    """

    def __init__(self, pico: Pico, changed: Callable[[], None]) -> None:
        self._pico = pico
        places = io_map.check(load_json(FIRMWARE / "io.json"), "io.json")
        self.at = {name: pin for name, (pin, _) in places.at.items()}
        self._low = {name: low for name, (_, low) in places.at.items()}
        self._di, self._dx, self._do = places.di, places.dx, places.do
        self.chain = Chain(pico, self.at, changed)
        for _, pin, _ in self._do[0]:
            pico.watch(pin, lambda _: changed())
        pico.on_reset.append(changed)
        for name in ("web_a", "web_b", "belt_a", "belt_b", "mark_eye"):
            pico.drive(self.at[name], 0)
        self.show(0, 0)

    def show(self, di: int, dx: int) -> None:
        """Bring input words to pins and chain."""
        bits = 0
        for word, (pins, chained) in ((di, self._di), (dx, self._dx)):
            for bit, pin, low in pins:
                self._pico.drive(pin, low ^ bool(word & bit))
            for bit, number, low in chained:
                bits |= (low ^ bool(word & bit)) << number
        self.chain.inputs = bits

    @property
    def do(self) -> int:
        """The output word."""
        word = 0
        for bit, pin, low in self._do[0]:
            level = self._pico.drives(pin)
            if level is not None and level ^ low:
                word |= bit
        if self._pico.drives(self.at["chain_enable"]) == 0:
            for bit, number, low in self._do[1]:
                if self.chain.outputs >> number & 1 ^ low:
                    word |= bit
        return word

    def all_off(self) -> bool:
        """No pin drives high, and the chain's outputs are off."""
        return not self.chain.outputs and not any(self._pico.drives(pin) for pin in range(29))

    def turn(self, name: str, count: int) -> None:
        """Bring an encoder's two channels to a count; the first leads forward."""
        channels = (0, 1, 3, 2)[count & 3]
        self._pico.drive(self.at[name + "_a"], channels & 1)
        self._pico.drive(self.at[name + "_b"], channels >> 1)
