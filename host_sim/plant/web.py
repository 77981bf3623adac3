"""The web: feed drive, web encoder and registration marks.

The encoder's wheel runs on the web, so it sees slip. Each index ends short by what slip and print
leave: d = a t² / 4 of the trim's ramps, with t drawn, so that the trim that makes it good takes t.
Marks lie one pitch apart and pass the eye one look-ahead before their register position.
"""

from collections.abc import Callable

from controller import image, signals

from . import streams
from .parameters import PlantParameters
from .pieces import Strip
from .timing import Clock, Timer
from .train import Train
from .wires import LAST, NUMBERS, Changed, Ramps, SettingsView, Wires

MARKS_APART_US = 5_000  # of marks closer than that the first counts (hal/contract.py)


class Web:
    """Feed drive and web.

    Positions are µm of web since power-up, where the web stands in register (but for
    `plant.web_start_um`).

    Args:
        strip: the pieces in the web; told where it comes to rest.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        ramps: Ramps,
        machine: SettingsView,
        luck: streams.Streams,
        strip: Strip,
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._strip = strip
        self._ramps = ramps
        self._step_um: int = machine["feed.step_um"]
        self._encoder_um: int = machine["feed.encoder_um"]
        marks = "registration.eye_um" in machine
        self._eye_um: int | None = machine["registration.eye_um"] if marks else None
        self._tells = machine["feed.type"] != "stepper"  # it has an in-position signal
        splices = "supply.splice_mm" in machine
        self._splice_ahead_um: int = 1000 * machine["supply.splice_mm"] if splices else 0
        self._splice_um = p.splice_um
        self._trim_accel = ramps[image.PROFILE_TRIM][1]
        self._start_um = p.web_start_um
        self._origin = p.web_origin
        self._ready_us = max(1, p.feed_ready_us)
        lag = streams.half_normal(p.feed_lag_sd_us)
        short = (p.short_mean_us, p.short_sd_us, p.short_low_us, p.short_high_us)
        settle = (p.settle_mean_us, p.settle_sd_us, p.settle_low_us, p.settle_high_us)
        self._lag_us = luck.draws("feed.lag", lag)
        self._short_us = luck.draws("feed.short", streams.truncated_normal(*short))
        self._settle_us = luck.draws("feed.settle", streams.truncated_to(*settle))

        self.moving = False
        self.taken: Callable[[int], None] = lambda um: None  # told of web that was moved
        self._missing_marks = 0
        self._shift_um = 0  # marks are seen so much too late
        self._false_marks = 0  # so many more, each ...
        self._false_um = 0  # ... so far before a true one
        self._hidden_um = 0
        self._blind_until = 0
        self._slip_um = 0  # of the next index
        self._lost_counts = 0  # of the encoder in the next index
        self._edges: list[tuple[int, int]] = []  # of splices at their sensor: (µm of web, ±1)
        self._seen_splices = 0
        self._splice: Timer | None = None
        self.splices: list[int] = []  # where their leading edges were, µm of web at the weld
        self._enabled = False
        self._powered = False
        self._broken = False
        self._number = 0
        self._profile = image.PROFILE_INDEX
        self._train = Train(1, 1, 1)
        self._since_us = 0
        self._base_um = 0
        # Of the drive's way the web makes _grip / _way.
        self._way = self._grip = 1
        self._end: Timer | None = None
        self._mark: Timer | None = None
        self._in_pos: Timer | None = None
        self._ready: Timer | None = None
        wires.di |= signals.WEB_OK
        wires.web_pos = self._origin & LAST
        self._pitch_um = 0
        self._next_mark_um = 0

    def fit(self, mold: SettingsView) -> None:
        """Web of this mold's pitch, threaded in register."""
        self._pitch_um = mold["pitch_um"]
        self._strip.pitch_counts = self._pitch_um // self._encoder_um
        if self._eye_um is not None:
            ahead_um = self._pitch_um - self._eye_um - self._start_um
            self._next_mark_um = self.position_um + ahead_um

    @property
    def position_um(self) -> int:
        """µm of web since power-up."""
        if not self.moving:
            return self._base_um
        gone = self._train.position(self._clock.now - self._since_us)
        return self._base_um + gone * self._grip // self._way

    @property
    def counts(self) -> int:
        """The web encoder before it goes round its ring."""
        return self.position_um // self._encoder_um

    def latch(self) -> None:
        """Bring the encoder's count in the input image up to now."""
        self._wires.web_pos = self.counts + self._origin & LAST

    def enable(self, on: bool) -> None:
        """Level of FEED_ENABLE; without it no move, and a move under way brakes."""
        self._enabled = on
        if not on:
            self._brake()

    def power(self, on: bool) -> None:
        """Power of the drive, through the safety chain. It brakes on its stored energy."""
        self._powered = on
        if on:
            self._ready = self._clock.after(self._ready_us, self._drive_ready)
            return
        self._brake()
        self._forget(self._ready)
        self._forget(self._in_pos)
        self._wires.di &= ~(signals.FEED_READY | signals.FEED_IN_POS)
        self._changed()

    def move(self, number: int, steps: int, profile: int) -> None:
        """Move the web. Refused without permission, without the drive, and while it moves."""
        ready = self._wires.di & signals.FEED_READY
        if self.moving or not (self._enabled and ready) or steps < 1:
            self._clock.after(1, lambda _: self._echo(number))
            return
        way = steps * self._step_um
        self._train = Train(way, *self._ramps[profile])
        self._way = self._grip = way
        if profile == image.PROFILE_INDEX:
            t = next(self._short_us)
            short = self._trim_accel * t * t // 4_000_000_000
            short = short * way // max(way, self._pitch_um) + self._slip_um
            self._slip_um = 0
            self._grip -= min(way, short)
            self._origin -= self._lost_counts
            self._lost_counts = 0
        if self._broken:
            self._grip = 0
        self.moving = True
        self._number = number
        self._profile = profile
        self._since_us = self._clock.now
        self._forget(self._in_pos)
        self._clock.after(1, self._leave)
        self._end = self._clock.after(self._train.duration, self._arrive)
        self._watch_mark()
        self._watch_splice()

    def slip(self, um: int) -> None:
        """The next index slips by so much."""
        self._slip_um = um

    def lose_counts(self, counts: int) -> None:
        """The encoder loses so many counts in the next index."""
        self._lost_counts = counts

    def shift_marks(self, um: int) -> None:
        """Marks are seen so much too late."""
        self._shift_um = um

    def false_marks(self, count: int, um: int) -> None:
        """So many of the marks to come have a false one `um` before them."""
        self._false_marks = count
        self._false_um = um if count else 0

    def drive_fault(self, on: bool) -> None:
        """The drive trips, or is reset."""
        if on:
            self.power(False)
        elif not self._powered:
            self.power(True)

    def add_splice(self, ahead_um: int) -> None:
        """A splice is made so far before the feed; its sensor is there, too."""
        lead = self.position_um + ahead_um
        tail = lead + self._splice_um
        self.splices.append(lead + self._splice_ahead_um)
        if self._splice_ahead_um:
            self._edges = sorted([*self._edges, (lead, 1), (tail, -1)])
            if self.moving:
                self._watch_splice()

    @property
    def carries_splice(self) -> bool:
        """Whether a splice lies in the pitch that is under the horn now."""
        here, half = self.position_um, self._pitch_um // 2
        return any(
            here - half <= lead + self._splice_um and lead <= here + half for lead in self.splices
        )

    def miss_marks(self, count: int) -> None:
        """So many of the marks to come are not seen."""
        self._missing_marks = count

    def broken(self, on: bool) -> None:
        """The web breaks before the press (the rollers go on, the web stands), or is mended."""
        self._broken = on
        if on:
            if self.moving:
                # From here on the way gone counts for nothing.
                self._base_um = self.position_um
                self._grip = 0
                self._forget(self._mark)
            self._wires.di &= ~signals.WEB_OK
        else:
            self._wires.di |= signals.WEB_OK
        self._changed()

    def _brake(self) -> None:
        if self.moving:
            assert self._end is not None
            self._train.stop(self._clock.now - self._since_us)
            self._end.cancel()
            self._end = self._clock.after(
                max(1, self._since_us + self._train.duration - self._clock.now), self._arrive
            )
            self._watch_mark()
            self._watch_splice()

    def _watch_mark(self) -> None:
        """Be there when the next mark passes the eye in this move."""
        self._forget(self._mark)
        if self._eye_um is not None:
            seen_um = self._next_mark_um + self._shift_um - self._false_um
            self._mark = self._when(seen_um, self._mark_passes)

    def _watch_splice(self) -> None:
        """Be there when an edge of a splice passes its sensor in this move."""
        self._forget(self._splice)
        if self._edges:
            self._splice = self._when(self._edges[0][0], self._splice_passes)

    def _when(self, place_um: int, action: Callable[[object], None]) -> Timer | None:
        """Call `action` when the web has come to this place, if it does in this move."""
        if not self._grip:
            return None
        drive_um = -(-(place_um - self._base_um) * self._way // self._grip)
        if drive_um > self._train.length:
            return None
        at = self._since_us + self._train.time_at(max(0, drive_um))
        return self._clock.after(max(1, at - self._clock.now), action)

    def _splice_passes(self, _: object) -> None:
        self._seen_splices += self._edges.pop(0)[1]
        self.show_splice(self._seen_splices > 0)
        self._watch_splice()

    def show_splice(self, seen: bool) -> None:
        """Level of the splice sensor."""
        if seen != bool(self._wires.dx & signals.SPLICE):
            self._wires.dx ^= signals.SPLICE
            self._changed()

    def _mark_passes(self, _: object) -> None:
        now = self._clock.now
        if self._missing_marks:
            self._missing_marks -= 1
        elif now >= self._blind_until:
            self._blind_until = now + MARKS_APART_US
            seen_um = self._next_mark_um + self._shift_um - self._false_um
            wires = self._wires
            wires.mark_no = wires.mark_no + 1 & NUMBERS
            wires.mark_pos = seen_um // self._encoder_um + self._origin & LAST
            wires.devices = wires.devices + 1 & NUMBERS
            self._changed()
        if self._false_um:
            # The true one is still to come.
            self._hidden_um, self._false_um = self._false_um, 0
        else:
            self._next_mark_um += self._pitch_um
            if self._false_marks:
                self._false_marks -= 1
                self._false_um = self._hidden_um if self._false_marks else 0
        self._watch_mark()

    def _leave(self, _: object) -> None:
        if self._wires.di & signals.FEED_IN_POS:
            self._wires.di &= ~signals.FEED_IN_POS
            self._changed()

    def _arrive(self, _: object) -> None:
        was_um = self._base_um
        self._base_um = self.position_um
        self.moving = False
        self.latch()
        self._forget(self._mark)
        self._forget(self._splice)
        if self._base_um > was_um:
            self.taken(self._base_um - was_um)
        if self._powered and self._tells:
            trim = self._profile == image.PROFILE_TRIM
            us = next(self._settle_us if trim else self._lag_us)
            self._in_pos = self._clock.after(max(1, us), self._in_position)
        self._strip.stopped(self.counts)
        self._echo(self._number)

    def _in_position(self, _: object) -> None:
        self._wires.di |= signals.FEED_IN_POS
        self._changed()

    def _drive_ready(self, _: object) -> None:
        self._wires.di |= signals.FEED_READY
        if not self.moving and self._tells:
            self._wires.di |= signals.FEED_IN_POS
        self._changed()

    def _echo(self, number: int) -> None:
        wires = self._wires
        wires.feed_done = number
        wires.devices = wires.devices + 1 & NUMBERS
        self._changed()

    @staticmethod
    def _forget(timer: Timer | None) -> None:
        if timer is not None:
            timer.cancel()
