"""Recordings: the raw events of a simulated run, or the journal segments copied from a board."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from controller import events
from host_sim.errors import InputError
from host_sim.journal_file import Drain, read_journal
from host_sim.kpi.book import KpiBook
from host_sim.kpi.figures import Figures
from host_sim.recorder import CHUNK, RECORD, RING, Records

_AWAY_MOST_S = 30 * 86_400  # what is longer is no pause: somebody has set the calendar


@dataclass(frozen=True)
class Recording:
    """Events in order, and what is known to be missing.

    Attributes:
        records: of `recorder.RECORD`, µs since the first event of a journal, since power-up else.
        lost: events that the board had to overwrite before they were written.
        damaged: bytes of the segments that could not be read.
        unclear: pauses of which nobody knows how long they were.
    """

    records: Records
    lost: int = 0
    damaged: int = 0
    unclear: int = 0

    @property
    def until_us(self) -> int:
        """When it ends: its last event."""
        return int(self.records["t_us"][-1])


def is_recording(name: str) -> bool:
    """Could this name of a command line be one? Molds are .json files, scenarios .toml files."""
    path = Path(name)
    return path.is_dir() or (path.is_file() and path.suffix not in (".json", ".toml"))


def read_recording(path: Path) -> Recording:
    """Read a file of raw records, or a folder of journal segments.

    Raises:
        InputError: it cannot be read, is none, or is empty.
    """
    recording = _of_board(path) if path.is_dir() else _of_file(path)
    if not len(recording.records):
        raise InputError(f"{path}: holds no events. Record a run, or copy the journal anew.")
    return recording


def feed(book: KpiBook, records: Records) -> None:
    """Show a book the records, a chunk at a time."""
    for at in range(0, len(records), CHUNK):
        part = records[at : at + CHUNK]
        book.take(part["t_us"].copy(), part["what"].copy(), part["value"].copy())


def figures(recording: Recording, book: KpiBook) -> Figures:
    """The figures of a recording, up to its last event."""
    feed(book, recording.records)
    return book.finish(recording.until_us)


def _of_file(path: Path) -> Recording:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. Check the name.") from None
    if len(data) % RECORD.itemsize:
        raise InputError(f"{path}: is no recording, or was cut. Record the run again.")
    records = np.frombuffer(data, RECORD)
    if len(records) and (np.diff(records["t_us"], prepend=0) < 0).any():
        raise InputError(f"{path}: is no recording: its times fall. Name another file.")
    return Recording(records)


def _of_board(folder: Path) -> Recording:
    segments = read_journal(folder)
    parts: list[Records] = []
    lost = lost_before = unclear = 0
    last: tuple[int, int, int] | None = None  # absolute µs and tick of the last event, stamp
    for drain in _drains(drain for segment in segments for drain in segment.drains):
        ticks = drain.events["tick"].astype(np.int64)
        inside = np.cumsum(np.diff(ticks, prepend=ticks[0]) % RING)
        start_us = 0
        boots = int(drain.events["what"][0]) == events.BOOT
        if last is not None:
            start_us, clear = _start(last, drain, int(inside[-1]), boots)
            unclear += not clear
        if boots:
            lost_before = 0
        lost += max(drain.lost - lost_before, 0)
        lost_before = drain.lost
        part = np.empty(len(ticks), RECORD)
        part["t_us"] = start_us + inside
        part["what"], part["value"] = drain.events["what"], drain.events["value"]
        parts.append(part)
        last = int(part["t_us"][-1]), int(ticks[-1]), drain.stamp_s
    records = np.concatenate(parts) if parts else np.empty(0, RECORD)
    return Recording(records, lost, sum(segment.damaged for segment in segments), unclear)


def _drains(drains: Iterator[Drain]) -> Iterator[Drain]:
    return (drain for drain in drains if len(drain.events))


def _start(
    last: tuple[int, int, int], drain: Drain, span_us: int, boots: bool
) -> tuple[int, bool]:
    """Absolute µs of a drain's first event, and whether that is more than a guess.

    Ticks go round every 18 minutes and begin anew at a start; the stamps, in seconds, say how
    often and for how long. A drain is written soon after its last event. A calendar that goes
    back was lost with the power, and one that leaps was set: then the time off is counted as none.
    """
    last_us, last_tick, last_stamp_s = last
    stamped = 0 < last_stamp_s <= drain.stamp_s <= last_stamp_s + _AWAY_MOST_S
    waited_us = (drain.stamp_s - last_stamp_s) * 1_000_000 - span_us if stamped else 0
    if boots:
        return last_us + max(waited_us, 0), stamped
    gap_us = (int(drain.events["tick"][0]) - last_tick) % RING
    rounds = max(round((waited_us - gap_us) / RING), 0)
    return last_us + gap_us + rounds * RING, stamped or drain.stamp_s == last_stamp_s
