"""Time of the simulated machine: SimPy's clock in whole µs, with plain callbacks."""

from collections.abc import Callable
from heapq import heappush
from operator import attrgetter
from typing import Any

from simpy import Environment, Event
from simpy.events import EventPriority

PLANT = EventPriority(1)  # what the machine does
SCAN = EventPriority(2)  # at a tie the controller sees what the machine has just done

Action = Callable[[Any], None]  # called with the timer that fired


class Timer(Event):
    """One callback at one time; made anew for each, because that is the cheapest thing to do."""

    _ok = True
    _value = None

    def __init__(self, action: Action) -> None:
        self.callbacks = [action]

    def cancel(self) -> None:
        """Do nothing when the time comes. Harmless after it has come."""
        self.callbacks = []


class Clock(Environment):
    """Absolute µs from 0; never wraps.

    It reaches into SimPy's queue, since a stroke costs forty events and each goes through here.
    """

    now: int = property(attrgetter("_now"))  # pyright: ignore
    """Time in µs; only integers are scheduled."""

    passed = 0
    """How often time passed without an event of SimPy: the deadlines of the controller."""

    def pass_to(self, t_us: int) -> None:
        """Let time pass to `t_us`; nothing may be scheduled before or at that time."""
        self._now = t_us
        self.passed += 1

    def after(self, delay_us: int, action: Action) -> Timer:
        """Call `action` in `delay_us`. The machine never answers in the same instant.

        Raises:
            ValueError: if `delay_us` is below 1.
        """
        if delay_us < 1:
            raise ValueError(f"a delay of {delay_us} µs: the machine takes at least 1 µs")
        timer = Timer(action)
        heappush(self._queue, (self._now + delay_us, PLANT, next(self._eid), timer))
        return timer

    def scan_after(self, delay_us: int, action: Action) -> Timer:
        """Call `action` in `delay_us` (0 too), after everything the machine does at that time."""
        timer = Timer(action)
        heappush(self._queue, (self._now + delay_us, SCAN, next(self._eid), timer))
        return timer
