"""The stroke book: stroke times, the grid, the worst ten minutes, from events only."""

from collections.abc import Sequence

import numpy as np

from controller import events
from host_sim.stages import Codes, Held, TableBook, Times
from host_sim.tally import Tally
from host_sim.window import Worst


class StrokeBook:
    """Reads the stroke's sequence (table 0), the branches beside it and the pacing events.

    Stroke time is the value of SEQ_END: without waiting for the takt. The slot of a stroke is its
    beginning less the value of the LATE_US event of the same instant.
    """

    def __init__(
        self, table: TableBook, branches: Sequence[TableBook], takt_us: int, width_us: int
    ) -> None:
        self.table = table
        self.branches = tuple(branches)
        self.takt_us = takt_us
        self.time = Tally()
        self.worst = Worst(width_us)
        self.first_slot_us: int | None = None
        self.last_end_us = 0
        self.late_most_us = 0
        self._begin_us = np.zeros(1, np.int64)  # the last before this chunk, as are the next two
        self._late_at_us = np.full(1, -1, np.int64)
        self._late_us = np.zeros(1, np.int64)

    def take(self, t_us: Times, what: Codes, value: Codes) -> None:
        """Read a chunk of events."""
        kind = self.table.kinds(what)
        begins = np.flatnonzero(kind == events.SEQ_BEGIN)
        begin = Held(begins, t_us[begins], self._begin_us)
        lates = np.flatnonzero(what == events.LATE_US)
        late_at = Held(lates, t_us[lates], self._late_at_us)
        late = Held(lates, value[lates].astype(np.int64), self._late_us)

        self.table.take(t_us, kind, value, begin)
        for branch in self.branches:
            branch.take(t_us, branch.kinds(what), value, begin)

        ends = np.flatnonzero(kind == events.SEQ_END)
        if len(ends):
            began = begin.at(ends)
            slot = began - np.where(late_at.at(ends) == began, late.at(ends), 0)
            self._count(value[ends].astype(np.int64), slot, t_us[ends])
        if len(lates):
            self.late_most_us = max(self.late_most_us, int(value[lates].max()))
        self._begin_us, self._late_at_us, self._late_us = begin.last, late_at.last, late.last

    def _count(self, took_us: Times, slot_us: Times, end_us: Times) -> None:
        if self.first_slot_us is None:
            self.first_slot_us = int(slot_us[0])
            self.worst.begin(self.first_slot_us)
        self.time.add(took_us)
        self.last_end_us = int(end_us[-1])
        self.worst.add(np.maximum(slot_us + self.takt_us, end_us))

    def rate_per_min(self, until_us: int) -> float:
        """Paced strokes per minute: r = n / max(n x takt, end_n - t0).

        t0 is the first slot, end_n the end of the last stroke; a machine that stands for more
        than five takts at the end of the horizon (`until_us`) is charged for that time too.
        """
        count = self.time.count
        if not count or self.first_slot_us is None:
            return 0.0
        end_us = self.last_end_us
        if until_us - end_us > 5 * self.takt_us:
            end_us = until_us
        return 60e6 * count / max(count * self.takt_us, end_us - self.first_slot_us)
