"""The hard-wired safety chain: E-stop, guard, safety relay. The controller only monitors it.

When it opens, its own contacts take the press air, the gate line and the drive's power away,
whatever the controller says. It closes again only with the E-stop released, the guard closed, and
the relay's own reset button; the controller has no hand in that.
"""

from collections.abc import Callable

from controller import signals

from .parameters import PlantParameters
from .timing import Clock, Timer
from .wires import Changed, Wires


class Safety:
    """Safety relay and what opens it.

    Args:
        power: called with True or False when the relay closes or opens.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        power: Callable[[bool], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._power = power
        self._relay_us = max(1, p.relay_us)
        self._timer: Timer | None = None
        self.ok = False  # the relay is closed
        self._chatter_us = 0  # its contact for the controller opens and closes so often
        self.estop_pressed = False
        self.guard_open = False
        self.service = False  # its mode selector, turned by the key: the guard may be open
        wires.di |= signals.GUARD_CLOSED
        if p.relay_closed:
            self._close(None)

    def estop(self, pressed: bool) -> None:
        """Press or release the E-stop button."""
        self.estop_pressed = pressed
        if pressed:
            self._open()

    def guard(self, is_open: bool) -> None:
        """Open or close the guard."""
        self.guard_open = is_open
        if is_open:
            self._wires.di &= ~signals.GUARD_CLOSED
            if not self.service:
                self._open()
        else:
            self._wires.di |= signals.GUARD_CLOSED
        self._changed()

    def key(self, on: bool) -> None:
        """Turn the key of the mode selector."""
        self.service = on
        if self.guard_open and not on:
            self._open()

    def reset(self) -> None:
        """Press the relay's own reset button."""
        if not (self.estop_pressed or (self.guard_open and not self.service) or self.ok):
            self._forget()
            self._timer = self._clock.after(self._relay_us, self._close)

    def drop(self) -> None:
        """The relay's supply fails for a moment: it opens."""
        self._open()

    def chatter(self, period_us: int) -> None:
        """The contact for the controller opens and closes every `period_us`; 0: it rests."""
        begins = period_us and not self._chatter_us
        self._chatter_us = period_us
        if begins:
            self._toggle(None)
        elif not period_us:
            self._show(self.ok)

    def _toggle(self, _: object) -> None:
        if self._chatter_us:
            self._show(self.ok and not self._wires.di & signals.SAFETY_OK)
            self._clock.after(self._chatter_us, self._toggle)

    def _show(self, on: bool) -> None:
        if on != bool(self._wires.di & signals.SAFETY_OK):
            self._wires.di ^= signals.SAFETY_OK
            self._changed()

    def _open(self) -> None:
        self._forget()
        if self.ok:
            self.ok = False
            self._wires.di &= ~signals.SAFETY_OK
            self._power(False)
            self._changed()

    def _close(self, _: object) -> None:
        self.ok = True
        self._wires.di |= signals.SAFETY_OK
        self._power(True)
        self._changed()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
