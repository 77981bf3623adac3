"""The controller's board as far as it can fail: power, housekeeping, lateness, link."""

from collections.abc import Callable


def _unpowered(_: int) -> None:
    raise RuntimeError("nobody can cut the power of this controller")


class Board:
    """What faults do to the board; the twin looks at it, and cuts the power.

    Attributes:
        cut: called with how long the power is gone, µs.
        boots: how often the board has started again.
        late_us: so much later than otherwise comes each scan at a deadline.
        longer_us: so much longer takes each housekeeping.
        unlinked: nothing gets through the link.
    """

    def __init__(self) -> None:
        self.cut: Callable[[int], None] = _unpowered
        self.boots = 0
        self.late_us = 0
        self.longer_us = 0
        self.unlinked = False
