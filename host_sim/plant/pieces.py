"""Where every piece is: the truth that the controller's tracking is held against."""

from collections import deque
from collections.abc import Callable

FOREIGN = 0
"""Number of a piece that this machine has not made."""


class Pieces:
    """Counts of pieces. A stroke makes one for each cavity of the mold.

    Pieces have numbers from 1 on, a pair's left one the lower.
    """

    def __init__(self, lanes: int = 1) -> None:
        self.lanes = lanes
        self.made = 0  # those that came from elsewhere, too
        self.foreign = 0  # of them
        self.on_web = 0  # welded, still in the web
        self.held = 0  # by the pick
        self.on_belt = 0  # fallen, not yet past the eye with its trailing edge
        self.passed = 0  # past the eye
        self.removed = 0  # taken away by hand, lost, or gone with the waste

    @property
    def conserved(self) -> bool:
        """No piece was doubled or lost."""
        known = self.on_web + self.held + self.on_belt + self.passed + self.removed
        return self.made == known


class Strip:
    """The pieces that are still in the web, by the web encoder's count at which each was welded.

    Without a pick a piece falls out when the web has stopped at half a pitch or more after that
    place. With one it is there to be taken, and at one and a half pitches it goes with the waste.

    Args:
        fallen: called for each stroke's pieces that fall on the belt, with the left one's number.
        picked: there is a pick.
    """

    def __init__(
        self, pieces: Pieces, fallen: Callable[[int], None], picked: bool = False
    ) -> None:
        self.pitch_counts = 0
        self._pieces = pieces
        self._fallen = fallen
        self._picked = picked
        self._welds: deque[tuple[int, int]] = deque()  # place, number of the left piece
        self._last: int | None = None

    def welded(self, at: int) -> None:
        """A shot has ended here. A second shot at the same place makes no second piece."""
        if self._last is not None and 2 * (at - self._last) < self.pitch_counts:
            return
        self._last = at
        pieces = self._pieces
        self._welds.append((at, pieces.made - pieces.foreign + 1))
        pieces.made += pieces.lanes
        pieces.on_web += pieces.lanes

    def stopped(self, at: int) -> None:
        """The web has come to rest here."""
        pitches = 3 if self._picked else 1
        while self._welds and 2 * (at - self._welds[0][0]) >= pitches * self.pitch_counts:
            _, number = self._welds.popleft()
            self._pieces.on_web -= self._pieces.lanes
            if self._picked:
                self._pieces.removed += self._pieces.lanes
            else:
                self._fallen(number)

    def take(self, at: int) -> int | None:
        """The pick takes what lies before it with the web here: number of the left piece."""
        if not self._welds or 2 * (at - self._welds[0][0]) < self.pitch_counts:
            return None
        self._pieces.on_web -= self._pieces.lanes
        self._pieces.held += self._pieces.lanes
        return self._welds.popleft()[1]
