"""The stop book: when the machine ran, when it stood, and the first thing that stopped it."""

from dataclasses import dataclass
from enum import StrEnum

from controller import events, packml
from controller.alarm_codes import REACT_HOLD, REACTION
from controller.modes import PRODUCE
from host_sim.kpi import causes
from host_sim.kpi.hours import Hours

SEEN = (events.STATE, events.MODE, events.RAISED, events.CLEARED, events.STOP_REASON)
"""Events that the book reads."""


class Kind(StrEnum):
    """What a stop counts as."""

    PLANNED = "planned"
    MINOR = "minor"
    MAJOR = "major"


@dataclass
class Stops:
    """All stops of one cause and kind: how many, how long together, the longest. µs."""

    count: int = 0
    us: int = 0
    longest_us: int = 0

    def add(self, count: int, us: int, longest_us: int) -> None:
        """Count some more."""
        self.count += count
        self.us += us
        self.longest_us = max(self.longest_us, longest_us)


class StopBook:
    """Running is Execute in mode Produce; everything else since it first ran is a stop.

    A stop ends when the machine runs again, however many states it went through. Its cause is the
    STOP_REASON since it ran, else the first alarm that asked for a stop, else what the state says.
    From the first planned mode on it is planned; if no alarm began it, all of it is.

    Args:
        minor_us: an unplanned stop below that is a minor one.
    """

    def __init__(self, minor_us: int) -> None:
        self.minor_us = minor_us
        self.begin_us: int | None = None  # when it first ran
        self.running = False
        self.mode = PRODUCE
        self.state = packml.UNDEFINED
        self.run_us = 0
        self.hours = Hours()
        self.stops: dict[tuple[Kind, int], Stops] = {}
        self.state_us: dict[tuple[int, int], int] = {}  # by mode and state
        self._since_us = 0
        self._reason = 0
        self._alarm = 0
        self._rolls: set[int] = set()  # active alarms that ask for a new one
        self._stop_us = 0  # beginning of the stop that goes on
        self._cause = 0
        self._planned: tuple[int, int] | None = None  # when a planned mode began in it, which

    def see(self, t_us: int, what: int, value: int) -> None:
        """Read one of the SEEN events."""
        if what == events.STATE:
            self._turn(t_us, value, self.mode)
        elif what == events.MODE:
            self._turn(t_us, self.state, value)
        elif what == events.STOP_REASON:
            self._reason = self._reason or value
        elif what == events.CLEARED:
            self._rolls.discard(value)
        elif value in causes.ROLL_LOW:
            self._rolls.add(value)
        elif not self._alarm and 0 < value < len(REACTION) and REACTION[value] >= REACT_HOLD:
            self._alarm = value

    def boot(self, t_us: int) -> None:
        """The controller is off from `t_us` on, its last event, until it starts anew."""
        self._reason = causes.POWER if self.running else self._reason
        self._rolls.clear()
        self._turn(t_us, packml.ABORTED, PRODUCE)

    def pass_to(self, t_us: int) -> None:
        """Count the time up to `t_us`, which never falls."""
        spent = t_us - self._since_us
        self._since_us = t_us
        if self.begin_us is None or not spent:
            return
        if self.running:
            self.run_us += spent
            self.hours.ran(t_us - spent, t_us)
        at = self.mode, self.state
        self.state_us[at] = self.state_us.get(at, 0) + spent

    def close(self, until_us: int) -> None:
        """End the book: a stop that goes on is counted up to here."""
        self.pass_to(until_us)
        if self.begin_us is not None and not self.running:
            self._end(until_us)
            self._stop_us = until_us

    def _turn(self, t_us: int, state: int, mode: int) -> None:
        self.pass_to(t_us)
        was, self.state, self.mode = self.running, state, mode
        self.running = state == packml.EXECUTE and mode == PRODUCE
        if self.running and not was:
            if self.begin_us is None:
                self.begin_us = self.hours.begin_us = t_us
            else:
                self._end(t_us)
            self._reason = self._alarm = 0
        elif was and not self.running:
            self._stop_us = t_us
            self._cause = self._reason or self._alarm or causes.by_state(state, self._rolls)
            self._planned = None
        if not self.running and self._planned is None and mode in causes.PLANNED_MODES:
            self._planned = t_us, mode

    def _end(self, t_us: int) -> None:
        if self._planned is None:
            self._add(self._cause, self._stop_us, t_us)
            return
        planned_us, mode = self._planned
        if self._cause in (causes.ORDERED, causes.ROLL):
            planned_us = self._stop_us
        self._add(self._cause, self._stop_us, planned_us)
        self._add(causes.by_mode(mode), planned_us, t_us)

    def _add(self, cause: int, begin_us: int, end_us: int) -> None:
        us = end_us - begin_us
        if us <= 0:
            return
        if causes.is_planned(cause):
            kind = Kind.PLANNED
            self.hours.planned(begin_us, end_us)
        else:
            kind = Kind.MINOR if us < self.minor_us else Kind.MAJOR
        self.stops.setdefault((kind, cause), Stops()).add(1, us, us)
