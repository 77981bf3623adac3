"""Pacing by the wall clock: a clock of the machine that goes no faster than real time.

Virtual time stays the truth. What happens, and in which order, is the same with and without a
pace; the pacer only puts off the moment at which it happens, and books how late that was.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from host_sim.plant.timing import Clock
from host_sim.wall_times import Samples

REAL = 1.0
LATE_US = 2000  # within this a board scans at once, says the HAL contract
NAP_NS = 100_000_000  # longest sleep in one go, so that whoever watches is shown something
SECOND_NS = 1_000_000_000
ROOM_NS = 20_000_000  # idle time that is enough to show something in


@dataclass(frozen=True)
class Wall:
    """The clock on the wall, and how to wait for it. Tests put in one that they wind themselves.

    `now_ns` never falls; `sleep` takes seconds, and may come back late but not early for good.
    """

    now_ns: Callable[[], int] = time.perf_counter_ns
    sleep: Callable[[float], None] = time.sleep


class Pacer:
    """Lets machine time pass at `speed` times wall time, on an absolute grid.

    The grid begins with the first moment that is waited for. What comes late does not shift it:
    the machine then runs as fast as it can until it is back on the grid, or stays behind for all
    to see.

    Args:
        speed: machine time over wall time; 1 is real time.
        wall: the clock on the wall.
        idle: called while there is nothing to do, ten times a second at most; also once a second
            when there is always something to do. It should return within ROOM_NS.

    Attributes:
        now_us: machine time, as far as the wall clock has let it pass.
        late: how far the wall clock was beyond a moment when it was served, wall µs.
        behind_us: the same for the last moment alone.
        recent_us: most of it since somebody set this to 0.
        waits: how often the machine got LATE_US or more behind, until it was on the grid again.
    """

    def __init__(
        self,
        speed: float,
        wall: Wall | None = None,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        self.speed = speed
        self.wall = wall or Wall()
        self._idle = idle
        self._ns = 1000 / speed  # wall ns of a µs of the machine
        self._now_ns = self.wall.now_ns
        self._sleep = self.wall.sleep
        self._begin_ns: int | None = None
        self._first_us = 0
        self._shown_ns = 0
        self._is_late = False
        self.now_us = 0
        self.late = Samples(10)
        self.behind_us = 0
        self.recent_us = 0
        self.waits = 0

    def reach(self, t_us: int) -> None:
        """Come back when the wall clock has reached this machine time; at once if it is beyond."""
        now_ns = self._now_ns()
        if self._begin_ns is None:
            self._begin_ns, self._first_us = now_ns, t_us
        due_ns = self._begin_ns + round((t_us - self._first_us) * self._ns)
        while now_ns < due_ns:
            if due_ns - now_ns > ROOM_NS and now_ns - self._shown_ns >= NAP_NS:
                self.now_us = t_us - round((due_ns - now_ns) / self._ns)
                self._show(now_ns)
                now_ns = self._now_ns()
            self._sleep(min(max(due_ns - now_ns, 0), NAP_NS) / 1e9)
            now_ns = self._now_ns()
        self.now_us = t_us
        self._book((now_ns - due_ns) // 1000)
        if now_ns - self._shown_ns >= SECOND_NS:
            self._show(now_ns)

    @property
    def machine_us(self) -> int:
        """Machine time that has passed on the grid, µs."""
        return self.now_us - self._first_us

    @property
    def wall_us(self) -> int:
        """Wall time that it took, µs."""
        return round(self.machine_us / self.speed) + self.behind_us

    def _book(self, late_us: int) -> None:
        self.late.add(late_us)
        self.behind_us = late_us
        self.recent_us = max(self.recent_us, late_us)
        if late_us < LATE_US:
            self._is_late = False
        elif not self._is_late:
            self._is_late = True
            self.waits += 1

    def _show(self, now_ns: int) -> None:
        self._shown_ns = now_ns
        self._idle()


class PacedClock(Clock):
    """The machine's clock, which waits for the wall's before it goes on."""

    def __init__(self, pacer: Pacer) -> None:
        super().__init__()
        self._reach = pacer.reach

    def step(self) -> None:
        """The next event, when its time has come."""
        queue = self._queue
        if queue and queue[0][0] > self._now:
            self._reach(queue[0][0])  # pyright: ignore[reportArgumentType]
        super().step()

    def pass_to(self, t_us: int) -> None:
        """Let time pass to `t_us`, as the wall clock does."""
        if t_us > self._now:
            self._reach(t_us)
        super().pass_to(t_us)
