"""The web: feed drive, web encoder and registration marks.

The encoder's wheel runs on the web, so it sees slip. Each index ends short by what slip and print
leave: d = a t² / 4 of the trim's ramps, with t drawn, so that the trim that makes it good takes t.
Marks lie one pitch apart and pass the eye one look-ahead before their register position.
"""

from controller import image, signals

from . import streams
from .parameters import PlantParameters
from .pieces import Strip
from .timing import Clock, Timer
from .train import Train
from .wires import LAST, NUMBERS, Changed, Ramps, SettingsView, Wires


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
        self._eye_um: int = machine["registration.eye_um"]
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
        self._missing_marks = 0
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
        self._next_mark_um = self.position_um + self._pitch_um - self._eye_um - self._start_um

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
            self._grip -= min(way, short * way // max(way, self._pitch_um))
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

    def _watch_mark(self) -> None:
        """Be there when the next mark passes the eye in this move."""
        self._forget(self._mark)
        if not self._grip:
            return
        drive_um = -(-(self._next_mark_um - self._base_um) * self._way // self._grip)
        if drive_um <= self._train.length:
            at = self._since_us + self._train.time_at(max(0, drive_um))
            self._mark = self._clock.after(max(1, at - self._clock.now), self._mark_passes)

    def _mark_passes(self, _: object) -> None:
        if self._missing_marks:
            self._missing_marks -= 1
        else:
            wires = self._wires
            wires.mark_no = wires.mark_no + 1 & NUMBERS
            wires.mark_pos = self._next_mark_um // self._encoder_um + self._origin & LAST
            wires.devices = wires.devices + 1 & NUMBERS
            self._changed()
        self._next_mark_um += self._pitch_um
        self._watch_mark()

    def _leave(self, _: object) -> None:
        if self._wires.di & signals.FEED_IN_POS:
            self._wires.di &= ~signals.FEED_IN_POS
            self._changed()

    def _arrive(self, _: object) -> None:
        self._base_um = self.position_um
        self.moving = False
        self.latch()
        self._forget(self._mark)
        if self._powered:
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
        if not self.moving:
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
