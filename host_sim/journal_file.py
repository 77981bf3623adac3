"""Reads the journal segments that a board has written, also one whose tail was cut off.

The format is that of `firmware/store`: a segment is frames one after the other, each the header of
`store.frame` and then seconds, losses and events. Bytes that are no frame are stepped over.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host_sim.errors import InputError
from store import frame

EVENT = np.dtype([("tick", "<i4"), ("what", "<i4"), ("value", "<i4")])
"""One event as the controller put it: µs that wrap at 2**30, code of controller.events, value."""

_STAMPS = 8  # bytes of seconds and losses before the events


@dataclass(frozen=True)
class Drain:
    """One frame: what the ring in RAM held when it was written.

    Attributes:
        stamp_s: the board's clock of seconds at that time, 0 where it has none.
        lost: events since boot that were overwritten before they could be written.
        events: records of EVENT, oldest first.
    """

    stamp_s: int
    lost: int
    events: NDArray[np.void]


@dataclass(frozen=True)
class Segment:
    """One segment file.

    Attributes:
        number: of the segment; they rise by 1.
        drains: its frames that are whole, in order.
        damaged: bytes that belong to none of them.
    """

    number: int
    drains: tuple[Drain, ...]
    damaged: int


def parse_segment(data: bytes, number: int) -> Segment:
    """What can be read of a segment's bytes. Never raises."""
    name = f"{number}.jnl"
    drains: list[Drain] = []
    damaged = at = 0
    while at < len(data):
        taken = frame.take(data, at, name)
        # A frame says where it begins: an image of one inside damaged bytes is none.
        if taken is None or taken[0] != frame.EVENTS or taken[1] != at:
            after = data.find(frame.MAGIC, at + 1)
            after = len(data) if after < 0 else after
            damaged += after - at
            at = after
            continue
        drain = _drain(taken[2])
        if drain is None:
            damaged += taken[3] - at
        else:
            drains.append(drain)
        at = taken[3]
    return Segment(number, tuple(drains), damaged)


def _drain(payload: bytes) -> Drain | None:
    if len(payload) < _STAMPS or (len(payload) - _STAMPS) % EVENT.itemsize:
        return None
    stamp_s, lost = (int(word) for word in np.frombuffer(payload, "<u4", 2))
    return Drain(stamp_s, lost, np.frombuffer(payload, EVENT, offset=_STAMPS))


def read_journal(folder: Path) -> list[Segment]:
    """All segments in a folder copied from a board, oldest first. Other files are left alone.

    Raises:
        InputError: the folder or a segment cannot be read.
    """
    try:
        found = {
            int(path.stem): path for path in folder.iterdir()
            if path.suffix == ".jnl" and path.stem.isdecimal()
        }  # fmt: skip
        return [parse_segment(found[number].read_bytes(), number) for number in sorted(found)]
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}.") from None
