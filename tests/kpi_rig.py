"""Histories of a machine written by hand, and the plainest possible second opinion on them."""

from __future__ import annotations

import numpy as np

from controller import events, modes, packml
from host_sim.kpi.book import KpiBook
from host_sim.kpi.figures import Figures

S = 1_000_000
TAKT_US = 2 * S
ROWS = ((0, "index", "web"), (7, "weld", "press"))
GOOD, SUSPECT, REJECT, LOST = range(4)
# What became of a piece, by verdict; a good one that went out at the gate is a reject.
ENDS = (
    events.PIECE_GOOD, events.PIECE_SUSPECT, events.PIECE_REJECT, events.PIECE_LOST,
    -2, -2, events.PIECE_PARTNER, -2, -2, -2, events.PIECE_THROWN,
)  # fmt: skip


class History:
    """Events of one machine, a line a method; `t_us` is now."""

    def __init__(self, mold: int = 3, t_us: int = 0) -> None:
        self.events: list[tuple[int, int, int]] = []
        self.t_us = t_us
        self.boot(mold)

    def put(self, what: int, value: int) -> None:
        self.events.append((self.t_us, what, value))

    def boot(self, mold: int) -> None:
        self.put(events.BOOT, 1)
        self.put(events.STATE, packml.ABORTED)
        self.put(events.MOLD, mold)

    def wait(self, seconds: float) -> History:
        self.t_us += round(seconds * S)
        return self

    def state(self, state: int) -> History:
        self.put(events.STATE, state)
        return self

    def mode(self, mode: int) -> History:
        self.put(events.MODE, mode)
        return self

    def mold(self, code: int) -> History:
        self.put(events.MOLD, code)
        return self

    def run(self) -> History:
        """Execute begins."""
        return self.state(packml.EXECUTE)

    def alarm(self, code: int, reason: bool = True) -> History:
        self.put(events.RAISED, code)
        if reason:
            self.put(events.STOP_REASON, code)
        return self

    def stroke(self, verdict: int = GOOD, index_us: int = 500_000, weld_us: int = 900_000) -> None:
        """One takt, or longer: a stroke and a piece that is counted in it."""
        begin = self.t_us
        self.put(events.SEQUENCE + events.SEQ_BEGIN, 0)
        for row, took in ((0, index_us), (7, weld_us)):
            self.t_us += took
            self.put(events.SEQUENCE + row, took)
        self.put(events.SEQUENCE + events.SEQ_END, self.t_us - begin)
        self.put(events.PIECE_MADE, 1)
        self.put(events.PIECE_GOOD + verdict, 1)
        self.t_us = max(self.t_us, begin + TAKT_US)

    def strokes(self, count: int, verdict: int = GOOD) -> History:
        for _ in range(count):
            self.stroke(verdict)
        return self


def figures(
    history: list[tuple[int, int, int]], until_us: int, chunk: int = 8192, minor_s: int = 120
) -> Figures:
    """What the book makes of it, shown `chunk` events at a time."""
    book = KpiBook(TAKT_US, 1, ROWS, minor_s * S)
    for at in range(0, len(history), chunk):
        part = history[at : at + chunk]
        book.take(
            np.array([t for t, _, _ in part], np.int64),
            np.array([what for _, what, _ in part], np.int32),
            np.array([value for _, _, value in part], np.int32),
        )
    return book.finish(until_us)


def second_opinion(
    history: list[tuple[int, int, int]], until_us: int
) -> tuple[int, int, int, list[int]]:
    """(period, APT, number of times it stood, pieces by verdict), an event at a time."""
    state, mode, begin = 0, modes.PRODUCE, None
    run_us, stood, pieces = 0, 0, [0, 0, 0, 0]
    last_us, ran = 0, False
    stop_us = 0
    for t_us, what, value in [*history, (until_us, -1, 0)]:
        if ran and what != events.BOOT:  # nobody knows when the power went; nothing says it ran
            run_us += t_us - last_us
        if what == events.STATE:
            state = value
        elif what == events.MODE:
            mode = value
        elif what == events.BOOT:
            state, mode = packml.ABORTED, modes.PRODUCE
        elif what in ENDS and begin is not None:
            pieces[ENDS.index(what) % 4] += mode not in (modes.SET_UP, modes.MAINTENANCE)
        runs = state == packml.EXECUTE and mode == modes.PRODUCE
        if runs and begin is None:
            begin = t_us
        elif runs and not ran:
            stood += t_us > stop_us
        elif ran and not runs:
            stop_us = last_us if what == events.BOOT else t_us
        ran, last_us = runs, t_us
    if begin is not None and not ran:
        stood += until_us > stop_us
    return (0 if begin is None else until_us - begin), run_us, stood, pieces
