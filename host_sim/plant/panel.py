"""Buttons and key of the panel, and the mold in its frame: the slow inputs."""

from controller import signals

from . import streams
from .eye import bounces
from .parameters import PlantParameters
from .timing import Clock
from .wires import Changed, Wires

BUTTONS = {
    "START": signals.BTN_START,
    "STOP": signals.BTN_STOP,
    "RESET": signals.BTN_RESET,
    "JOG": signals.BTN_JOG,
    "SERVICE": signals.KEY_SERVICE,
}


class Panel:
    """Contacts that bounce."""

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        luck: streams.Streams,
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._bounces = bounces(luck, "panel.bounce", p.button_bounce_us)
        self._down = 0
        self._mash_us = 0
        length = streams.truncated_normal(p.button_mean_us, p.button_sd_us, 100_000)
        self._press_us = luck.draws("panel.press", length)

    def level(self, name: str, down: bool) -> None:
        """Press and keep, or let go; the contact bounces.

        Raises:
            ValueError: for a button that is not there.
        """
        if name not in BUTTONS:
            raise ValueError(f"{name}: no such button. There are {', '.join(BUTTONS)}")
        bit = BUTTONS[name]
        if bool(self._down & bit) == down:
            return
        self._down ^= bit
        self._toggle(bit)
        for us in next(self._bounces):
            self._clock.after(us, lambda _: self._toggle(bit))

    def press(self, name: str, length_us: int = 0) -> None:
        """Press and let go after `length_us`, or after a usual time (0)."""
        self.level(name, True)
        length = length_us or next(self._press_us)
        self._clock.after(length, lambda _: self.level(name, False))

    def mash(self, period_us: int) -> None:
        """Somebody presses START, RESET and JOG in turn, one every `period_us`; 0: no more."""
        begins = period_us and not self._mash_us
        self._mash_us = period_us
        if begins:
            self._mashed(0)

    def _mashed(self, at: int) -> None:
        if self._mash_us:
            self.press(("START", "RESET", "JOG")[at % 3], min(100_000, self._mash_us))
            self._clock.after(self._mash_us, lambda _: self._mashed(at + 1))

    def _toggle(self, bit: int) -> None:
        self._wires.dx ^= bit
        self._changed()


class Frame:
    """The frame that holds the mold: coded bits with odd parity, and the clamp."""

    def __init__(self, wires: Wires, changed: Changed) -> None:
        self._wires = wires
        self._changed = changed

    def insert(self, code: int, bad_parity: bool = False) -> None:
        """Put a mold with this code in, not clamped."""
        ones = bin(code).count("1") + bad_parity
        parity = 0 if ones % 2 else signals.MOLD_PARITY
        self._show(code << signals.MOLD_ID_SHIFT & signals.MOLD_ID_MASK | parity)

    def clamp(self, on: bool) -> None:
        """Clamp or unclamp what is in."""
        keep = signals.MOLD_ID_MASK | signals.MOLD_PARITY
        self._show(self._wires.dx & keep | (signals.MOLD_CLAMPED if on else 0))

    def pull(self) -> None:
        """Take the mold out, clamped or not."""
        self._show(0)

    def _show(self, bits: int) -> None:
        of_mold = signals.MOLD_ID_MASK | signals.MOLD_PARITY | signals.MOLD_CLAMPED
        self._wires.dx = self._wires.dx & ~of_mold | bits
        self._changed()
