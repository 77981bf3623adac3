"""Pieces on the belt, and the eye that sees them, bounces included.

A piece falls with its leading edge on the belt's beginning; the eye is `belt.eye_mm` further.
Places are kept as way of the belt that really carried the pieces: while they are jammed at the
eye, the belt slips away below them.
"""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import repeat

import numpy as np

from controller import signals

from . import streams
from .belt import PM_PER_UM, Belt
from .parameters import PlantParameters
from .pieces import FOREIGN, Pieces
from .timing import Clock, Timer
from .wires import Changed, SettingsView, Wires

MOST_BOUNCES = 3
SHARE_OF_BOUNCES = (0.60, 0.25, 0.10, 0.05)  # [E] edges with 0, 1, 2, 3 bounces
PATTERNS = 1024  # of bounces, kept ready
STORM_PULSE_US = 3_000  # longest false pulse of a dirty eye


def bounces(luck: streams.Streams, name: str, longest_us: int) -> Iterator[list[int]]:
    """Endless bounce patterns: after how many µs a contact changes again, in pairs, rising."""
    generator = luck.generator(name)
    if longest_us == 0:
        yield from repeat([])
    changes = 2 * MOST_BOUNCES
    counts = 2 * generator.choice(MOST_BOUNCES + 1, PATTERNS, p=SHARE_OF_BOUNCES)
    last = max(longest_us - changes, 1)
    times = np.sort(generator.integers(1, last, (PATTERNS, changes), endpoint=True), axis=1)
    times += np.arange(changes)  # no two at the same µs
    ready = [row[:count] for row, count in zip(times.tolist(), counts.tolist(), strict=True)]
    while True:
        yield from [ready[i] for i in generator.integers(PATTERNS, size=streams.BLOCK)]


class Eye:
    """The pieces of one lane on the belt up to the eye's far side, and the lane's eye.

    Args:
        lane: 0 left, with the latch of the belt's position; 1 right, without.
        gone: called with the number of each piece that is past the eye.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        machine: SettingsView,
        luck: streams.Streams,
        pieces: Pieces,
        lane: int = 0,
        gone: Callable[[int], None] = lambda number: None,
    ) -> None:
        self._lane = lane
        self._gone = gone
        self._bit = signals.PIECE_EYE2 if lane else signals.PIECE_EYE
        stream = "eye2" if lane else "eye"
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._pieces = pieces
        self._eye_pm = machine["belt.eye_mm"] * 1000 * PM_PER_UM
        self._piece_pm = 0
        self._bounces = bounces(luck, f"{stream}.bounce", p.eye_bounce_us)
        self._pulse_us = luck.draws(f"{stream}.storm", streams.uniform(200, STORM_PULSE_US))
        skew_um = p.lane_skew_um if lane else 0
        self._skew_um = luck.draws(f"{stream}.skew", streams.uniform(-skew_um, skew_um))
        self.belt: Belt | None = None
        # Carried way at which leading edges reach the eye, with the piece's number
        self._coming: deque[tuple[int, int]] = deque()
        self._under: deque[tuple[int, int]] = deque()  # the same, trailing edges under the eye
        self._timer: Timer | None = None
        self._flicker = False
        self._storm_us = 0  # period of false pulses, 0 without
        self._storm_on = False
        self._jam_wish = False
        self._held_pm: int | None = None  # carried way, while jammed
        self._lost_pm = 0  # way of the belt that carried nothing
        self._to_take = 0
        self._double_pm: int | None = None  # how far behind the next piece a second one lies
        self._stuck: bool | None = None  # what the eye says whatever is there

    def fit(self, mold: SettingsView) -> None:
        """Pieces of this mold's length from now on."""
        self._piece_pm = mold["piece_um"] * PM_PER_UM

    def fallen(self, number: int = FOREIGN) -> None:
        """A piece falls on the beginning of the belt."""
        if self._to_take:
            self._to_take -= 1
            self._pieces.removed += 1
            return
        self._pieces.on_belt += 1
        skew_um = next(self._skew_um) if self._lane else 0
        way = self._carried() + self._eye_pm + skew_um * PM_PER_UM
        self._coming.append((way, number + self._lane if number else FOREIGN))
        if self._double_pm is not None:
            self._coming.append((way + self._double_pm, FOREIGN))
            self._double_pm = None
            self._pieces.on_belt += 1
            self._pieces.made += 1
            self._pieces.foreign += 1
        if len(self._coming) <= 2:
            self.watch()

    def double(self, um: int) -> None:
        """A second piece lies on the next one, so far behind it."""
        self._double_pm = um * PM_PER_UM

    def slip(self, um: int) -> None:
        """The belt slips below the pieces by this way."""
        if self._held_pm is None:
            self._lost_pm += um * PM_PER_UM
            self.watch()

    def stick(self, blocked: bool | None) -> None:
        """The eye says this whatever is there; None: it sees again."""
        self._stuck = blocked
        self._show()

    def take(self, count: int) -> None:
        """Pieces get lost between press and eye: the youngest on the belt, else those to come."""
        for _ in range(count):
            if self._coming:
                self._coming.pop()
                self._pieces.on_belt -= 1
                self._pieces.removed += 1
            else:
                self._to_take += 1
        self.watch()

    def clear(self) -> None:
        """Somebody takes everything off the belt."""
        gone = len(self._coming) + len(self._under)
        self._pieces.on_belt -= gone
        self._pieces.removed += gone
        self._coming.clear()
        was_blocked = bool(self._under)
        self._under.clear()
        if was_blocked:
            self._edge()
        self.watch()

    def jam(self, on: bool) -> None:
        """The piece at the eye, or the next one to come, sticks there; or comes free."""
        self._jam_wish = on
        if on and self._under:
            self._hold()
        elif not on and self._held_pm is not None:
            self._lost_pm = self._travel() - self._held_pm
            self._held_pm = None
            self.watch()

    def storm(self, period_us: int) -> None:
        """A dirty eye: a false pulse about every `period_us`, shorter than 3 ms. 0 ends it."""
        starts = period_us and not self._storm_us
        self._storm_us = period_us
        if starts:
            self._clock.after(max(1, period_us), self._pulse)

    def watch(self) -> None:
        """Be there when the next edge passes the eye, at the belt's speed as it is now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._held_pm is not None or self.belt is None:
            return
        if self._under and (not self._coming or self._under[0] <= self._coming[0]):
            target = self._under[0][0]
        elif self._coming:
            target = self._coming[0][0]
        else:
            return
        at = self.belt.time_at(target + self._lost_pm)
        if at is not None:
            self._timer = self._clock.after(max(1, at - self._clock.now), self._edges_pass)

    def _edges_pass(self, _: object) -> None:
        self._timer = None
        was_blocked = bool(self._under)
        carried = self._carried()
        while self._coming and self._coming[0][0] <= carried:
            way, number = self._coming.popleft()
            self._under.append((way + self._piece_pm, number))
            if self._jam_wish:
                self._hold()
                break
        while self._under and self._under[0][0] <= carried and self._held_pm is None:
            _, number = self._under.popleft()
            self._pieces.on_belt -= 1
            self._pieces.passed += 1
            self._gone(number)
        if bool(self._under) != was_blocked:
            self._edge()
        self.watch()

    def _hold(self) -> None:
        if self._held_pm is None:
            self._held_pm = self._carried()
            self.watch()

    def _travel(self) -> int:
        return self.belt.travel_pm() if self.belt is not None else 0

    def _carried(self) -> int:
        return self._travel() - self._lost_pm if self._held_pm is None else self._held_pm

    def _edge(self) -> None:
        """The eye changes for good, and bounces."""
        self._show()
        for us in next(self._bounces):
            self._clock.after(us, self._bounce)

    def _bounce(self, _: object) -> None:
        self._flicker = not self._flicker
        self._show()

    def _pulse(self, _: object) -> None:
        if self._storm_on:
            self._storm_on = False
            self._show()
            if self._storm_us:
                self._clock.after(max(1, self._storm_us - STORM_PULSE_US // 2), self._pulse)
        elif self._storm_us:
            self._storm_on = True
            self._show()
            self._clock.after(next(self._pulse_us), self._pulse)

    def _show(self) -> None:
        """Bring the eye's level and the latched position into the input image."""
        wires = self._wires
        seen = bool(self._under) ^ self._flicker ^ self._storm_on
        if self._stuck is not None:
            seen = self._stuck
        if seen == bool(wires.di & self._bit):
            return
        wires.di ^= self._bit
        assert self.belt is not None
        here = self.belt.latch()
        if not self._lane:
            wires.eye_pos = here
        self._changed()
