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
GROUND = 4096  # added to a sample while the horn touches the anvil
RIPPLE = 8192  # ripple factors kept ready; a shot takes a run of them


class Load:
    """Power over time of the mold in the machine."""

    def __init__(
        self, p: PlantParameters, machine: SettingsView, luck: streams.Streams, number: int = 1
    ) -> None:
        name = f"load{number}" if number > 1 else "load"
        self._p = p
        self._zero_pc: int = machine["generator.amplitude_zero_pc"]
        self._span_pc: int = machine["generator.amplitude_full_pc"] - self._zero_pc
        self._f0_hz: int = machine["generator.f0_hz"]
        self.knows_df = self._f0_hz > 0
        ground = streams.truncated_normal(
            1e6 * p.ground_factor,
            1e4 * p.ground_sd_pc,
            8e5 * p.ground_factor,
            1.3e6 * p.ground_factor,
        )
        self._ground_ppm = luck.draws(name + ".ground", ground)
        self._df_noise = luck.draws(name + ".df", streams.normal(0, p.df_sd_hz))
        self._noise = luck.generator(name + ".noise")
        self._ground_raw = 0.0  # energy of this weld at which the seam is through
        # What faults do
        self.missing = 0  # welds to come without a part
        self.cracked = False
        self.drift_hz = 0
        self.noise_pc = 0.0
        self.stuck_raw = -1  # the power monitor shows this; -1: what is
        self.ground_stuck = False
        self._full_scale_w: int = machine["generator.full_scale_w"]
        self._most_ms: int = machine["generator.weld_max_ms"]
        self._air = p.weld_air_w * FULL_SCALE // self._full_scale_w
        spread = streams.truncated_normal(1.0, p.weld_sd_pc / 100, 0.6, 1.4)
        slow = streams.uniform(p.weld_slow_low, p.weld_slow_high)
        slow = streams.sometimes(p.weld_slow_share_pc / 100, slow, 1.0)
        ppm = streams.product(lambda _, n: np.full(n, 1e6 * p.weld_factor), spread, slow)
        self._time_ppm = luck.draws(name + ".time", ppm)
        ripple = luck.generator(name + ".ripple")
        factors = ripple.normal(1.0, p.weld_ripple_pc / 100, RIPPLE + self._most_ms)
        self._ripple = np.clip(factors, 0.5, 1.5)
        self._from = luck.draws(name + ".ripple_from", streams.uniform(0, RIPPLE - 1))
        # Soft start: sample k (1 ..) of the ramp is k/ramp of the plateau.
        self._ramp_ms = max(1, p.weld_ramp_ms)
        self._ramp = np.arange(1, self._ramp_ms + 1) / self._ramp_ms

    def fit(self, mold: SettingsView) -> None:
        """Weld with this mold from now on."""
        self._energy_j: int = mold["weld.energy_j"]
        self._time_ms: int = mold["weld.time_ms"]
        self._amplitude_pc: int = mold["weld.amplitude_pc"]
        self._grounds = bool(mold["weld.ground_ms"] or mold["weld.cut_ground_ms"])

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
        watts = 1000 * self._energy_j / worth * self._percent(amplitude_pm) / self._amplitude_pc
        at = next(self._from)
        raw = self._ripple[at : at + n] * (watts * FULL_SCALE / self._full_scale_w)
        raw[:ramp] *= self._ramp[:n]
        if self._p.weld_rise_pc:
            raw *= np.clip(1 + self._p.weld_rise_pc / 100 * (np.arange(n) / ms - 0.5), 0, None)
        if self.missing:
            self.missing -= 1
            raw *= self._p.part_missing_pc / 100
        if self.cracked:
            raw *= self._p.crack_power_pc / 100
        if self.noise_pc:
            raw *= np.clip(self._noise.normal(1, self.noise_pc / 100, n), 0, 2)
        samples = np.minimum(np.rint(raw, out=raw), TOP, out=raw).astype(np.int32).tolist()
        if self.stuck_raw >= 0:
            samples = [self.stuck_raw] * n
        if self._grounds:
            full = 1000 * self._energy_j * FULL_SCALE / self._full_scale_w
            self._ground_raw = full * next(self._ground_ppm) / 1e6
            samples = self._grounded(samples, 0)
        return samples

    def at(self, samples: list[int], was_pm: int, pm: int, before: int = 0) -> list[int]:
        """The rest of a shot whose amplitude changes; `before`: sum of its samples so far."""
        share = self._percent(pm) / self._percent(was_pm)
        if self.stuck_raw >= 0:
            share = 1
        scaled = [min(TOP, round((raw & GROUND - 1) * share)) for raw in samples]
        return self._grounded(scaled, before) if self._grounds else scaled

    def _grounded(self, samples: list[int], before: int) -> list[int]:
        """Add the ground signal from the sample on at which the seam is cut through."""
        if self.ground_stuck:
            return [raw + GROUND for raw in samples]
        through = np.cumsum(samples) + before >= self._ground_raw
        return (np.asarray(samples) + GROUND * through).tolist()

    def _percent(self, pm: int) -> float:
        """Amplitude in percent at this set-point."""
        return self._zero_pc + pm * self._span_pc / 1000

    def df_hz(self, on_us: int) -> int:
        """Frequency at the end of a weld less that at its begin: it falls as the horn warms."""
        fall = self._f0_hz * self._p.df_weld_ppm / 1e6 * on_us / (1000 * self._time_ms)
        if self.cracked:
            fall *= 4
        return next(self._df_noise) - round(fall) - self.drift_hz

    def air(self, milliseconds: int) -> list[int]:
        """Samples with the horn in air."""
        return [self._air] * min(milliseconds, self._most_ms)
