"""The yardstick's conveyor: belt with its speed loop, piece eye with bounce, filter and counting.

Integer µs, places on the belt in µm from the place where pieces drop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator

import simpy
from simpy.events import Event

from tests.benchmark.luck import Luck

Steps = Generator[Event, object, None]

PIECE_UM = 210_000
BELT_UM_S, EYE_UM, GAP_UM = 300_000, 800_000, 60_000
TRANSFER_UM = 150_000
LOOP_US, FILTER_US = 200_000, 5_000


class Belt:
    """Conveyor with its speed loop, and the piece eye at its end."""

    def __init__(self, env: simpy.Environment, luck: Luck) -> None:
        self.env = env
        self.luck = luck
        self.counts = [0, 0, 0]  # pieces seen at the eye: good, suspect, reject
        self.lost = 0
        self.um_s = BELT_UM_S
        self.set_um_s = BELT_UM_S
        self.place_um = 0  # at the last change of speed
        self.place_at = 0
        self.eye = False
        self.edge_at = 0  # last edge of the eye
        self.edge_um = 0
        self.seen = False  # the eye, filtered
        self.changed = env.event()  # the eye, since the filter last looked
        self.dropped = env.event()  # a piece, on a belt that was empty
        self.pieces: deque[tuple[int, int]] = deque()  # (belt place at the drop, verdict)
        self.edges: deque[int] = deque()  # belt places at which the eye will change
        for process in (self.regulate, self.carry, self.filter):
            env.process(process())

    def place(self) -> int:
        return self.place_um + (self.env.now - self.place_at) * self.um_s // 1_000_000

    def regulate(self) -> Steps:
        """Speed loop on the encoder, every 200 ms; and the watch for pieces that never came."""
        last = last_at = 0
        while True:
            yield self.env.timeout(LOOP_US + next(self.luck.late))
            place = self.place()
            now = self.env.now
            short = BELT_UM_S - (place - last) * 1_000_000 // (now - last_at)
            last, last_at = place, now
            if abs(short) * 100 > BELT_UM_S:
                self.set_um_s += short // 2
            self.place_um, self.place_at = place, now
            self.um_s = self.set_um_s + self.set_um_s * next(self.luck.drift) // 1_000_000
            while self.pieces and place - self.pieces[0][0] > EYE_UM + GAP_UM and not self.seen:
                self.pieces.popleft()
                self.lost += 1

    def drop(self, verdict: int) -> None:
        """A piece falls on the belt."""
        place = self.place()
        self.pieces.append((place, verdict))
        self.edges.append(place + EYE_UM)
        self.edges.append(place + EYE_UM + PIECE_UM)
        if not self.dropped.triggered:
            self.dropped.succeed()

    def carry(self) -> Steps:
        """Bring the edges of the pieces to the eye, one after the other, and let it bounce."""
        while True:
            if not self.edges:
                self.dropped = self.env.event()
                yield self.dropped
            while (left_um := self.edges[0] - self.place()) > 0:
                yield self.env.timeout(left_um * 1_000_000 // self.um_s + 1)
            self.edges.popleft()
            self.edge()
            for _ in range(2 * next(self.luck.bounces)):
                yield self.env.timeout(next(self.luck.bounce))
                self.edge()

    def edge(self) -> None:
        """The eye changes."""
        self.eye = not self.eye
        self.edge_at = self.env.now
        self.edge_um = self.place()
        if not self.changed.triggered:
            self.changed.succeed()

    def filter(self) -> Steps:
        """Believe the eye when it has been still for 5 ms."""
        while True:
            yield self.changed
            while (rest_us := self.edge_at + FILTER_US - self.env.now) > 0:
                yield self.env.timeout(rest_us)
            self.changed = self.env.event()
            if self.eye and not self.seen:
                self.count()
            self.seen = self.eye

    def count(self) -> None:
        """A leading edge is at the eye: whose?"""
        while self.pieces and self.edge_um - self.pieces[0][0] > EYE_UM + GAP_UM:
            self.pieces.popleft()
            self.lost += 1
        if self.pieces and self.edge_um - self.pieces[0][0] >= EYE_UM - GAP_UM:
            self.counts[self.pieces.popleft()[1]] += 1

    def clear(self) -> Steps:
        """Wait until the piece that was dropped last has left the transfer."""
        while self.pieces and (left_um := self.pieces[-1][0] + TRANSFER_UM - self.place()) > 0:
            yield self.env.timeout(left_um * 1_000_000 // self.um_s + 1)
