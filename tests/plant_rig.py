"""A plant on the bench: no controller, the test drives outputs and requests itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean, stdev

from controller import image, signals
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import Plant, PlantParameters, Streams
from host_sim.plant.timing import Clock

MOTION = signals.SONICS_ENABLE | signals.FEED_ENABLE | signals.UNWIND
RAMPS = {
    image.PROFILE_INDEX: (900, 7000),
    image.PROFILE_TRIM: (300, 7000),
    image.PROFILE_SLOW: (100, 7000),
}


class Ends:
    """A weld monitor that ends a shot at a sum of samples, and remembers what it was told."""

    def __init__(self) -> None:
        self.stop = 0
        self.samples: list[int] = []

    def begin(self) -> None:
        self.samples = []
        self.sum = 0

    def ended(self, on_us: int, end: int, df_hz: int) -> None:
        """Not asked for."""

    def sample(self, raw: int) -> int:
        self.samples.append(raw)
        self.sum += raw
        return image.END_ENERGY if self.stop and self.sum >= self.stop else 0


class Bench:
    """One plant; `go` lets it run until something is so."""

    def __init__(
        self,
        mold: str = "hand_M",
        seed: int = 1,
        *,
        without: Sequence[str] = (),
        **changes: object,
    ) -> None:
        file = load_machine()
        data = {name: keys for name, keys in file.data.items() if name not in without}
        self.machine, self.mold = settings(replace(file, data=data), load_molds([mold])[0])
        keys = {f"plant.{key}": value for key, value in changes.items()}
        keys.setdefault("plant.relay_closed", 1)
        keys.setdefault("plant.dancer_full_um", 10**12)  # moves in a row, as no stroke makes them
        self.wires = image.Inputs()
        self.clock = Clock()
        self.monitor = Ends()
        self.changes: list[int] = []
        self.plant = Plant(
            self.clock,
            self.wires,
            lambda: self.changes.append(self.clock.now),
            self.monitor,
            PlantParameters().override(keys),
            RAMPS,
            self.machine.values,
            self.mold.values,
            Streams(seed),
        )
        self.changes.clear()
        self.numbers = 0

    @property
    def now(self) -> int:
        return self.clock.now

    def on(self, bit: int) -> bool:
        return bool(self.wires.di & bit)

    def go(self, so: Callable[[], bool], most_us: int = 10_000_000) -> int:
        """Run until `so`; µs that took."""
        begin = self.now
        while not so():
            assert self.clock.peek() <= begin + most_us, "never came true"
            self.clock.step()
        return self.now - begin

    def run(self, us: int) -> None:
        self.clock.run(until=self.now + us)

    def levels(self, do: int) -> None:
        self.plant.levels(do)

    def ready(self) -> Bench:
        """Generator and feed drive ready, all permissions given."""
        self.go(lambda: self.on(signals.GEN_READY) and self.on(signals.FEED_READY))
        self.levels(MOTION)
        return self

    def down(self) -> None:
        """Press down, with force."""
        self.levels(MOTION | signals.PRESS_DOWN)
        self.go(lambda: self.on(signals.TRIGGER))

    def move(self, steps: int, profile: int) -> int:
        """A whole move; µs it took until its end was told."""
        self.numbers += 1
        number = self.numbers
        self.plant.web.move(number, steps, profile)
        return self.go(lambda: self.wires.feed_done == number)

    def fire(self, max_us: int) -> int:
        """Begin a shot; its number."""
        self.numbers += 1
        self.plant.gate.fire(self.numbers, max_us, self.mold.values["weld.amplitude_pc"] * 10)
        return self.numbers


def near(numbers: list[int], mean: float, sd: float, share: float = 0.03) -> None:
    """Mean and standard deviation within 3 % of the budget's."""
    assert abs(fmean(numbers) / mean - 1) <= share, (fmean(numbers), mean)
    assert abs(stdev(numbers) / sd - 1) <= share, (stdev(numbers), sd)
