# Runs on MicroPython: a board with a store on a flash that may lose its power, what can be read of
# it, and which reading may follow which. Used by power_cuts.
import os
from array import array

import vfs
from nor_flash import PAGE

from controller.journal import Journal
from store import frame
from store.files import StoreError
from store.journal_file import JournalFile
from store.ring import Ring
from store.store import Store

RINGS = ("alarms", "audit")
SEGMENTS = 3


class State:
    """What is read after power-up.

    records: payload by name. rows: (number, row) by ring. segments: first and last event and
    their count, segment by segment. complaints: whatever ought not to be.
    """

    def __init__(self, records, rows, segments, complaints):
        self.records = records
        self.rows = rows
        self.segments = segments
        self.complaints = complaints

    def __eq__(self, other):
        return other is not None and self._parts() == other._parts()

    def __str__(self):
        records = {name: len(str(held)) for name, held in self.records.items()}
        rows = [held[-2:] for held in self.rows.values()]
        return f"{records} {rows} {self.segments} {self.complaints}"

    def _parts(self):
        return self.records, self.rows, self.segments, self.complaints

    def may_follow_cut(self, old, new):
        """After a cut: old or new. A drain that begins a segment may have cost the eldest."""
        if self.complaints:
            return False
        if self == old or self == new:
            return True
        rest = State(old.records, old.rows, old.segments[1:], [])
        return len(old.segments) == SEGMENTS and self == rest

    def follows(self, old, what):
        """After `what` was written undisturbed: exactly that is new."""
        kind = what[0]
        records, rows, segments = dict(old.records), dict(old.rows), old.segments
        if kind == "remove":
            records.pop(what[1], None)
        elif kind == "check":
            records["self-test"] = {
                "checks": records.get("self-test", {"checks": 0})["checks"] + 1
            }
        elif kind == "row":
            held = rows[what[1]]
            number = held[-1][0] + 1 if held else 0
            rows[what[1]] = (held + [(number, what[2])])[-len(self.rows[what[1]]) :]
            if len(held) - len(rows[what[1]]) > 20:
                return False  # more than one record's rows were given up
        elif kind == "drain":
            segments = drained(segments, what[1], what[2], self.segments)
        else:
            records[what[1]] = what[2]
        return self == State(records, rows, segments, [])


def drained(segments, first, n, now):
    """The segments after a drain: the last is longer, or there is another."""
    last = first + n - 1
    if segments and now and now[-1][0] == segments[-1][0]:
        return segments[:-1] + [(segments[-1][0], last, segments[-1][2] + n)]
    return (segments + [(first, last, n)])[-SEGMENTS:]


class Board:
    """A mounted file system, a store, histories, a journal."""

    def __init__(self, flash, reserve):
        vfs.mount(vfs.VfsLfs2(flash, progsize=PAGE), "/flash")
        self.flash = flash
        self.store = Store("/flash/store", reserve)
        self.rings = {name: Ring(self.store, name, SEGMENTS, 300) for name in RINGS}
        self.file = JournalFile("/flash/journal", 2000, SEGMENTS, reserve)

    def state(self):
        store = self.store
        records = {}
        for name in store.names():
            payload = store.read(name)
            if name.split("-")[0] not in RINGS:
                records[name] = payload
        rows = {name: self.rings[name].rows() for name in RINGS}
        complaints = [f"{name} is damaged" for name in store.damaged]
        for name in os.listdir("/flash/store"):
            if name[-2:] not in (".0", ".1"):
                complaints.append(f"{name} is left over")
        return State(records, rows, self._segments(complaints), complaints)

    def _segments(self, complaints):
        found = []
        for number in sorted([int(name[:-4]) for name in os.listdir("/flash/journal")]):
            with open(f"/flash/journal/{number}.jnl", "rb") as file:
                data = file.read()
            events = array("i")
            at = 0
            while at < len(data):
                taken = frame.take(data, at, f"{number}.jnl")
                if taken is None or taken[1] != at:
                    complaints.append(f"{number}.jnl is torn at {at}")
                    break
                events.extend(array("i", taken[2][8:]))
                at = taken[3]
            if events:
                times = list(events)[::3]
                found.append((times[0], times[-1], len(times)))
                if times != list(range(times[0], times[0] + len(times))):
                    complaints.append(f"{number}.jnl has not every event")
        return found


def boot(flash, reserve):
    """The board, or None if it died on the way."""
    try:
        vfs.umount("/flash")
    except OSError:
        pass
    try:
        return Board(flash, reserve)
    except (OSError, StoreError):
        if not flash.dead:
            raise
    return None


def write(board, what):
    """Do what a campaign names. False: refused, or the power went."""
    kind = what[0]
    try:
        if kind == "remove":
            board.store.remove(what[1])
        elif kind == "check":
            board.store.check()
        elif kind == "row":
            board.rings[what[1]].append(what[2])
        elif kind == "drain":
            board.file.drain(journal(what[1], what[2]), 1)
        else:
            board.store.write(what[1], what[2])
    except StoreError:
        return False
    return True


def journal(first, n):
    """A journal of n events out of a ring of 60 that has gone round."""
    made = Journal(60)
    for _ in range(41):
        made.put(0, 0, 0)
    made.drain(lambda ring, start, stop: None)
    for k in range(first, first + n):
        made.put(k, k << 8, -k)
    return made
