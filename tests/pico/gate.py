"""The generator's gate as a wire: SONICS ON in, power monitor and overload out.

In the place of `host_sim.plant.gate`, which is the whole timed device. How long a shot is, is the
chip's to say; here it is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from host_sim.plant.generator import Generator
from host_sim.plant.load import Load
from pico.chip import Pico

_MS_NS = 1_000_000
_LONGEST_MS = 1_000


@dataclass
class Shot:
    """One opening of the gate, ns."""

    begin_ns: int
    end_ns: int = 0
    on_web: bool = False

    @property
    def width_us(self) -> float:
        """µs that SONICS ON was high."""
        return (self.end_ns - self.begin_ns) / 1000


class WiredGate:
    """Pin SONICS ON and the ADC input of the power monitor.

    Args:
        pressed: whether the horn stands on the web.
        welded: called when a shot on the web has ended, with the clock.
        amplitude_pm: what the amplitude's set-point says.
    """

    def __init__(
        self,
        pico: Pico,
        pins: dict[str, int],
        generator: Generator,
        load: Load,
        pressed: Callable[[], bool],
        welded: Callable[[], None],
        amplitude_pm: Callable[[], int],
    ) -> None:
        self._pico, self._generator, self._load = pico, generator, load
        self._pressed, self._welded, self._amplitude_pm = pressed, welded, amplitude_pm
        self.shots: list[Shot] = []
        self.samples: list[tuple[int, int]] = []  # when the power was asked for, ns, and it
        self.unwanted = 0  # openings without SONICS_ENABLE or power
        self.on = False
        self._enabled = self._powered = False
        self._power: list[int] = []
        self._begin = pico.alarm(self._begun)
        self._end = pico.alarm(self._ended)
        self._read = pico.mcu.adc.on_adc_read
        pico.mcu.adc.on_adc_read = self._sample
        pico.watch(pins["sonics_on"], self._level)
        pico.on_reset.append(lambda: self._level(None))

    def enable(self, on: bool) -> None:
        """Level of SONICS_ENABLE, in series with SONICS ON at the generator."""
        self._enabled = on

    def power(self, on: bool) -> None:
        """The safety chain's own contact in the gate line."""
        self._powered = on

    def measured(self) -> list[list[int]]:
        """Of each shot the samples that the chip took, as counts of its ADC."""
        return [
            [raw for at, raw in self.samples if shot.begin_ns < at <= shot.end_ns + _MS_NS // 2]
            for shot in self.shots
        ]

    def _level(self, level: int | None) -> None:
        on = level == 1
        if on == self.on:
            return
        self.on = on
        if on:
            self.unwanted += not (self._enabled and self._powered)
            self.shots.append(Shot(self._pico.now_ns))
            self._power = []
            self._begin.schedule(1000)
        else:
            self.shots[-1].end_ns = self._pico.now_ns
            self._end.schedule(1000)

    def _begun(self) -> None:
        shot = self.shots[-1]
        shot.on_web = self._pressed()
        if not self._generator.ready:
            return
        if shot.on_web:
            self._power = self._load.weld(_LONGEST_MS, self._amplitude_pm())
        else:
            self._power = self._load.air(_LONGEST_MS)
        self._generator.fired()

    def _ended(self) -> None:
        if self.shots[-1].on_web:
            self._welded()

    def _sample(self, channel: int) -> None:
        now = self._pico.now_ns
        at = (now - self.shots[-1].begin_ns) // _MS_NS - 1 if self.shots else 0
        value = self._power[min(max(at, 0), len(self._power) - 1)] if self._power else 0
        value = value if self.on else 0
        self.samples.append((now, value))
        self._pico.mcu.adc.channel_values[channel] = value
        self._read(channel)
