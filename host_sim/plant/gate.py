"""The timed device that drives SONICS ON: a one-shot with a hard maximum, one gate a horn.

It ends early on the weld monitor's word, on overload, on stop, and when the safety chain opens.
The monitor is run over the whole shot when it fires, to learn the end; a shot that is cut short
is told to the monitor again, only the samples before the cut. Where the monitor changes the
amplitude, the samples behind are those of the new one.
"""

from collections.abc import Callable, Sequence
from operator import length_hint

from controller import image

from .current import Current
from .generator import Generator
from .load import TOP, Load
from .timing import Clock, Timer
from .wires import NUMBERS, Changed, Monitor, Wires

SAMPLE_US = 1000
Deliver = Callable[[list[int], bool], tuple[int, int]]


def one_by_one(monitor: Monitor) -> Deliver:
    """Gives samples until the monitor has a word: (its word or 0, samples given)."""

    def deliver(samples: list[int], begins: bool = True) -> tuple[int, int]:
        if begins:
            monitor.begin()
        left = iter(samples)
        word = next(filter(None, map(monitor.sample, left)), 0)
        return word, len(samples) - length_hint(left)

    return deliver


class Horn:
    """The gate of one horn: what its shot does, known from the begin."""

    def __init__(self, monitor: Monitor, generator: Generator, load: Load, delay_us: int) -> None:
        self.generator = generator
        self.load = load
        self.delay_us = delay_us  # after the first horn
        self.told_to(monitor)
        self.begin_us = self.off_us = self.on_us = 0
        self.end = image.END_NONE
        self.samples: list[int] = []  # power at the begin's amplitude
        self._pm = 0

    def told_to(self, monitor: Monitor) -> None:
        """This monitor has the samples from now on."""
        self.monitor = monitor
        # A monitor that runs elsewhere takes a shot's samples at once.
        self._deliver: Deliver = getattr(monitor, "shot", None) or one_by_one(monitor)

    def fire(self, now: int, max_us: int, amplitude_pm: int, on_web: bool) -> None:
        """Draw the samples of a shot, and learn from the monitor how it ends."""
        milliseconds = max_us // SAMPLE_US
        self._pm = amplitude_pm
        if not self.generator.ready:
            self.samples = [0] * milliseconds
        elif on_web:
            self.samples = self.load.weld(milliseconds, amplitude_pm)
        else:
            self.samples = self.load.air(milliseconds)
        word, delivered = self._run(self.samples)
        # At the very maximum the device's own time is first; the sample is delivered all the same.
        if word and delivered * SAMPLE_US < max_us:
            self.end, self.on_us = word, delivered * SAMPLE_US
        else:
            self.end, self.on_us = image.END_TIME, max_us
        self.begin_us = now + self.delay_us
        self.off_us = self.begin_us + self.on_us

    def cut(self, now: int, end: int) -> None:
        """End it now, if it has not ended."""
        if self.off_us <= now:
            return
        self.on_us = max(0, now - self.begin_us)
        self.off_us = now
        self.end = end
        self._run(self.samples[: max(0, self.on_us - 1) // SAMPLE_US])

    def _run(self, samples: list[int]) -> tuple[int, int]:
        """Begin, and give these samples: (word that ends the shot or 0, samples given)."""
        word, given = self._deliver(samples, True)
        while word >= image.AMPLITUDE:
            before = sum(raw & TOP for raw in samples[:given])
            rest = self.load.at(samples[given:], self._pm, word - image.AMPLITUDE, before)
            samples[given:] = rest
            self._pm = word - image.AMPLITUDE
            word, more = self._deliver(rest, False)
            given += more
        return word, given


class Gate:
    """Gates of the horns; a shot is over when the last horn's is.

    Args:
        monitors: of each horn.
        pressed: whether the horns stand on the web, on the anvil.
        welded: called when a shot that was on for some time, on the web, has ended.
        stagger_us: from one horn's begin to the next.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        monitors: Sequence[Monitor],
        generators: Sequence[Generator],
        loads: Sequence[Load],
        pressed: Callable[[], bool],
        welded: Callable[[], None],
        current: Current,
        stagger_us: int = 0,
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._pressed = pressed
        self._welded = welded
        self._current = current
        self.horns = [
            Horn(monitor, generator, load, number * stagger_us)
            for number, (monitor, generator, load) in enumerate(
                zip(monitors, generators, loads, strict=True)
            )
        ]
        self.on = False
        self.shots = 0
        self._enabled = False
        self._powered = False
        self._number = 0
        self._on_web = False
        self._timer: Timer | None = None
        for horn in self.horns:
            horn.generator.drop = lambda horn=horn: self._cut(image.END_OVERLOAD, horn)

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
        """Open the gates for at most `max_us`. Refused without permission or while one is open."""
        if self.on or not (self._enabled and self._powered) or max_us < 1:
            self._clock.after(1, lambda _: self._deny(number))
            return
        self.on = True
        self.shots += 1
        self._number = number
        now = self._clock.now
        self._on_web = self._pressed()
        last_us = 0
        for horn in self.horns:
            horn.fire(now, max_us, amplitude_pm, self._on_web)
            last_us = max(last_us, horn.off_us)
        if len(self.horns) > 1:
            self._current.draw(
                [(h.delay_us, h.samples[: h.on_us // SAMPLE_US]) for h in self.horns]
            )
        self._timer = self._clock.after(last_us - now, self._off)
        for horn in self.horns:
            horn.generator.fired()

    def _cut(self, end: int, only: Horn | None = None) -> None:
        if not self.on:
            return
        assert self._timer is not None
        now = self._clock.now
        self._timer.cancel()
        for horn in [only] if only else self.horns:
            horn.cut(now, end)
        last_us = max(horn.off_us for horn in self.horns)
        if last_us > now:
            self._timer = self._clock.after(last_us - now, self._off)
            return
        self.on = False
        number, on_web = self._number, self._on_web
        # The gate is shut now; its end is told a moment later.
        self._clock.after(1, lambda _: self._ended(number, on_web))

    def _off(self, _: object) -> None:
        self.on = False
        self._ended(self._number, self._on_web)

    def _ended(self, number: int, on_web: bool) -> None:
        if on_web and any(horn.on_us for horn in self.horns):
            self._welded()
        for at, horn in enumerate(self.horns):
            if at or horn.load.knows_df:
                df_hz = horn.load.df_hz(horn.on_us)
                horn.monitor.ended(horn.on_us, horn.end, df_hz)
        self._echo(number, self.horns[0].on_us, self.horns[0].end)

    def _deny(self, number: int) -> None:
        for horn in self.horns[1:]:
            horn.monitor.ended(0, image.END_DENIED, 0)
        self._echo(number, 0, image.END_DENIED)

    def _echo(self, number: int, on_us: int, end: int) -> None:
        wires = self._wires
        wires.gate_on_us = on_us
        wires.gate_end = end
        wires.gate_done = number
        wires.devices = wires.devices + 1 & NUMBERS
        self._changed()
