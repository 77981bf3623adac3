"""One run by the wall clock: what makes it keep pace, times the answers, and can be looked at."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller import events
from host_sim.pace import PacedClock, Pacer, Wall
from host_sim.wall_times import Samples, WallTimes

LOOK_US = 1_000_000  # machine time between two looks at the journal
MINUTE_US = 60_000_000
SOON_US = 5_000_000  # by then a machine that produces has made and shown the next piece


@dataclass(frozen=True)
class View:
    """What a person sees of a machine that runs."""

    at_s: float  # by the wall clock
    now_us: int  # machine time
    state: int  # PackML
    good: int  # pieces
    rate: float  # pieces made a minute, over the last minute at most
    late_us: int  # most since the last look, wall µs
    answer_us: float  # mean so far


class PacedRun:
    """Everything of one run that goes by the wall clock; for one run only.

    Args:
        speed: machine time over wall time.
        wall: the clock on the wall.
        show: called with a View of the run, ten times a second at most, while the machine has
            nothing to do.
    """

    def __init__(
        self,
        speed: float,
        wall: Wall | None = None,
        show: Callable[[View], None] | None = None,
    ) -> None:
        self._show = show
        self._pacer = Pacer(speed, wall, self._look)
        self._answers = Samples(1)
        self._app: TimedApp | None = None
        self.clock = PacedClock(self._pacer)
        self.book = PieceBook()

    def timed(self, app: Any) -> "TimedApp":  # noqa: ANN401
        """The controller to be run, its scans timed."""
        self._app = TimedApp(app, self._pacer.wall.now_ns, self._answers)
        return self._app

    def times(self) -> WallTimes:
        """What has been measured so far."""
        pacer = self._pacer
        return WallTimes(
            speed=pacer.speed,
            machine_us=pacer.machine_us,
            wall_us=pacer.wall_us,
            answers=self._answers.tally,
            late=pacer.late.tally,
            waits=pacer.waits,
            behind_us=pacer.behind_us,
        )

    def _look(self) -> None:
        pacer = self._pacer
        if self._show is None or self._app is None:
            return
        view = View(
            at_s=pacer.wall.now_ns() / 1e9,
            now_us=pacer.now_us,
            state=self._app.unit.state,
            good=self.book.good,
            rate=self.book.rate(pacer.now_us),
            late_us=pacer.recent_us,
            answer_us=self._answers.tally.mean,
        )
        pacer.recent_us = 0
        self._show(view)


class TimedApp:
    """A controller, here or at the other end of a line, whose scans are timed by the wall clock.

    An answer takes from the call of `scan` until it returns: for a remote controller with frames
    made and checked, the line both ways, the scan, and what had to be sent again.
    """

    def __init__(self, app: Any, now_ns: Callable[[], int], answers: Samples) -> None:  # noqa: ANN401
        self.inputs = app.inputs
        self.outputs = app.outputs
        self.monitor = app.monitor
        self.journal = app.journal
        self.unit = app.unit
        self._scan = app.scan
        self._now_ns = now_ns
        self._add = answers.add

    def scan(self, now: int) -> int:
        """As the controller's."""
        began_ns = self._now_ns()
        wait_us = self._scan(now)
        self._add((self._now_ns() - began_ns) // 1000)
        return wait_us


class PieceBook:
    """How many good pieces there are, and when those of the last minute were made."""

    def __init__(self) -> None:
        self.good = 0
        self._at_us: deque[int] = deque()

    def take(
        self, t_us: NDArray[np.int64], what: NDArray[np.int32], value: NDArray[np.int32]
    ) -> None:
        """Read a chunk of events."""
        self.good += int(np.count_nonzero(what == events.PIECE_GOOD))
        self._at_us.extend(t_us[what == events.PIECE_MADE].tolist())
        self._drop(int(t_us[-1]))

    def rate(self, now_us: int) -> float:
        """Pieces made a minute, by their distances in the last minute; it falls while none come.

        Distances, since a count in a minute would flutter by one.
        """
        self._drop(now_us)
        if len(self._at_us) < 2:
            return 0.0
        first, last = self._at_us[0], self._at_us[-1]
        return (len(self._at_us) - 1) * MINUTE_US / max(last - first, now_us - SOON_US - first, 1)

    def _drop(self, now_us: int) -> None:
        while self._at_us and self._at_us[0] <= now_us - MINUTE_US:
            self._at_us.popleft()
