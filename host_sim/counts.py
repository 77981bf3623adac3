"""The count book: how many events of each code, alarms by code, time in each PackML state."""

import numpy as np
from numpy.typing import NDArray

from controller import events
from controller.packml import EXECUTE

CODES = 1 << 14


class CountBook:
    """Counts and state times of the whole run; alarms only since production began."""

    def __init__(self) -> None:
        self.events = np.zeros(CODES, np.int64)
        self.alarms: dict[int, int] = {}
        self.state = 0
        self.state_us: dict[int, int] = {}
        self.execute_us: int | None = None  # when Execute was first reached
        self._state_since_us = 0

    def take(
        self, t_us: NDArray[np.int64], what: NDArray[np.int32], value: NDArray[np.int32]
    ) -> None:
        """Read a chunk of events."""
        self.events += np.bincount(what, minlength=CODES)
        seldom = np.flatnonzero((what == events.STATE) | (what == events.RAISED))
        for at in seldom.tolist():
            if what[at] == events.STATE:
                self._enter(int(t_us[at]), int(value[at]))
            elif self.execute_us is not None:
                code = int(value[at])
                self.alarms[code] = self.alarms.get(code, 0) + 1

    def _enter(self, at_us: int, state: int) -> None:
        self.close(at_us)
        self.state = state
        if state == EXECUTE and self.execute_us is None:
            self.execute_us = at_us

    def close(self, now_us: int) -> None:
        """Book the time up to now to the state that the machine is in."""
        spent = now_us - self._state_since_us
        if spent:
            self.state_us[self.state] = self.state_us.get(self.state, 0) + spent
        self._state_since_us = now_us

    def count(self, code: int) -> int:
        """How many events of this code there were."""
        return int(self.events[code])
