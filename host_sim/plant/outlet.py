"""Behind the piece eye: reject gate, the eye in the reject chute, and the way to the stack.

Places are the way of the belt since power-up, less what it slipped below the pieces.
"""

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush

from controller import signals

from . import streams
from .belt import PM_PER_UM, Belt
from .eye import bounces
from .parameters import PlantParameters
from .timing import Clock, Timer
from .wires import Changed, SettingsView, Wires

Stop = tuple[int, int, int]  # way at which something happens, what, number of the piece

AT_GATE, AT_REJECT_EYE, OFF_REJECT_EYE, AT_END = range(4)


class Flap:
    """The reject gate: it moves some time after its level, and may be stuck open or shut."""

    def __init__(self, clock: Clock, moves_us: Iterator[int]) -> None:
        self._clock = clock
        self._moves_us = moves_us
        self._level = False
        self._from = False
        self._arrives_us = 0
        self.stuck: bool | None = None  # where it is stuck

    def level(self, on: bool) -> None:
        """Level of REJECT_GATE."""
        self._from = self.open
        self._level = on
        self._arrives_us = self._clock.now + next(self._moves_us)

    @property
    def open(self) -> bool:
        """Whether a piece that comes now goes out."""
        if self.stuck is not None:
            return self.stuck
        return self._level if self._clock.now >= self._arrives_us else self._from


class Outlet:
    """What is on the belt behind the eye, with both lanes side by side.

    Args:
        arrived: called with the number of a piece at the end of the belt.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        machine: SettingsView,
        luck: streams.Streams,
        belt: Belt,
        arrived: Callable[[int], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._belt = belt
        self._arrived = arrived
        flap_us = streams.normal(p.flap_mean_us, p.flap_sd_us)
        self.flap = Flap(clock, luck.draws("flap", flap_us))
        self._bounces = bounces(luck, "reject_eye.bounce", p.eye_bounce_us)
        self._has_gate = "reject_gate.gate_mm" in machine
        self._gate_pm = self._confirm_pm = self._end_pm = 0
        if self._has_gate:
            self._gate_pm = machine["reject_gate.gate_mm"] * 1000 * PM_PER_UM
            self._confirm_pm = machine["reject_gate.confirm_mm"] * 1000 * PM_PER_UM
            self._end_pm = self._confirm_pm + machine["belt.gap_mm"] * 1000 * PM_PER_UM
        if "stacker.stack_mm" in machine:
            self._end_pm = machine["stacker.stack_mm"] * 1000 * PM_PER_UM - self._gate_pm
        self._piece_pm = 0
        self._stops: list[Stop] = []
        self._timer: Timer | None = None
        self._slipped_pm = 0
        self._under = 0  # pieces in the reject eye
        self._flicker = False
        self._blind = self._blocked = False
        self.entered = 0  # pieces that came past the eye
        self.rejected: list[int] = []  # numbers of those that went out
        self.removed = 0

    def fit(self, mold: SettingsView) -> None:
        """Pieces of this mold's length from now on."""
        self._piece_pm = mold["piece_um"] * PM_PER_UM

    @property
    def pieces(self) -> list[int]:
        """Numbers of the pieces that are on their way."""
        return [stop[2] for stop in self._stops if stop[1] in (AT_GATE, AT_END)]

    def passed(self, number: int) -> None:
        """A piece is past the piece eye with its trailing edge."""
        self.entered += 1
        self._add(self._way() - self._piece_pm + self._gate_pm, AT_GATE, number)
        self.watch()

    def slip(self, pm: int) -> None:
        """The belt slips below the pieces by this way."""
        self._slipped_pm += pm
        self.watch()

    def clear(self) -> None:
        """Somebody takes everything off."""
        self.removed += len(self.pieces)
        self._stops = [stop for stop in self._stops if stop[1] not in (AT_GATE, AT_END)]
        heapify(self._stops)
        self.watch()

    def stuck(self, open_: bool | None) -> None:
        """The gate stands open or shut whatever it is told; None: it moves again."""
        self.flap.stuck = open_

    def blind(self, on: bool) -> None:
        """The reject eye sees nothing."""
        self._blind = on
        self._show()

    def block(self, on: bool) -> None:
        """The reject eye is covered."""
        self._blocked = on
        self._show()

    def watch(self) -> None:
        """Be there when the next piece is where something happens, at the belt's speed of now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._stops:
            at = self._belt.time_at(self._stops[0][0] + self._slipped_pm)
            if at is not None:
                self._timer = self._clock.after(max(1, at - self._clock.now), self._pass)

    def _way(self) -> int:
        return self._belt.travel_pm() - self._slipped_pm

    def _add(self, way: int, what: int, number: int) -> None:
        heappush(self._stops, (way, what, number))

    def _pass(self, _: object) -> None:
        self._timer = None
        here = self._way()
        while self._stops and self._stops[0][0] <= here:
            way, what, number = heappop(self._stops)
            if what == AT_GATE:
                if self._has_gate and self.flap.open:
                    self.rejected.append(number)
                    self._add(way + self._confirm_pm, AT_REJECT_EYE, number)
                else:
                    self._add(way + self._end_pm, AT_END, number)
            elif what == AT_REJECT_EYE:
                self._chute(1)
                self._add(way + self._piece_pm, OFF_REJECT_EYE, number)
            elif what == OFF_REJECT_EYE:
                self._chute(-1)
            else:
                self._arrived(number)
        self.watch()

    def _chute(self, more: int) -> None:
        was = bool(self._under)
        self._under += more
        if bool(self._under) != was:
            self._show()
            for us in next(self._bounces):
                self._clock.after(us, self._bounce)

    def _bounce(self, _: object) -> None:
        self._flicker = not self._flicker
        self._show()

    def _show(self) -> None:
        seen = ((bool(self._under) ^ self._flicker) and not self._blind) or self._blocked
        if seen != bool(self._wires.di & signals.REJECT_EYE):
            self._wires.di ^= signals.REJECT_EYE
            self._changed()
