"""The web, moved by the pulses of the feed drive, with its encoder and its marks on wires.

In the place of `host_sim.plant.web`, which plans its moves by itself. Each step carries the web
by as much; in between it glides, and the encoder's counts are spread over the time of a step. Of
an index the web makes a little less, as there; it stands when no more step comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from controller import signals
from host_sim.plant import PlantParameters, Streams
from host_sim.plant import streams as shapes
from host_sim.plant.pieces import Strip
from host_sim.plant.timing import Clock, Timer
from host_sim.plant.wires import SettingsView
from pico.chip import Pico
from pico.pins import Pins

_STANDS_US = 5_000  # the first step of a ramp takes 3.8 ms
_MARK_UM = 3_000  # length of a mark


class WiredWeb:
    """Drive, web, encoder and mark eye.

    Args:
        wires: input image of the plant; FEED_READY and FEED_IN_POS are its bits.
        changed: called after they have changed.
    """

    def __init__(
        self,
        pico: Pico,
        pins: Pins,
        clock: Clock,
        wires: Any,
        changed: Callable[[], None],
        p: PlantParameters,
        machine: SettingsView,
        luck: Streams,
        strip: Strip,
    ) -> None:
        self._pico, self._pins, self._clock = pico, pins, clock
        self._wires, self._changed, self._strip = wires, changed, strip
        self._step_um: int = machine["feed.step_um"]
        self._encoder_um: int = machine["feed.encoder_um"]
        self._eye_um: int = machine["registration.eye_um"]
        self._trim_accel: int = machine["feed.trim_accel_mm_s2"]
        short = (p.short_mean_us, p.short_sd_us, p.short_low_us, p.short_high_us)
        self._short_us = luck.draws("feed.short", shapes.truncated_normal(*short))
        self._lag_us = luck.draws("feed.lag", shapes.half_normal(p.feed_lag_sd_us))
        self._ready_us = max(1, p.feed_ready_us)
        self.steps: list[int] = []  # of the move under way, ns
        self.moves: list[tuple[int, ...]] = []  # those that are over
        self.unwanted = 0  # steps without FEED_ENABLE or power
        self.moving = False
        self.taken: Callable[[int], None] = lambda um: None  # told of web that was moved
        self.counts = 0
        self._began = 0  # counts where the move under way began
        self._um = 0.0
        self._carry = 1.0  # of a step's way the web makes so much
        self._powered = self._enabled = False
        self._edges: deque[tuple[float, int]] = deque()
        self._edge = pico.alarm(self._edge_due)
        self._stood: Timer | None = None
        self._timers: list[Timer] = []
        self._pitch_um = self._next_mark_um = 0
        wires.di |= signals.WEB_OK
        pico.watch(pins.at["feed_step"], self._step)

    def fit(self, mold: SettingsView) -> None:
        """Web of this mold's pitch, threaded in register."""
        self._pitch_um = mold["pitch_um"]
        self._strip.pitch_counts = self._pitch_um // self._encoder_um
        self._next_mark_um = round(self._um) + self._pitch_um - self._eye_um

    def enable(self, on: bool) -> None:
        """Level of FEED_ENABLE."""
        self._enabled = on

    def power(self, on: bool) -> None:
        """Power of the drive, through the safety chain."""
        self._powered = on
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        if on:
            self._timers.append(self._clock.after(self._ready_us, self._ready))
        else:
            self._wires.di &= ~(signals.FEED_READY | signals.FEED_IN_POS)
            self._changed()

    def latch(self) -> None:
        """The encoder is on wires."""

    def _ready(self, _: object) -> None:
        self._wires.di |= signals.FEED_READY | signals.FEED_IN_POS
        self._changed()

    def _step(self, level: int | None) -> None:
        if level != 1:
            return
        if not (self._powered and self._enabled):
            self.unwanted += 1
        now = self._pico.clock.nanos
        if not self.moving:
            self._begin()
        last = self.steps[-1] if self.steps else now - 3.8e6
        self.steps.append(now)
        self._um += self._step_um * self._carry
        target = int(self._um) // self._encoder_um
        more = target - (self._edges[-1][1] if self._edges else self.counts)
        for k in range(1, more + 1):
            # The last of them comes just before the next step.
            at = now + (now - last) * k / (more + 1) if len(self.steps) > 1 else now + 1e5 * k
            self._edges.append((at, target - more + k))
        self._next_edge()

    def _begin(self) -> None:
        self.moving = True
        self.steps = []
        self._began = self.counts
        self._carry = 1.0 - self._trim_accel * next(self._short_us) ** 2 / 4e9 / self._pitch_um
        # Not in the midst of an instruction of the chip: levels change with the clock only.
        self._pico.alarm(self._left).schedule(1000)

    def _left(self) -> None:
        self._wires.di &= ~signals.FEED_IN_POS
        self._changed()
        self._look()

    def _look(self) -> None:
        self._stood = self._clock.after(_STANDS_US, self._stands)

    def _stands(self, _: object) -> None:
        if self._pico.clock.nanos - self.steps[-1] < _STANDS_US * 1000:
            self._look()
            return
        self.moving = False
        self.moves.append(tuple(round(each) for each in self.steps))
        self.taken((self.counts - self._began) * self._encoder_um)
        self._strip.stopped(self.counts)
        if self._powered:
            lag = max(1, next(self._lag_us))
            self._timers.append(self._clock.after(lag, self._in_position))

    def _in_position(self, _: object) -> None:
        if not self.moving:
            self._wires.di |= signals.FEED_IN_POS
            self._changed()

    def _next_edge(self) -> None:
        if self._edges:
            self._edge.schedule(max(0.0, self._edges[0][0] - self._pico.clock.nanos))

    def _edge_due(self) -> None:
        _, self.counts = self._edges.popleft()
        self._pins.turn("web", self.counts)
        past = self.counts * self._encoder_um - self._next_mark_um
        if 0 <= past < self._encoder_um:
            self._pico.drive(self._pins.at["mark_eye"], 1)
        elif past >= _MARK_UM:
            self._pico.drive(self._pins.at["mark_eye"], 0)
            self._next_mark_um += self._pitch_um
        self._next_edge()
