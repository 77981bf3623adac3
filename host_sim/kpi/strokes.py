"""Where the time of strokes goes: each stage against its ideal, and the strokes over the takt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from controller import events
from host_sim.tally import Tally

IDEAL_PERCENT = 5.0
"""A stage's ideal is the time that this share of its own strokes does not exceed."""

_EVENTS_MOST = 1000  # of one stroke

Codes = NDArray[np.int32]


@dataclass
class StageTime:
    """One row of the stroke. `long_us` is its time in all strokes that were over the takt."""

    name: str
    chain: str
    time: Tally = field(default_factory=Tally)
    long_us: int = 0

    @property
    def ideal_us(self) -> float:
        """What it can do, as it has shown itself."""
        return self.time.percentile(IDEAL_PERCENT)

    @property
    def loss_us(self) -> float:
        """Mean actual - ideal, a stroke."""
        return max(self.time.mean - self.ideal_us, 0.0)


@dataclass
class StrokeTimes:
    """The complete strokes of one mold."""

    stages: dict[int, StageTime]  # by number of the row
    time: Tally = field(default_factory=Tally)
    long: int = 0  # strokes over the takt
    over_us: int = 0  # by how much, together

    def merge(self, other: "StrokeTimes") -> None:
        """Add the strokes of the same mold in another run of the same machine."""
        for number, stage in self.stages.items():
            more = other.stages[number]
            stage.time.merge(more.time)
            stage.long_us += more.long_us
        self.time.merge(other.time)
        self.long += other.long
        self.over_us += other.over_us

    def over_by_stage(self) -> dict[str, float]:
        """How far each stage was over its ideal in the strokes over the takt, together, µs."""
        return {
            stage.name: max(stage.long_us - self.long * stage.ideal_us, 0.0)
            for stage in self.stages.values()
        }


class StrokeReader:
    """Takes the stroke's sequence, table 0, apart. A stroke that was cut off does not count.

    Args:
        rows: (number, name, chain) of its rows that take time.
        takt_us: what a stroke may take.
    """

    def __init__(self, rows: Sequence[tuple[int, str, str]], takt_us: int) -> None:
        self.rows = tuple(rows)
        self.takt_us = takt_us
        self._kind = np.zeros(0, np.int64)  # the stroke that goes on
        self._value = np.zeros(0, np.int64)

    def blank(self) -> StrokeTimes:
        """No stroke yet."""
        return StrokeTimes({n: StageTime(name, chain) for n, name, chain in self.rows})

    def drop(self) -> None:
        """Forget the stroke that goes on."""
        self._kind = self._kind[:0]
        self._value = self._value[:0]

    def take(self, what: Codes, value: Codes, into: StrokeTimes) -> None:
        """Read some events, in order."""
        kind = what.astype(np.int64) - events.SEQUENCE
        own = (kind >= 0) & (kind < 256)
        if not own.any():
            return
        kind = np.concatenate((self._kind, kind[own]))
        value_us = np.concatenate((self._value, value[own].astype(np.int64)))
        begins = np.flatnonzero(kind == events.SEQ_BEGIN)
        stroke = np.cumsum(kind == events.SEQ_BEGIN)  # 0: its beginning was not seen
        ends = np.flatnonzero((kind == events.SEQ_END) & (stroke > 0))
        last = begins[-1] if len(begins) else len(kind)
        # A stroke that goes on is kept for the next events.
        goes_on = len(kind) - last < _EVENTS_MOST and not (kind[last:] >= events.SEQ_END).any()
        self._kind, self._value = (kind[last:], value_us[last:]) if goes_on else (kind[:0],) * 2
        if len(ends):
            self._count(kind, value_us, stroke, ends, into)

    def _count(
        self,
        kind: NDArray[np.int64],
        value_us: NDArray[np.int64],
        stroke: NDArray[np.int64],
        ends: NDArray[np.int64],
        into: StrokeTimes,
    ) -> None:
        took = np.full(int(stroke[-1]) + 1, -1, np.int64)  # of each stroke; -1: cut off
        took[stroke[ends]] = value_us[ends]
        whole = took[took >= 0]
        over = whole[whole > self.takt_us]
        into.time.add(whole)
        into.long += len(over)
        into.over_us += int((over - self.takt_us).sum())
        of_stroke = took[stroke]
        for number, stage in into.stages.items():
            row = (kind == number) & (of_stroke >= 0)
            stage.time.add(value_us[row])
            if len(over):
                stage.long_us += int(value_us[row & (of_stroke > self.takt_us)].sum())
