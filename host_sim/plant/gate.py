"""The timed device that drives SONICS ON: a one-shot with a hard maximum.

It ends early on the weld monitor's word, on overload, on stop, and when the safety chain opens.
The monitor is run over the whole shot when it fires, to learn the end; a shot that is cut short
is told to the monitor again, only the samples before the cut.
"""

from collections.abc import Callable
from operator import length_hint

from controller import image

from .generator import Generator
from .load import Load
from .timing import Clock, Timer
from .wires import NUMBERS, Changed, Monitor, Wires

SAMPLE_US = 1000
Deliver = Callable[[list[int]], tuple[int, int]]


def one_by_one(monitor: Monitor) -> Deliver:
    """Begins a shot, gives samples until the monitor says end: (its word or 0, samples given)."""

    def deliver(samples: list[int]) -> tuple[int, int]:
        monitor.begin()
        left = iter(samples)
        word = next(filter(None, map(monitor.sample, left)), 0)
        return word, len(samples) - length_hint(left)

    return deliver


class Gate:
    """Gate of the generator.

    Args:
        pressed: whether the horn stands on the web, on the anvil.
        welded: called when a shot that was on for some time, on the web, has ended.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        monitor: Monitor,
        generator: Generator,
        load: Load,
        pressed: Callable[[], bool],
        welded: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        # A monitor that runs elsewhere takes a shot's samples at once.
        self._deliver: Deliver = getattr(monitor, "shot", None) or one_by_one(monitor)
        self._generator = generator
        self._load = load
        self._pressed = pressed
        self._welded = welded
        self.on = False
        self.shots = 0
        self._enabled = False
        self._powered = False
        self._number = 0
        self._since_us = 0
        self._on_us = 0
        self._end = image.END_NONE
        self._on_web = False
        self._samples: list[int] = []
        self._timer: Timer | None = None
        generator.drop = self._overload

    def enable(self, on: bool) -> None:
        """Level of SONICS_ENABLE; without it no shot, and a shot that is on stops."""
        self._enabled = on
        if not on:
            self._cut(image.END_STOP)

    def power(self, on: bool) -> None:
        """The safety chain's own contact in the gate line."""
        self._powered = on
        if not on:
            self._cut(image.END_STOP)

    def fire(self, number: int, max_us: int, amplitude_pm: int) -> None:
        """Open the gate for at most `max_us`. Refused without permission or while it is open."""
        if self.on or not (self._enabled and self._powered) or max_us < 1:
            self._clock.after(1, lambda _: self._echo(number, 0, image.END_DENIED))
            return
        self.on = True
        self.shots += 1
        self._number = number
        self._since_us = self._clock.now
        self._on_web = self._pressed()
        milliseconds = max_us // SAMPLE_US
        if not self._generator.ready:
            self._samples = [0] * milliseconds
        elif self._on_web:
            self._samples = self._load.weld(milliseconds, amplitude_pm)
        else:
            self._samples = self._load.air(milliseconds)
        word, delivered = self._deliver(self._samples)
        # At the very maximum the device's own time is first; the sample is delivered all the same.
        if word and delivered * SAMPLE_US < max_us:
            self._end, self._on_us = word, delivered * SAMPLE_US
        else:
            self._end, self._on_us = image.END_TIME, max_us
        self._timer = self._clock.after(self._on_us, self._off)
        self._generator.fired()

    def _overload(self) -> None:
        self._cut(image.END_OVERLOAD)

    def _cut(self, end: int) -> None:
        if not self.on:
            return
        assert self._timer is not None
        self._timer.cancel()
        self.on = False
        number, on_us, on_web = self._number, self._clock.now - self._since_us, self._on_web
        self._deliver(self._samples[: max(0, on_us - 1) // SAMPLE_US])
        # The gate is shut now; its end is told a moment later.
        self._clock.after(1, lambda _: self._ended(number, on_us, end, on_web))

    def _off(self, _: object) -> None:
        self.on = False
        self._ended(self._number, self._on_us, self._end, self._on_web)

    def _ended(self, number: int, on_us: int, end: int, on_web: bool) -> None:
        if on_web and on_us:
            self._welded()
        self._echo(number, on_us, end)

    def _echo(self, number: int, on_us: int, end: int) -> None:
        wires = self._wires
        wires.gate_on_us = on_us
        wires.gate_end = end
        wires.gate_done = number
        wires.devices = wires.devices + 1 & NUMBERS
        self._changed()
