"""A kind of fault: what it does to the machine."""

from collections.abc import Callable
from dataclasses import dataclass

from .plant import Plant

Effect = Callable[[Plant, float], None]


@dataclass(frozen=True)
class Kind:
    """What a fault does to the plant when it begins and when it ends."""

    what: str
    begin: Effect
    end: Effect | None = None  # None: it passes by itself; a duration has no meaning
    size: float = 1  # when none is given
    unit: str = ""  # of size; "" where size has no meaning
    least: float = 0
