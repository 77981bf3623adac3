"""What is measured by the wall clock: answer times of scans, and lateness of the machine."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from host_sim.tally import Tally

CHUNK = 4096
KEPT_WITHIN_US = 100_000  # who was never this far behind has kept pace


class Samples:
    """Takes single durations in µs, 0 or more, and keeps their distribution in fixed memory."""

    def __init__(self, bin_us: int) -> None:
        self._tally = Tally(bin_us)
        self._waiting: list[int] = []

    def add(self, us: int) -> None:
        """Count one."""
        self._waiting.append(us)
        if len(self._waiting) == CHUNK:
            self._flush()

    @property
    def tally(self) -> Tally:
        """All that have been counted."""
        self._flush()
        return self._tally

    def _flush(self) -> None:
        self._tally.add(np.array(self._waiting, np.int64))
        self._waiting.clear()


@dataclass(frozen=True)
class WallTimes:
    """One paced run against the clock on the wall. It depends on the computer, and on the day."""

    speed: float  # wished: machine time over wall time
    machine_us: int
    wall_us: int  # that the machine time took
    answers: Tally  # wall µs from inputs ready to outputs known, of every scan
    late: Tally  # wall µs behind the grid, of every moment at which something happens
    waits: int  # how often the machine had to wait long
    behind_us: int  # at the end, wall µs

    @property
    def achieved(self) -> float:
        """Machine time over wall time, as it came out."""
        return self.machine_us / self.wall_us if self.wall_us else self.speed

    @property
    def kept(self) -> bool:
        """Whether the machine was always on the grid, or nearly."""
        return self.late.most < KEPT_WITHIN_US


def together(runs: Sequence[WallTimes]) -> WallTimes:
    """Several runs of one speed, at least one, one after the other; the worst end counts."""
    answers, late = Tally(runs[0].answers.bin_us), Tally(runs[0].late.bin_us)
    for run in runs:
        answers.merge(run.answers)
        late.merge(run.late)
    return WallTimes(
        speed=runs[0].speed,
        machine_us=sum(run.machine_us for run in runs),
        wall_us=sum(run.wall_us for run in runs),
        answers=answers,
        late=late,
        waits=sum(run.waits for run in runs),
        behind_us=max(run.behind_us for run in runs),
    )
