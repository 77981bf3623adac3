"""Stages: how long each row of a table took, and when in the stroke it began and ended."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller import events
from host_sim.tally import Tally

Times = NDArray[np.int64]
Codes = NDArray[np.int32]


class Stage:
    """One row of a table. `max_us` is its time-out, 0 where it has none.

    `begin` and `end` count from the beginning of the stroke.
    """

    def __init__(self, name: str, chain: str, max_us: int, number: int) -> None:
        self.name = name
        self.chain = chain
        self.max_us = max_us
        self.number = number
        self.time = Tally()
        self.begin = Tally()
        self.end = Tally()

    def blank(self) -> "Stage":
        """The same row, nothing counted yet."""
        return Stage(self.name, self.chain, self.max_us, self.number)

    def merge(self, other: "Stage") -> None:
        """Add what the same row took in another run."""
        self.time.merge(other.time)
        self.begin.merge(other.begin)
        self.end.merge(other.end)


class TableBook:
    """The stages of one table: the stroke's own, or those of a branch that runs beside it."""

    def __init__(self, ident: int, name: str, stages: Sequence[Stage]) -> None:
        self.ident = ident
        self.name = name
        self.stages = tuple(stages)
        self._base_us = np.zeros(1, np.int64)  # stroke's beginning, for the run that goes on

    def kinds(self, what: Codes) -> Codes:
        """Kinds of this table's events, 0 .. 255; anything else is another's event."""
        return what - (events.SEQUENCE + (self.ident << 8))

    def take(self, t_us: Times, kind: Codes, value: Codes, stroke: "Held") -> None:
        """Read a chunk; `stroke` knows when the stroke began that runs at each event."""
        begins = np.flatnonzero(kind == events.SEQ_BEGIN)
        base = Held(begins, stroke.at(begins), self._base_us)
        for stage in self.stages:
            rows = np.flatnonzero(kind == events.ROW_ENDED + stage.number)
            if len(rows):
                ended = t_us[rows] - base.at(rows)
                took = value[rows].astype(np.int64)
                stage.time.add(took)
                stage.end.add(ended)
                stage.begin.add(np.maximum(ended - took, 0))
        self._base_us = base.last


class Held:
    """A value that holds from one event to the next: `values` at `indexes`, `before` until then.

    `before` is an array of one, so that a chunk can hand its last value to the next.
    """

    def __init__(self, indexes: NDArray[np.int64], values: Times, before: Times) -> None:
        self.indexes = indexes
        self.values = np.concatenate((before, values))

    def at(self, indexes: NDArray[np.int64]) -> Times:
        """The value that holds at these events, each included."""
        return self.values[np.searchsorted(self.indexes, indexes, side="right")]

    @property
    def last(self) -> Times:
        """What holds after the chunk."""
        return self.values[-1:]
