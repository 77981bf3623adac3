"""Drains the controller's journal from RAM into segment files of bounded size and number.

Called in idle context when `may_write` allows, before the ring is full. One drain is one frame:
seconds and losses as told, then the events. Its number is its place in the segment.
"""

import struct

from store import files, frame

_ENDING = ".jnl"


class JournalFile:
    def __init__(self, root, segment_bytes=16384, segments=8, reserve=4):
        self.root = root
        self.segment_bytes = segment_bytes
        self.segments = segments
        self.reserve = reserve  # blocks that are kept free for others
        self._numbers = sorted(
            [
                int(name[: -len(_ENDING)])
                for name in files.listed(root)
                if name.endswith(_ENDING) and name[: -len(_ENDING)].isdigit()
            ]
        )
        self._parts = None
        self._left = 0

    def drain(self, journal, stamp_s=0):
        """Write what `journal` holds. All or nothing: after a StoreError it still holds it.

        `stamp_s` is any clock of seconds that does not wrap as the events' does.
        """
        if journal.held:
            self._parts = [struct.pack("<II", stamp_s, journal.lost)]
            self._left = journal.held
            journal.drain(self._take)

    def _take(self, ring, start, stop):
        self._parts.append(memoryview(ring)[start:stop])  # pyright: ignore
        self._left -= stop - start
        if not self._left:
            parts, self._parts = self._parts, None
            self._write(parts)

    def _write(self, parts):
        length = len(parts[0])
        for part in parts[1:]:
            length += 4 * len(part)
        numbers = self._numbers
        if not numbers:
            numbers.append(0)
        at = files.size(self._path(-1))
        if at and at + frame.HEAD + length > self.segment_bytes:
            numbers.append(numbers[-1] + 1)
            at = 0
        while len(numbers) > self.segments:
            files.remove(self._path(0))
            numbers.pop(0)
        name = f"{numbers[-1]}{_ENDING}"
        files.need_room(self.root, name, length, self.reserve)
        header = frame.head(name, frame.EVENTS, at, length, parts)
        files.lengthen(self.root, name, [header] + parts)

    def _path(self, which):
        return f"{self.root}/{self._numbers[which]}{_ENDING}"
