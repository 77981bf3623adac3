"""A machine in production with its takeaway, and its pieces: what the controller says of each, and
where each really is."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from histories import hold_at_every_instant

from controller import events, packml
from controller.app import App
from host_sim.faults import Fault
from host_sim.molds import DataFile, load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

SECOND = 1_000_000
ENDS = {
    events.PIECE_GOOD: "good",
    events.PIECE_SUSPECT: "suspect",
    events.PIECE_REJECT: "reject",
    events.PIECE_PARTNER: "partner",
    events.PIECE_THROWN: "thrown",
    events.PIECE_LOST: "lost",
}
OUT = ("reject", "partner", "thrown")

Keys = Mapping[str, Mapping[str, Any] | None]

TWO_UP: Keys = {"machine": {"cavities": 2, "takt_ms": 4000}, "stacker": {"batch": 5}}
LENIENT: Keys = {"limits": {"rejects_in_a_row": 1000}}
BAD: Keys = {
    # welded by time, so that energy spreads: one piece in six is a reject
    "weld": {"mode": "time"},
    "limits": {"energy_suspect_pc": 5, "energy_reject_pc": 8, "rejects_in_a_row": 1000},
}


def changed(file: DataFile, keys: Keys) -> DataFile:
    """A file with other values in its sections; None leaves a section out."""
    data = copy.deepcopy(file.data)
    for section, values in keys.items():
        if values is None:
            del data[section]
        else:
            data.setdefault(section, {}).update(values)
    return replace(file, data=data)


class Line:
    """A machine from power-up on. `ends` has what became of each piece, by its serial number;
    `numbers` the plant's number of each, in the order in which they were made."""

    def __init__(
        self,
        machine: Keys | None = None,
        mold: Keys | None = None,
        seed: int = 3,
        name: str = "hand_M",
        verdicts: Callable[[int], tuple[int, int]] | None = None,
    ) -> None:
        """`verdicts` gives those of left and right piece by number of the stroke."""
        files = changed(load_machine(), machine or {}), changed(load_molds([name])[0], mold or {})
        self.machine, self.mold = settings(*files)
        self.app = App(self.machine, self.mold)
        self.ends: dict[int, str] = {}
        self.numbers: dict[int, int] = {}
        self.events: list[tuple[int, int]] = []
        self.bad: set[int] = set()  # serial numbers of entries with a reject
        self._verdicts = verdicts
        self._made = self.app.tracker.made
        self.app.tracker.made = self.made  # pyright: ignore[reportAttributeAccessIssue]
        plant = PlantParameters()
        self.twin = Twin(self.app, plant, self.machine, self.mold, seed, sink=self.sink)
        self.twin.on_scan = lambda now_us: hold_at_every_instant(self.twin, self.app)
        self.twin.operator.start_up(100_000)

    def made(self, now: int, verdict: int, right: int = -1) -> None:
        tracker = self.app.tracker
        if self._verdicts:
            left, right = self._verdicts(tracker.serial // tracker.lanes)
            verdict = left if tracker.lanes > 1 else max(left, right)
        self._made(now, verdict, right)
        if tracker.web_verdict & 10:
            self.bad.add(tracker.serial)

    def sink(self, ring: list[int], start: int, stop: int) -> None:
        for at in range(start, stop, 3):
            what, value = ring[at + 1], ring[at + 2]
            self.events.append((what, value))
            if what == events.PIECE_MADE:
                self.numbers[value] = len(self.numbers) + 1
            if what in ENDS:
                assert value not in self.ends, f"piece {value} is counted twice"
                self.ends[value] = ENDS[what]

    @property
    def state(self) -> int:
        return self.app.unit.state

    @property
    def reasons(self) -> list[int]:
        """Alarms that stopped the machine, in order."""
        return [value for what, value in self.events if what == events.STOP_REASON][1:]

    def count(self, code: int) -> int:
        return sum(what == code for what, _ in self.events)

    def run(self, seconds: float) -> Line:
        self.twin.run(self.twin.now_us + int(seconds * SECOND))
        return self

    def fault(self, name: str, seconds: float = 0, size: float | None = None) -> None:
        self.twin.inject(Fault(name, self.twin.now_us + 1, int(seconds * SECOND), size))

    def until(self, so: Callable[[], bool], most_s: float = 60) -> None:
        end_us = self.twin.now_us + int(most_s * SECOND)
        while not so():
            assert self.twin.now_us < end_us, "never came true"
            self.run(0.05)

    def recover(self, seconds: float = 25, looks: int = 3) -> None:
        """What an operator does: reset, start, and look again."""
        for _ in range(looks):
            if self.state != packml.EXECUTE:
                self.twin.operator.start_up(SECOND)
            self.run(seconds)

    def check(self) -> None:
        """What is to be true of all pieces, at any time and after any history."""
        tracker, plant, stack = self.app.tracker, self.twin.plant, self.twin.plant.stack
        lanes = tracker.lanes
        pieces = plant.pieces
        if not plant.board.boots:  # after a power cut numbers are left out
            assert tracker.serial == pieces.made - pieces.foreign
        ways = list(self.ends.values())
        counts = [sum(way in which for way in ways) for which in (["good"], ["suspect"], OUT)]
        assert list(tracker.counts) == counts and tracker.lost == ways.count("lost")
        known = len(ways) + lanes * (tracker.on_web + tracker.n)
        assert tracker.serial == known + self.twin.given_up, "a piece was lost or counted twice"
        outlet = plant.outlet
        stacked = [n for batch in [*stack.batches, stack.stack, stack.before] for n in batch]
        there = len(stacked) + len(outlet.rejected) + len(outlet.pieces) + outlet.removed
        assert there == outlet.entered == pieces.passed
        own = [n for n in stacked + outlet.rejected + outlet.pieces if n]
        assert len(own) == len(set(own))

    def check_stack(self) -> None:
        """What holds when no sensor lies: nothing bad on the stack, full batches, pairs."""
        stack, lanes = self.twin.plant.stack, self.app.tracker.lanes
        batch = self.app.stacker.batch
        for pieces in stack.batches:
            assert len(pieces) == batch * lanes
        stacked = [n for batch in [*stack.batches, stack.stack, stack.before] for n in batch]
        assert 0 not in stacked, "a piece that nobody knows is on the stack"
        assert all(self.ends.get(n) in ("good", "suspect") for n in stacked)
        last = [(n + lanes - 1) // lanes * lanes for n in stacked]  # serial of their entries
        assert not self.bad & set(last), "a reject is on the stack"
        assert all(last.count(serial) == lanes for serial in set(last)), "half a pair"
        good = [n for n, way in self.ends.items() if way in ("good", "suspect")]
        assert sorted(stacked) == sorted(good)
