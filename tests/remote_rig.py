"""Machines whose controller runs on real MicroPython, over lines as good or bad as asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from controller.app import App
from hal.remote import frames
from host_sim import FIRMWARE
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.recorder import Recorder, Records
from host_sim.remote.link import Link
from host_sim.remote.proxy import RemoteApp
from host_sim.remote.session import Session
from host_sim.remote.target import micropython
from host_sim.run import Task, run
from host_sim.twin import Twin


def task(mold: str, seconds: float, target: str, seed: int = 1, *faults: Fault) -> Task:
    return Task(
        load_machine(), load_molds([mold])[0], PlantParameters(),
        round(seconds * 1e6), seed, 0, faults, target,
    )  # fmt: skip


def trace(task: Task, tick_origin: int = 0) -> Records:
    """All events of a run; none may be missing."""
    kept: list[Records] = []
    result = run(task, keep=kept, tick_origin=tick_origin)
    assert result.lost == 0
    return np.concatenate(kept)


Change = Callable[[bytearray], bytes]


@dataclass
class Bad:
    """A link that spoils some requests, their blocks and their answers, by number of the request.

    `always` spoils everything, frames that synchronise too.
    """

    link: Link
    out: dict[int, Change] = field(default_factory=dict)
    blocks: dict[int, Change] = field(default_factory=dict)
    back: dict[int, Change] = field(default_factory=dict)
    lose: dict[int, int] = field(default_factory=dict)  # bytes of the answer that do not come
    back_blocks: dict[int, Change] = field(default_factory=dict)  # by number of the block
    always: Change | None = None
    requests: int = 0
    blocks_back: int = 0
    armed: Change | None = None
    losing: int = 0

    def send(self, words: array) -> None:
        change = self.always
        if len(words) == frames.BLOCK_WORDS:
            change = change or self.blocks.pop(self.requests, None)
        elif words[1] & 0xFF != frames.SYNC:
            self.requests += 1
            change = change or self.out.pop(self.requests, None)
            self.armed = self.back.pop(self.requests, None)
            self.losing = self.lose.pop(self.requests, 0)
        self.link.send(array("B", change(bytearray(words.tobytes()))) if change else words)

    def receive(self, into: memoryview) -> None:
        if self.losing:
            count, self.losing = self.losing, 0
            self.link.receive(memoryview(bytearray(count)))
        self.link.receive(into)
        if len(into) == frames.BLOCK_SIZE:
            self.blocks_back += 1
            self.armed = self.back_blocks.pop(self.blocks_back, None)
        if self.armed:
            into[:] = self.armed(bytearray(into))
            self.armed = None


@dataclass
class Machine:
    """A twin whose controller is remote; its events are recorded."""

    app: RemoteApp
    twin: Twin
    session: Session
    recorder: Recorder
    kept: list[Records]

    def run(self, until_s: float) -> None:
        self.twin.run(round(until_s * 1e6))
        self.recorder.settle(self.twin.now_us)

    @property
    def events(self) -> Records:
        return np.concatenate(self.kept)


@contextmanager
def machine(
    mold: str = "hand_M",
    spoil: Callable[[Link], Link] = lambda link: link,
    patience_s: float = 10,
    tree: Path = FIRMWARE,
) -> Iterator[Machine]:
    """A machine that an operator starts at once, on MicroPython."""
    files = load_machine(), load_molds([mold])[0]
    with micropython(tree, patience_s=patience_s) as link:
        session = Session(spoil(link), "MicroPython")
        app = RemoteApp(session, files[0].data, files[1].data)
        yield started(app, mold, session)


def started(app: App | RemoteApp, mold: str, session: Session | None = None) -> Machine:
    """The same machine, whoever runs its controller."""
    kept: list[Records] = []
    recorder = Recorder(keep=kept)
    read = settings(load_machine(), load_molds([mold])[0])
    twin = Twin(app, PlantParameters(), *read, 5, sink=recorder.sink)
    twin.operator.start_up(100_000)
    return Machine(app, twin, session, recorder, kept)
