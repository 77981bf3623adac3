"""The book of key figures: reads the journal in chunks and keeps a fixed amount."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from controller import events
from host_sim.kpi import causes
from host_sim.kpi.figures import Figures, Pieces, Setup
from host_sim.kpi.stops import SEEN, StopBook
from host_sim.kpi.strokes import StrokeReader, StrokeTimes

MINOR_S = 120
"""Unplanned stops below that are minor ones, s. The field says 60 to 120."""
SETUPS_MOST = 1000  # that are kept one by one

_SELDOM = (*SEEN, events.BOOT, events.MOLD)
_OUTCOMES = np.full(1 << 14, -1, np.int8)  # by event: what became of a piece
_OUTCOMES[events.PIECE_GOOD] = 0
_OUTCOMES[events.PIECE_SUSPECT] = 1
_OUTCOMES[events.PIECE_REJECT] = 2
_OUTCOMES[events.PIECE_PARTNER] = _OUTCOMES[events.PIECE_THROWN] = 2
_OUTCOMES[events.PIECE_LOST] = 3


class KpiBook:
    """Key figures from when the machine first ran, in Execute and Produce, to `finish`.

    Args:
        takt_us: ideal time of a stroke.
        cavities: pieces of a stroke.
        rows: (number, name, chain) of the stroke's rows that take time.
        minor_us: an unplanned stop below that is a minor one.
    """

    def __init__(
        self,
        takt_us: int,
        cavities: int,
        rows: Sequence[tuple[int, str, str]],
        minor_us: int = MINOR_S * 1_000_000,
    ) -> None:
        self.takt_us = takt_us
        self.cavities = cavities
        self.mold = 0  # code of the mold in force; 0: not known yet
        self._stops = StopBook(minor_us)
        self._reader = StrokeReader(rows, takt_us)
        self._strokes: dict[int, StrokeTimes] = {}
        self._pieces: dict[int, Pieces] = {}
        self._setups: list[Setup] = []
        self._last_good_us: int | None = None
        self._setup: tuple[int, int] | None = None  # since when, from which mold
        self._run_us = 0  # of all molds before this one
        self._welded = 0  # pieces, also those of which nobody knows yet what they are
        self._last_us = 0  # the last event of the chunk before

    def take(
        self, t_us: NDArray[np.int64], what: NDArray[np.int32], value: NDArray[np.int32]
    ) -> None:
        """Read a chunk of events."""
        stops, done = self._stops, 0
        for at in np.flatnonzero(np.isin(what, _SELDOM)).tolist():
            code = int(what[at])
            first = stops.begin_us is None
            if code in (events.MODE, events.MOLD, events.BOOT) or first:
                self._count(t_us[done:at], what[done:at], value[done:at])
                done = at
            if code == events.BOOT:
                stops.boot(int(t_us[at - 1]) if at else self._last_us)
            elif code == events.MOLD:
                self._change(int(t_us[at]), int(value[at]))
            else:
                stops.see(int(t_us[at]), code, int(value[at]))
            if code in (events.MODE, events.BOOT):
                self._reader.drop()
        self._count(t_us[done:], what[done:], value[done:])
        self._last_us = int(t_us[-1]) if len(t_us) else self._last_us

    def finish(self, until_us: int) -> Figures:
        """End the book at `until_us`, absolute µs, and make the figures of it."""
        stops = self._stops
        stops.close(until_us)
        self._book_run()
        begin_us = stops.begin_us
        return Figures(
            takt_us=self.takt_us,
            cavities=self.cavities,
            minor_us=stops.minor_us,
            horizon_us=0 if begin_us is None else until_us - begin_us,
            run_us=stops.run_us,
            underway=max(self._welded - sum(p.total + p.scrap for p in self._pieces.values()), 0),
            stops=stops.stops,
            state_us=stops.state_us,
            pieces=self._pieces,
            setups=self._setups,
            strokes=self._strokes,
            hours=stops.hours.hours,
        )

    def _count(
        self, t_us: NDArray[np.int64], what: NDArray[np.int32], value: NDArray[np.int32]
    ) -> None:
        """Count what was made while mode and mold were the same."""
        stops = self._stops
        if not len(what) or stops.begin_us is None:
            return
        self._welded += int((what == events.PIECE_MADE).sum())
        verdict = _OUTCOMES.take(what, mode="clip")
        made = np.bincount(verdict[verdict >= 0], minlength=4)
        pieces = self._pieces_of_mold()
        if stops.mode in causes.SCRAP_MODES:
            pieces.scrap += int(made.sum())
            return
        pieces.add(made.tolist())
        if made.any():
            stops.hours.made(t_us[verdict >= 0], verdict[verdict >= 0] <= 1)
        if made[0]:
            good_us = t_us[verdict == 0]
            if self._setup is not None:
                since_us, old = self._setup
                self._setups.append(Setup(old, self.mold, since_us, int(good_us[0])))
                del self._setups[:-SETUPS_MOST]
                self._setup = None
            self._last_good_us = int(good_us[-1])
        if self.mold not in self._strokes:
            self._strokes[self.mold] = self._reader.blank()
        self._reader.take(what, value, self._strokes[self.mold])

    def _pieces_of_mold(self) -> Pieces:
        return self._pieces.setdefault(self.mold, Pieces())

    def _change(self, t_us: int, mold: int) -> None:
        """Another mold is in force, or the controller has started and says which one is."""
        if mold == self.mold:
            return
        self._stops.pass_to(t_us)
        self._book_run()
        self._reader.drop()
        old, self.mold = self.mold, mold
        if self._setup is not None:
            self._setup = None if self._setup[1] == mold else self._setup
        elif old and self._last_good_us is not None:
            self._setup = self._last_good_us, old

    def _book_run(self) -> None:
        """Give the mold in force the time in which the machine ran with it."""
        ran_us = self._stops.run_us - self._run_us
        if ran_us:
            self._pieces_of_mold().run_us += ran_us
        self._run_us = self._stops.run_us
