"""The ultrasonic generator as the controller sees it: READY, OVERLOAD, RESET.

It owns frequency and amplitude; READY goes while it seeks its frequency in air. An overload
latches, takes READY away and needs a RESET pulse.
"""

from collections.abc import Callable

from controller import signals

from . import streams
from .parameters import PlantParameters
from .timing import Clock, Timer
from .wires import Changed, Wires


class Generator:
    """Readiness of the generator of horn `number`.

    `drop` is called when an overload takes the power away.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        luck: streams.Streams,
        number: int = 1,
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        shift = 2 * (number - 2)
        self._ready = signals.GEN2_READY << shift if number > 1 else signals.GEN_READY
        self._overload = signals.GEN2_OVERLOAD << shift if number > 1 else signals.GEN_OVERLOAD
        self._dead = False
        name = f"generator{number}" if number > 1 else "generator"
        self._after_us = p.overload_after_us
        self._reset_us = p.generator_reset_us
        seek = streams.uniform(p.seek_low_us, p.seek_high_us)
        now_and_then = streams.sometimes(p.seek_share_pc / 100, seek)
        self._seek_us = luck.draws(name + ".seek", now_and_then)
        self._start_us = luck.draws(name + ".start", seek)
        self._timer: Timer = clock.after(max(1, p.generator_boot_us), self._seek_over)
        self._pending = False
        self._seek_due = False
        self.drop: Callable[[], None] = lambda: None

    @property
    def ready(self) -> bool:
        """Whether a shot would get power."""
        return bool(self._wires.di & self._ready)

    def fired(self) -> None:
        """The gate has opened: a pending overload strikes soon, a seek may follow the stroke."""
        self._seek_due = True
        if self._pending:
            self._clock.after(max(1, self._after_us), self._strike)

    def at_clear(self) -> None:
        """The horn has come free. In some strokes the generator seeks its frequency in air.

        READY goes at the same instant as the clear-height switch comes.
        """
        if not self._seek_due:
            return
        self._seek_due = False
        seek = next(self._seek_us)
        if seek and self.ready:
            self._unready()
            self._timer = self._clock.after(seek, self._seek_over)

    def reset_line(self, on: bool) -> None:
        """Level of GEN_RESET. A pulse that is long enough clears an overload; then it seeks."""
        self._timer.cancel()
        if on:
            self._unready()
            self._timer = self._clock.after(max(1, self._reset_us), self._clear)
        elif self._wires.di & self._overload:
            return
        else:
            self._timer = self._clock.after(max(1, next(self._start_us)), self._seek_over)

    def overload(self, now: bool) -> None:
        """An overload comes: at once (a shot is on) or early in the next shot."""
        self._pending = True
        if now:
            self._strike(None)

    def no_overload(self) -> None:
        """A pending overload does not come after all."""
        self._pending = False

    def _strike(self, _: object) -> None:
        if not self._pending:
            return
        self._pending = False
        self._timer.cancel()
        self._wires.di |= self._overload
        self._unready()
        self.drop()

    def _clear(self, _: object) -> None:
        if self._wires.di & self._overload:
            self._wires.di &= ~self._overload
            self._changed()

    def _unready(self) -> None:
        self._wires.di &= ~self._ready
        self._changed()

    def dead(self, on: bool) -> None:
        """It does not come ready any more, or does again."""
        self._dead = on
        if on:
            self._unready()
        elif not self._wires.di & self._overload:
            self._seek_over(None)

    def _seek_over(self, _: object) -> None:
        if self._dead:
            return
        self._wires.di |= self._ready
        self._changed()
