"""Supply current of the generators: their power, and the inrush of each start."""

from collections.abc import Sequence

import numpy as np

from .load import FULL_SCALE, GROUND
from .parameters import PlantParameters
from .wires import SettingsView


class Current:
    """Peak of the current that all generators draw together, in ms steps.

    Attributes:
        peak_a: most of all shots so far, A.
        last_a: most of the last shot, A.
    """

    def __init__(self, p: PlantParameters, machine: SettingsView) -> None:
        self._watt_of_raw: float = machine["generator.full_scale_w"] / FULL_SCALE
        self._amp_of_watt = 100 / (p.supply_v * p.supply_efficiency_pc)
        milliseconds = np.arange(10 * p.inrush_ms)
        self._inrush = p.inrush_a * np.exp(-milliseconds / p.inrush_ms)
        self.peak_a = self.last_a = 0.0

    def draw(self, shots: Sequence[tuple[int, list[int]]]) -> None:
        """One shot of each horn: (µs after the first, samples of the power monitor)."""
        begins = [begin_us // 1000 for begin_us, _ in shots]
        length = max(b + len(s) for b, (_, s) in zip(begins, shots, strict=True)) + 1
        total = np.zeros(length + len(self._inrush))
        for begin, (_, samples) in zip(begins, shots, strict=True):
            raw = np.asarray(samples, dtype=np.int64) & GROUND - 1
            total[begin : begin + len(raw)] += raw * self._watt_of_raw * self._amp_of_watt
            if len(raw):
                total[begin : begin + len(self._inrush)] += self._inrush
        self.last_a = float(total.max())
        self.peak_a = max(self.peak_a, self.last_a)
