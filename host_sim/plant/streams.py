"""Named random streams from one seed.

A stream depends on the seed and its own name alone, so what one station draws never disturbs
another, and two scenarios with one seed share their luck. Numbers are drawn in blocks and come
out as Python integers.
"""

import math
from collections.abc import Callable, Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BLOCK = 256

Numbers = NDArray[np.float64]
Shape = Callable[[np.random.Generator, int], Numbers]  # (generator, how many) -> that many numbers


class Streams:
    """All streams of one run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._given: set[str] = set()

    def generator(self, name: str) -> np.random.Generator:
        """The generator of the stream `name`.

        Raises:
            ValueError: if the name has been asked for before; sharing would tie two users.
        """
        if name in self._given:
            raise ValueError(f"stream {name!r} has a user already: give the second its own name")
        self._given.add(name)
        sequence = np.random.SeedSequence(self.seed, spawn_key=(crc32(name.encode()),))
        return np.random.Generator(np.random.PCG64(sequence))

    def draws(self, name: str, shape: Shape) -> Iterator[int]:
        """Endless whole numbers of this shape, rounded to the nearest."""
        generator = self.generator(name)
        while True:
            yield from np.rint(shape(generator, BLOCK)).astype(np.int64).tolist()


def normal(mean: float, sd: float) -> Shape:
    """Normal distribution."""
    return lambda generator, n: generator.normal(mean, sd, n)


def truncated_normal(mean: float, sd: float, low: float, high: float = math.inf) -> Shape:
    """Normal(mean, sd) of which what falls outside low..high is drawn again."""

    def shape(generator: np.random.Generator, n: int) -> Numbers:
        numbers = generator.normal(mean, sd, n)
        while True:
            outside = np.flatnonzero((numbers < low) | (numbers > high))
            if not len(outside):
                return numbers
            numbers[outside] = generator.normal(mean, sd, len(outside))

    return shape


def truncated_to(mean: float, sd: float, low: float, high: float) -> Shape:
    """Truncated normal that has this mean and sd after the cut.

    The parameters before the cut are found by fixed-point iteration on the moments of the
    truncated normal distribution (Johnson, Kotz, Balakrishnan, vol. 1, 13.10.1). Without spread
    there is nothing to cut.
    """
    if sd == 0:
        return truncated_normal(mean, sd, low, high)
    location, scale = mean, sd
    for _ in range(50):
        a, b = (low - location) / scale, (high - location) / scale
        inside = _cdf(b) - _cdf(a)
        shift = (_pdf(a) - _pdf(b)) / inside
        variance = 1 + (a * _pdf(a) - b * _pdf(b)) / inside - shift * shift
        location += mean - (location + scale * shift)
        scale *= sd / (scale * math.sqrt(variance))
    return truncated_normal(location, scale, low, high)


def half_normal(sd: float) -> Shape:
    """|Normal(0, sd)|: mean 0.798 sd, standard deviation 0.603 sd."""
    return lambda generator, n: np.abs(generator.normal(0.0, sd, n))


def lognormal(mean: float, sd: float) -> Shape:
    """Lognormal distribution with this mean and sd (of the numbers, not of their logarithm)."""
    variance = math.log1p((sd / mean) ** 2)
    location = math.log(mean) - variance / 2
    return lambda generator, n: generator.lognormal(location, math.sqrt(variance), n)


def exponential(mean: float, cap: float) -> Shape:
    """Exponential distribution, what is above `cap` counted as `cap`."""
    return lambda generator, n: np.minimum(generator.exponential(mean, n), cap)


def uniform(low: float, high: float) -> Shape:
    """Uniform distribution."""
    return lambda generator, n: generator.uniform(low, high, n)


def sometimes(share: float, shape: Shape, otherwise: float = 0.0) -> Shape:
    """`shape` with probability `share`, else the number `otherwise`."""

    def drawn(generator: np.random.Generator, n: int) -> Numbers:
        # Both are always drawn, so that another share leaves the other draws as they were.
        chance, numbers = generator.random(n), shape(generator, n)
        return np.where(chance < share, numbers, otherwise)

    return drawn


def product(*shapes: Shape) -> Shape:
    """Product of independent draws."""
    return lambda generator, n: np.prod([shape(generator, n) for shape in shapes], axis=0)


def total(*shapes: Shape) -> Shape:
    """Sum of independent draws."""
    return lambda generator, n: np.sum([shape(generator, n) for shape in shapes], axis=0)


def _pdf(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _cdf(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2
