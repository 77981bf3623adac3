"""The worst ten minutes: the least output of any window of that width, found while it happens."""

import numpy as np
from numpy.typing import NDArray

WORST_US = 600_000_000


def window_us(horizon_us: int, takt_us: int) -> int:
    """Width of the window in µs: ten minutes, or the whole takts that a shorter horizon holds.

    One takt less than the horizon, because its last stroke is cut off.
    """
    return min(WORST_US, max(horizon_us // takt_us - 1, 1) * takt_us)


class Worst:
    """Least number of strokes in any window of `width_us`, sliding, from the first slot to now.

    Each stroke counts at the moment it is owed: the end of its slot, or its own end where that is
    later. So a grid that is kept gives the same number in every window, however the strokes vary
    within their slots. The count can only be least just after a stroke or at the very beginning,
    so those windows are the ones looked at.
    """

    def __init__(self, width_us: int) -> None:
        self.width_us = width_us
        self.least: int | None = None
        self._open = np.zeros(0, np.int64)  # beginnings of windows that are not over yet

    def begin(self, start_us: int) -> None:
        """Open the first window at the first slot, before any stroke is added."""
        self._open = np.array([start_us], np.int64)

    def add(self, owed_us: NDArray[np.int64]) -> None:
        """Count strokes at these times, which never fall from call to call."""
        if len(owed_us):
            self._open = np.concatenate((self._open, owed_us))
            self._close(int(owed_us[-1]) - 1)

    def finish(self, end_us: int) -> int | None:
        """Close all windows that end by `end_us`. None: not one window was complete."""
        self._close(end_us)
        return self.least

    def _close(self, until_us: int) -> None:
        """End the windows (x, x + width] that are over; all strokes until `until_us` are known."""
        ends = self._open + self.width_us
        over = int(np.searchsorted(ends, until_us, side="right"))
        if over:
            inside = np.searchsorted(self._open, ends[:over], side="right") - np.arange(
                1, over + 1
            )
            least = int(inside.min())
            self.least = least if self.least is None else min(self.least, least)
            self._open = self._open[over:]
