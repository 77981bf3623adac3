"""The web supply: unwinds with roll and dancer, static bar, waste web, signals of the neighbours.

A dancer is evaluated when somebody takes web and needs no event of its own, unless it comes near
one of its switches: that happens when no web comes, not in a stroke that runs.
"""

from collections.abc import Callable

from controller import signals

from . import streams
from .parameters import PlantParameters
from .timing import Clock, Timer
from .wires import Changed, SettingsView, Wires

PATH_UM = 500_000  # [E] web between roll and dancer: what a splice has still to go to it
STATIC_US = 200_000  # [E] static bar on to its voltage


class Unwind:
    """One roll, its drive and its dancer.

    Args:
        bits: dx bits: dancer low, dancer high, roll low.
        part: share of a roll that it begins with.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        luck: streams.Streams,
        name: str,
        bits: tuple[int, int, int],
        part: float,
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._p = p
        self._low, self._high, self._roll_low = bits
        shape = streams.truncated_normal(p.refill_mean_us, p.refill_sd_us, p.refill_low_us)
        self._refill_us = luck.draws(name, shape)
        self._part = part
        self._pitch_um = 1
        self.roll_um = 0  # left on the roll
        self._level_um = p.dancer_full_um  # of the dancer at `_since`
        self._since = 0
        self._full_at = 0  # when it will be full, if the drive runs that long
        self._running = False
        self._forced: int | None = None  # a switch that sticks
        self._timer: Timer | None = None

    def fit(self, pitch_um: int) -> None:
        """A roll for this mold's pitch."""
        self._pitch_um = pitch_um
        self.roll_um = round(self._p.roll_pieces * self._part) * pitch_um
        self._show()

    @property
    def level_um(self) -> int:
        """Web in the dancer now."""
        full, now = self._p.dancer_full_um, self._clock.now
        if not self._filling or now <= self._since:
            return self._level_um
        if now >= self._full_at:
            return full
        gone, whole = now - self._since, self._full_at - self._since
        return self._level_um + (full - self._level_um) * gone // whole

    @property
    def _filling(self) -> bool:
        return self._running and self.roll_um > 0 and self._full_at > self._since

    def run(self, on: bool) -> None:
        """Level of UNWIND: the drive follows its dancer, or the brake holds."""
        self._settle(0)
        self._running = on
        self._fill()

    def take(self, um: int) -> bool:
        """The feed has taken so much. False: the dancer is empty and the web gone."""
        self._settle(um)
        if self.roll_um > 0:
            self.roll_um = max(0, self.roll_um - um)
        self._fill()
        return self._level_um > 0

    def new_roll(self) -> int:
        """Put a full roll on; µm of web from the dancer's end to the splice."""
        ahead = self.level_um + PATH_UM
        self._settle(0)
        self.roll_um = self._p.roll_pieces * self._pitch_um
        self._fill()
        return ahead

    def leave(self, pieces: int) -> None:
        """So many pieces are left on the roll; 0: it has ended."""
        self._settle(0)
        self.roll_um = pieces * self._pitch_um
        self._fill()

    def stick(self, high: bool | None) -> None:
        """The dancer sticks at its high or low switch; None: it moves again."""
        self._forced = None if high is None else self._high if high else self._low
        self._show()

    def thread(self) -> None:
        """Web is pulled into an empty dancer by hand."""
        self._level_um = self._p.dancer_full_um
        self._since = self._full_at = self._clock.now
        self._show()

    def _settle(self, um: int) -> None:
        self._level_um = max(0, self.level_um - um)
        self._since = self._full_at = self._clock.now

    def _fill(self) -> None:
        """The drive makes good what was taken, the faster the more that was."""
        missing = self._p.dancer_full_um - self._level_um
        if self._running and self.roll_um > 0 and missing > 0:
            fastest_us = 1000 * missing // self._p.unwind_mm_s
            self._full_at = self._since + max(1, fastest_us, next(self._refill_us))
        self._show()

    def _show(self, _: object = None) -> None:
        """Bring the switches into the input image, and be there when one opens again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        level, bits = self.level_um, 0
        if self._forced is not None:
            bits = self._forced
        elif level < self._p.dancer_low_um:
            bits = self._low
            if self._filling:
                short = self._p.dancer_low_um - level
                left_us = self._full_at - self._clock.now
                opens_us = left_us * short // (self._p.dancer_full_um - level) + 1
                self._timer = self._clock.after(opens_us, self._show)
        if self.roll_um < self._p.roll_low_pieces * self._pitch_um:
            bits |= self._roll_low
        mine = self._low | self._high | self._roll_low
        if self._wires.dx & mine != bits:
            self._wires.dx = self._wires.dx & ~mine | bits
            self._changed()


class Supply:
    """All that brings web, and takes the waste away; only what the machine has.

    Args:
        spliced: called with the µm of web that a new splice has still to go to the feed.
        gone: called when a dancer runs empty: the web's end passes.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        machine: SettingsView,
        luck: streams.Streams,
        spliced: Callable[[int], None],
        gone: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._spliced = spliced
        self._gone = gone
        self.asked: Callable[[], None] = lambda: None  # told when ROLL_CHANGE comes on
        self._do = 0
        self._dead = False  # the static bar has no voltage
        self._chatters: dict[int, tuple[int, int]] = {}  # bit -> level at rest, period µs
        self.unwinds: list[Unwind] = []
        station = (clock, wires, changed, p, luck)
        if "supply.unwinds" in machine:
            bits = (signals.DANCER_LOW, signals.DANCER_HIGH, signals.ROLL_LOW)
            self.unwinds.append(Unwind(*station, "unwind", bits, 1.0))
            if machine["supply.unwinds"] > 1:
                bits = (signals.DANCER2_LOW, signals.DANCER2_HIGH, signals.ROLL2_LOW)
                # Half a roll, so that both are not changed at the same time.
                self.unwinds.append(Unwind(*station, "unwind2", bits, 0.5))
        if "rewind.waste_ms" in machine:
            wires.dx |= signals.WASTE_OK
        if "line.starved_ms" in machine:
            wires.dx |= signals.UPSTREAM_OK | signals.DOWNSTREAM_OK

    def fit(self, pitch_um: int) -> None:
        """Full rolls for this mold's pitch."""
        for unwind in self.unwinds:
            unwind.fit(pitch_um)

    def levels(self, do: int) -> None:
        """Apply the output word."""
        changed = do ^ self._do
        self._do = do
        if changed & signals.UNWIND:
            for unwind in self.unwinds:
                unwind.run(bool(do & signals.UNWIND))
        if changed & signals.STATIC_BAR:
            self._clock.after(STATIC_US, self._charge)
        if changed & do & signals.ROLL_CHANGE:
            self.asked()

    def take(self, um: int) -> None:
        """The feed has moved the web by so much."""
        for unwind in self.unwinds:
            if not unwind.take(um):
                self._gone()

    def change_rolls(self) -> None:
        """Somebody splices a new roll to each that is low."""
        for unwind, low in zip(self.unwinds, (signals.ROLL_LOW, signals.ROLL2_LOW), strict=False):
            if self._wires.dx & low:
                self._spliced(unwind.new_roll())

    def leave(self, pieces: int) -> None:
        """So many pieces are left on the upper roll."""
        if self.unwinds:
            self.unwinds[0].leave(pieces)

    def stick(self, high: bool | None) -> None:
        """The upper dancer sticks at a switch, or moves again (None)."""
        if self.unwinds:
            self.unwinds[0].stick(high)

    def thread(self) -> None:
        """After a run-out the web is threaded anew."""
        for unwind in self.unwinds:
            unwind.thread()

    def static_off(self, off: bool) -> None:
        """The static bar loses its voltage, or has it again."""
        self._dead = off
        self._charge(None)

    def shows(self, bit: int, on: bool) -> None:
        """A signal of waste web or neighbours."""
        self._wires.dx = self._wires.dx | bit if on else self._wires.dx & ~bit
        self._changed()

    def chatter(self, bit: int, period_us: int) -> None:
        """A contact opens and closes every `period_us`; 0: it rests as it was."""
        if period_us and bit not in self._chatters:
            self._chatters[bit] = (self._wires.dx & bit, period_us)
            self._clock.after(period_us, lambda _: self._toggle(bit))
        elif not period_us and bit in self._chatters:
            level, _ = self._chatters.pop(bit)
            self.shows(bit, bool(level))

    def _toggle(self, bit: int) -> None:
        if bit in self._chatters:
            self.shows(bit, not self._wires.dx & bit)
            self._clock.after(self._chatters[bit][1], lambda _: self._toggle(bit))

    def _charge(self, _: object) -> None:
        live = bool(self._do & signals.STATIC_BAR) and not self._dead
        if live != bool(self._wires.dx & signals.STATIC_OK):
            self.shows(signals.STATIC_OK, live)
