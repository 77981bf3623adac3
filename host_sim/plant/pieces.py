"""Where every piece is: the truth that the controller's tracking is held against."""

from collections import deque
from collections.abc import Callable


class Pieces:
    """Counts of pieces. A piece is what one stroke welds, however many masks it has."""

    def __init__(self) -> None:
        self.made = 0
        self.on_web = 0  # welded, still in the web
        self.on_belt = 0  # fallen, not yet past the eye with its trailing edge
        self.passed = 0  # past the eye
        self.removed = 0  # taken away by hand or lost

    @property
    def conserved(self) -> bool:
        """No piece was doubled or lost."""
        return self.made == self.on_web + self.on_belt + self.passed + self.removed


class Strip:
    """The pieces that are still in the web, by the web encoder's count at which each was welded.

    A piece falls out when the web has stopped at half a pitch or more after that place.

    Args:
        fallen: called for each piece that falls on the belt.
    """

    def __init__(self, pieces: Pieces, fallen: Callable[[], None]) -> None:
        self.pitch_counts = 0
        self._pieces = pieces
        self._fallen = fallen
        self._welds: deque[int] = deque()
        self._last: int | None = None

    def welded(self, at: int) -> None:
        """A shot has ended here. A second shot at the same place makes no second piece."""
        if self._last is not None and 2 * (at - self._last) < self.pitch_counts:
            return
        self._last = at
        self._welds.append(at)
        self._pieces.made += 1
        self._pieces.on_web += 1

    def stopped(self, at: int) -> None:
        """The web has come to rest here."""
        while self._welds and 2 * (at - self._welds[0]) >= self.pitch_counts:
            self._welds.popleft()
            self._pieces.on_web -= 1
            self._fallen()
