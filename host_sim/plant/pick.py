"""The pick: takes a stroke's pieces from the web with vacuum and lets go of them over the belt."""

from collections.abc import Callable

from controller import signals

from . import streams
from .parameters import PlantParameters
from .pieces import Pieces, Strip
from .timing import Clock, Timer
from .wires import Changed, Wires


class Pick:
    """The pad. PICK on: it goes to the web and sucks; off: it swings back and lets go.

    Args:
        web: where the web stands, in counts.
        strip: the pieces in the web.
        fallen: called with the number of the left piece when the pad lets go.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        luck: streams.Streams,
        pieces: Pieces,
        strip: Strip,
        web: Callable[[], int],
        fallen: Callable[[int], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._pieces = pieces
        self._strip = strip
        self._web = web
        self._fallen = fallen
        self._take_us = luck.draws("pick.take", streams.normal(p.pick_mean_us, p.pick_sd_us))
        self._place_us = luck.draws("pick.place", streams.normal(p.place_mean_us, p.place_sd_us))
        self._timer: Timer | None = None
        self._held: int | None = None
        self._to_fail = 0
        self._stuck = False

    def level(self, on: bool) -> None:
        """Level of PICK."""
        if self._timer is not None:
            self._timer.cancel()
        if on and self._held is None:
            self._timer = self._clock.after(max(1, next(self._take_us)), self._take)
        elif not on and self._held is not None:
            self._timer = self._clock.after(max(1, next(self._place_us)), self._let_go)

    def fail(self, times: int) -> None:
        """So many times the pad does not get hold."""
        self._to_fail = times

    def stick(self, on: bool) -> None:
        """The pad does not let go; or somebody takes off what it holds."""
        self._stuck = on
        if not on and self._held is not None:
            self._held = None
            self._pieces.held -= self._pieces.lanes
            self._pieces.removed += self._pieces.lanes
            self._show()

    def _take(self, _: object) -> None:
        if self._to_fail:
            self._to_fail -= 1
            return
        self._held = self._strip.take(self._web())
        if self._held is not None:
            self._show()

    def _let_go(self, _: object) -> None:
        number = self._held
        if self._stuck or number is None:
            return
        self._held = None
        self._pieces.held -= self._pieces.lanes
        self._fallen(number)
        self._show()

    def _show(self) -> None:
        self._wires.dx ^= signals.PICK_HELD
        self._changed()
