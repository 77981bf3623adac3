"""The shift by the hour: what was made and how long the machine ran in each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOUR_US = 3_600_000_000


@dataclass
class Hour:
    """One hour of a period, the last one perhaps not whole. Times in µs."""

    total: int = 0  # pieces, whatever became of them
    usable: int = 0
    run_us: int = 0
    planned_us: int = 0  # planned stops

    def add(self, other: "Hour") -> None:
        """Add the same hour of another period."""
        self.total += other.total
        self.usable += other.usable
        self.run_us += other.run_us
        self.planned_us += other.planned_us


class Hours:
    """Hours since the machine first ran, as many as the period has."""

    def __init__(self) -> None:
        self.hours: list[Hour] = []
        self.begin_us = 0

    def at(self, number: int) -> Hour:
        """Hour `number`, made when it is first asked for."""
        while len(self.hours) <= number:
            self.hours.append(Hour())
        return self.hours[number]

    def ran(self, begin_us: int, end_us: int) -> None:
        """The machine ran from `begin_us` to `end_us`."""
        for number, us in self._parts(begin_us, end_us):
            self.at(number).run_us += us

    def planned(self, begin_us: int, end_us: int) -> None:
        """It stood for something planned."""
        for number, us in self._parts(begin_us, end_us):
            self.at(number).planned_us += us

    def made(self, t_us: NDArray[np.int64], usable: NDArray[np.bool_]) -> None:
        """Pieces were counted at these times."""
        number = (t_us - self.begin_us) // HOUR_US
        total, good = np.bincount(number), np.bincount(number[usable])
        for each in np.flatnonzero(total).tolist():
            hour = self.at(each)
            hour.total += int(total[each])
            hour.usable += int(good[each]) if each < len(good) else 0

    def _parts(self, begin_us: int, end_us: int) -> list[tuple[int, int]]:
        """(number of the hour, µs in it) of a span."""
        begin, end = begin_us - self.begin_us, end_us - self.begin_us
        parts = []
        while begin < end:
            number = begin // HOUR_US
            until = min(end, (number + 1) * HOUR_US)
            parts.append((number, until - begin))
            begin = until
        return parts
