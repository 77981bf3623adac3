"""Takes what the controller's journal drains: absolute times, the trace hash, the books.

A ring of three integers an event comes in, in ticks that wrap. What comes out is a stream of
records (absolute µs, what, value) that every book is shown in chunks, in order. Nothing is kept
unless asked for, so a run of any length needs the same memory.
"""

import hashlib
from array import array
from collections.abc import Sequence
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

RING = 1 << 30
CHUNK = 8192

RECORD = np.dtype([("t_us", "<i8"), ("what", "<i4"), ("value", "<i4")])
"""One event of a trace: absolute µs since power-up, code of controller.events, its value."""

Records = NDArray[np.void]


class Book(Protocol):
    """Something that reads the events in order, a chunk at a time, and keeps a fixed amount."""

    def take(
        self, t_us: NDArray[np.int64], what: NDArray[np.int32], value: NDArray[np.int32]
    ) -> None:
        """Read a chunk: times that never fall, codes and values of the same length."""
        ...


class Recorder:
    """Sink for `journal.drain`.

    `origin` is the tick at which the machine was powered up. `keep` receives every chunk of
    records, `file` their bytes; leave both out for long runs.
    """

    def __init__(
        self,
        books: Sequence[Book] = (),
        origin: int = 0,
        keep: list[Records] | None = None,
        file: BinaryIO | None = None,
    ) -> None:
        self.books = tuple(books)
        self.keep = keep
        self.file = file
        self._events = 0
        self._hash = hashlib.blake2b(digest_size=16)
        self._waiting = np.zeros(3 * CHUNK, np.int32)
        self._fill = 0
        self._seen_us = 0  # absolute time up to which every event is known
        self._seen_tick = origin % RING

    def sink(self, ring: array, start: int, stop: int) -> None:
        """Take ring[start:stop], whole events, oldest first."""
        while start < stop:
            step = min(stop - start, len(self._waiting) - self._fill)
            end = self._fill + step
            self._waiting[self._fill : end] = ring[start : start + step]
            self._fill = end
            start += step
            if end == len(self._waiting):
                self._flush()

    def settle(self, now_us: int) -> None:
        """Say that the journal has been drained at `now_us`.

        Ticks alone cannot tell a pause of 18 minutes from none: call this at least every 2**30 µs
        of machine time, whether or not there were events.
        """
        self._flush()
        if now_us < self._seen_us:
            raise ValueError(f"an event at {self._seen_us} µs lies after now, {now_us} µs")
        self._seen_tick = (self._seen_tick + now_us - self._seen_us) % RING
        self._seen_us = now_us

    @property
    def events(self) -> int:
        """How many events were recorded."""
        self._flush()
        return self._events

    @property
    def trace(self) -> str:
        """Hash of all records so far: 32 hex digits. The same run gives the same, anywhere."""
        self._flush()
        return self._hash.hexdigest()

    def _flush(self) -> None:
        if not self._fill:
            return
        raw = self._waiting[: self._fill].reshape(-1, 3)
        self._fill = 0
        ticks = raw[:, 0].astype(np.int64)
        gaps = np.diff(ticks, prepend=self._seen_tick) % RING
        t_us = self._seen_us + np.cumsum(gaps)
        self._seen_us, self._seen_tick = int(t_us[-1]), int(ticks[-1])

        records = np.empty(len(raw), RECORD)
        records["t_us"], records["what"], records["value"] = t_us, raw[:, 1], raw[:, 2]
        self._events += len(records)
        self._hash.update(records.tobytes())
        if self.keep is not None:
            self.keep.append(records)
        if self.file is not None:
            self.file.write(records.tobytes())
        what, value = raw[:, 1].copy(), raw[:, 2].copy()
        for book in self.books:
            book.take(t_us, what, value)
