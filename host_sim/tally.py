"""Distribution of durations in a fixed amount of memory: what a run keeps of its strokes."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

BINS = 20_000
"""Bins of a tally; durations beyond the last one are counted in it (and known by `most`)."""


@dataclass
class Tally:
    """Count, mean, spread and distribution of durations in µs, in a fixed amount of memory.

    `bin_us` is the resolution of the percentiles; mean, deviation and extremes are exact.
    """

    bin_us: int = 500
    count: int = 0
    total: int = 0
    squares: int = 0
    least: int = 0
    most: int = 0
    bins: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, values: NDArray[np.int64]) -> None:
        """Count durations, an int64 array in µs, 0 or more."""
        if not len(values):
            return
        least, most = int(values.min()), int(values.max())
        self.least = min(self.least, least) if self.count else least
        self.most = max(self.most, most) if self.count else most
        self.count += len(values)
        self.total += int(values.sum())
        self.squares += int((values * values).sum())
        self._grow(np.bincount(np.minimum(values // self.bin_us, BINS - 1)))

    def merge(self, other: "Tally") -> None:
        """Add what another tally of the same resolution has counted."""
        if other.bin_us != self.bin_us:
            raise ValueError(f"tallies of {self.bin_us} and {other.bin_us} µs do not mix")
        if not other.count:
            return
        self.least = min(self.least, other.least) if self.count else other.least
        self.most = max(self.most, other.most) if self.count else other.most
        self.count += other.count
        self.total += other.total
        self.squares += other.squares
        self._grow(other.bins)

    def _grow(self, counts: NDArray[np.int64]) -> None:
        if len(counts) > len(self.bins):
            longer = np.zeros(len(counts), np.int64)
            longer[: len(self.bins)] = self.bins
            self.bins = longer
        self.bins[: len(counts)] += counts

    @property
    def mean(self) -> float:
        """Mean in µs; 0 when nothing was counted."""
        return self.total / self.count if self.count else 0.0

    @property
    def deviation(self) -> float:
        """Standard deviation of the sample in µs; 0 below two values."""
        if self.count < 2:
            return 0.0
        spread = self.squares - self.total * self.total / self.count
        return math.sqrt(max(spread, 0.0) / (self.count - 1))

    def percentile(self, percent: float) -> float:
        """The duration in µs that `percent` of the values do not exceed, within one bin.

        Linear inside a bin, and never outside the least and the most that were seen.
        """
        if not self.count:
            return 0.0
        wanted = self.count * percent / 100
        below = np.cumsum(self.bins)
        at = int(np.searchsorted(below, wanted))
        at = min(at, len(below) - 1)
        inside = int(self.bins[at])
        share = (wanted - (int(below[at]) - inside)) / inside if inside else 0.0
        if at == BINS - 1:
            return float(self.most)
        return min(max((at + share) * self.bin_us, float(self.least)), float(self.most))
