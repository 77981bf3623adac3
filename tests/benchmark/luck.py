"""The spreads of the yardstick's stages: endless integers in µs, drawn in blocks with numpy.

Means and shapes are those of the cycle budget of mold hand_M (engineering estimates).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096
Draw = Callable[[int], NDArray[np.float64]]


def stream(draw: Draw, scale: float = 1000.0) -> Iterator[int]:
    """Endless draws times `scale`, rounded; the default makes µs of ms."""
    while True:
        yield from np.rint(draw(BLOCK) * scale).astype(np.int64).tolist()


def truncated(
    rng: np.random.Generator, mean: float, sd: float, low: float, high: float = np.inf
) -> Draw:
    """Normal draws; those outside low .. high are drawn again."""

    def draw(count: int) -> NDArray[np.float64]:
        values = rng.normal(mean, sd, count)
        while (outside := np.flatnonzero((values < low) | (values > high))).size:
            values[outside] = rng.normal(mean, sd, outside.size)
        return values

    return draw


class Luck:
    """One stream for each thing that varies, all spawned from one seed."""

    def __init__(self, seed: int) -> None:
        names = (
            "lag", "slip", "settle", "lower", "trigger", "weld", "clear", "top",
            "service", "seek", "late", "bounce", "drift", "ripple",
        )  # fmt: skip
        rng = dict(zip(names, map(np.random.default_rng, _spawn(seed, names)), strict=True))
        # A lognormal of mean 80 and sd 16: s² = ln(1 + 0.2²), m = ln 80 - s²/2
        s2 = np.log(1 + 0.2**2)
        self.lag = stream(lambda n: np.abs(rng["lag"].normal(0, 4, n)) + 0.001)
        self.slip = stream(truncated(rng["slip"], 25, 8, 5, 45))
        self.settle = stream(truncated(rng["settle"], 44.5, 8.6, 25, 90))
        self.lower = stream(truncated(rng["lower"], 212, 14, 152, 340))
        self.trigger = stream(lambda n: rng["trigger"].lognormal(np.log(80) - s2 / 2, s2**0.5, n))
        self.weld = stream(self._weld(rng["weld"]), 1e6)  # share of the set time, in millionths
        self.clear = stream(truncated(rng["clear"], 119, 10, 60))
        self.top = stream(truncated(rng["top"], 90, 10, 40))
        self.service = stream(self._service(rng["service"]))
        self.seek = stream(self._seek(rng["seek"]))
        self.late = stream(lambda n: np.minimum(rng["late"].exponential(1, n), 8))  # of a wake
        self.bounces = stream(self._bounces(rng["bounce"]), 1)
        self.bounce = stream(lambda n: rng["bounce"].uniform(0.05, 0.33, n))
        self.drift = stream(lambda n: rng["drift"].normal(0, 2e-3, n), 1e6)  # millionths
        self.ripple = stream(lambda n: rng["ripple"].integers(-12, 13, n).astype(float), 1)  # W

    @staticmethod
    def _weld(rng: np.random.Generator) -> Draw:
        def draw(count: int) -> NDArray[np.float64]:
            share = np.clip(rng.normal(1, 0.06, count), 0.8, 1.2)
            return share * np.where(rng.random(count) < 0.008, rng.uniform(1.2, 1.5, count), 1)

        return draw

    @staticmethod
    def _bounces(rng: np.random.Generator) -> Draw:
        def draw(count: int) -> NDArray[np.float64]:
            return rng.choice(4, count, p=(0.60, 0.25, 0.10, 0.05)).astype(float)

        return draw

    @staticmethod
    def _service(rng: np.random.Generator) -> Draw:
        base = truncated(rng, 12, 4, 2)

        def draw(count: int) -> NDArray[np.float64]:
            collect = np.where(rng.random(count) < 0.05, rng.uniform(2, 6, count), 0)
            return base(count) + collect

        return draw

    @staticmethod
    def _seek(rng: np.random.Generator) -> Draw:
        def draw(count: int) -> NDArray[np.float64]:
            return np.where(rng.random(count) < 0.01, rng.uniform(80, 400, count), 0)

        return draw


def _spawn(seed: int, names: tuple[str, ...]) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(len(names))
