"""A clock on the wall that tests wind themselves: it goes on when it is read and slept by."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from host_sim.pace import Wall


class FakeWall:
    """As awkward as a real one: reading costs time, sleep comes back late or early.

    Args:
        read_ns: what each reading costs; the last goes on for ever.
        off_ns: by how much each sleep is too long (below 0: too short).
    """

    def __init__(self, *read_ns: int, off_ns: Iterator[int] | None = None) -> None:
        self.ns = 123_456_789
        self.readings = self.sleeps = 0
        self.interrupt_at = -1  # the sleep in which somebody presses Ctrl-C
        self._costs = iter(read_ns)
        self._cost = 0
        self._off = off_ns or repeat(0)

    @property
    def wall(self) -> Wall:
        return Wall(self.now_ns, self.sleep)

    def now_ns(self) -> int:
        self.readings += 1
        self._cost = next(self._costs, self._cost)
        self.ns += self._cost
        return self.ns

    def sleep(self, seconds: float) -> None:
        assert 0 <= seconds <= 0.1, "whoever watches is shown something ten times a second"
        if self.sleeps == self.interrupt_at:
            raise KeyboardInterrupt
        self.sleeps += 1
        self.ns += max(round(seconds * 1e9) + next(self._off, 0), 1)
