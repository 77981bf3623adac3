"""What the weld draws: samples of the power monitor, one a millisecond.

The load follows from the mold: it takes `energy_j` in about `time_ms`. A mold that needs twice
the energy in twice the time thus draws the same power, twice as long.
"""

import numpy as np

from . import streams
from .parameters import PlantParameters
from .wires import SettingsView

FULL_SCALE = 4096  # ADC counts at the power monitor's full scale
TOP = 4095
RIPPLE = 8192  # ripple factors kept ready; a shot takes a run of them


class Load:
    """Power over time of the mold in the machine."""

    def __init__(self, p: PlantParameters, machine: SettingsView, luck: streams.Streams) -> None:
        self._full_scale_w: int = machine["generator.full_scale_w"]
        self._most_ms: int = machine["generator.weld_max_ms"]
        self._air = p.weld_air_w * FULL_SCALE // self._full_scale_w
        spread = streams.truncated_normal(1.0, p.weld_sd_pc / 100, 0.6, 1.4)
        slow = streams.uniform(p.weld_slow_low, p.weld_slow_high)
        slow = streams.sometimes(p.weld_slow_share_pc / 100, slow, 1.0)
        ppm = streams.product(lambda _, n: np.full(n, 1e6 * p.weld_factor), spread, slow)
        self._time_ppm = luck.draws("load.time", ppm)
        ripple = luck.generator("load.ripple")
        factors = ripple.normal(1.0, p.weld_ripple_pc / 100, RIPPLE + self._most_ms)
        self._ripple = np.clip(factors, 0.5, 1.5)
        self._from = luck.draws("load.ripple_from", streams.uniform(0, RIPPLE - 1))
        # Soft start: sample k (1 ..) of the ramp is k/ramp of the plateau.
        self._ramp_ms = max(1, p.weld_ramp_ms)
        self._ramp = np.arange(1, self._ramp_ms + 1) / self._ramp_ms

    def fit(self, mold: SettingsView) -> None:
        """Weld with this mold from now on."""
        self._energy_j: int = mold["weld.energy_j"]
        self._time_ms: int = mold["weld.time_ms"]
        self._amplitude_pm: int = 10 * mold["weld.amplitude_pc"]

    def draw_ms(self) -> float:
        """Time in which the energy of the next weld comes."""
        return next(self._time_ppm) * self._time_ms / 1e6

    def weld(self, milliseconds: int, amplitude_pm: int) -> list[int]:
        """Samples (raw counts) of the next weld; more than `weld_max_ms` are never given."""
        n = min(milliseconds, self._most_ms)
        ms = self.draw_ms()
        # The plateau at which the sum of samples reaches the energy after `ms`.
        ramp = self._ramp_ms
        worth = ms - (ramp - 1) / 2 if ms >= ramp else ms * (ms + 1) / (2 * ramp)
        watts = 1000 * self._energy_j / worth * amplitude_pm / self._amplitude_pm
        at = next(self._from)
        raw = self._ripple[at : at + n] * (watts * FULL_SCALE / self._full_scale_w)
        raw[:ramp] *= self._ramp[:n]
        return np.minimum(np.rint(raw, out=raw), TOP, out=raw).astype(np.int32).tolist()

    def air(self, milliseconds: int) -> list[int]:
        """Samples with the horn in air."""
        return [self._air] * min(milliseconds, self._most_ms)
