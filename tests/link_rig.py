"""A machine with its link: the simulated one in virtual time, and a line in memory."""

from __future__ import annotations

import json
import shutil
from binascii import crc32
from collections import deque
from pathlib import Path
from typing import Any

import host_sim
from controller import packml
from controller.app import App
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin
from link.link import Link
from start import load
from start.kept import Kept

SECOND = 1_000_000  # µs
PINS = {role: str(role) * 4 for role in (1, 2, 3)}


def sealed(line: bytes) -> bytes:
    """With its check sum, as over a UART."""
    return line + b"*%04X" % (crc32(line) & 0xFFFF)


class Wire:
    """Both ways; `room`: bytes that the reader's side still takes, None for any number."""

    def __init__(self, checked: bool = False) -> None:
        self.checked = checked
        self.incoming: deque[int] = deque()
        self.outgoing = bytearray()
        self.room: int | None = None

    def read(self) -> int:
        return self.incoming.popleft() if self.incoming else -1

    def write(self, view: memoryview) -> int:
        n = len(view) if self.room is None else min(self.room, len(view))
        if self.room is not None:
            self.room -= n
        self.outgoing += view[:n]
        return n

    def lines(self) -> list[bytes]:
        """Whole lines that have come out, taken away."""
        *whole, rest = bytes(self.outgoing).split(b"\n")
        self.outgoing[:] = rest
        return whole


class Machine:
    """The reference machine, its link, and what a board would keep, in a folder."""

    def __init__(
        self, folder: Path, checked: bool = False, seed: int = 3, link: bool = True
    ) -> None:
        machine, mold = settings(load_machine(), load_molds(["hand_M"])[0])
        self.app = App(machine, mold)
        self.events: list[tuple[int, int, int]] = []
        self.twin = Twin(self.app, PlantParameters(), machine, mold, seed, sink=self._sink)
        self.wire = Wire(checked)
        if not (folder / "molds").exists():
            shutil.copy(host_sim.FIRMWARE / "machine.json", folder)
            shutil.copytree(host_sim.FIRMWARE / "molds", folder / "molds")
        self.kept = Kept(str(folder))
        load.forget = lambda: None  # a board's memory; here others need the modules
        self.ahead_ms = 0  # the clock of the link before that of the machine
        self.link = Link(self.app, self.wire, self, self.kept)
        if link:
            self.twin.attach(self.link.turn)
        self.number = 0

    def _sink(self, ring: Any, start: int, stop: int) -> None:
        self.events += [tuple(ring[at : at + 3]) for at in range(start, stop, 3)]

    def ticks_ms(self) -> int:
        return self.twin.now_us // 1000 + self.ahead_ms

    def since_ms(self, ticks: int) -> int:
        return self.ticks_ms() - ticks

    def identity(self) -> tuple[str, int]:
        return "e66164084373532b", 6

    def run(self, seconds: float) -> None:
        self.twin.run(self.twin.now_us + round(seconds * SECOND))

    def send(self, line: bytes) -> None:
        """Send a line, with a check sum where the wire has them."""
        self.wire.incoming.extend((sealed(line) if self.wire.checked else line) + b"\n")

    def answer(self, line: bytes, most_s: float = 2.0) -> dict[str, Any]:
        """Send a line, let the machine run until it is answered."""
        self.send(line)
        for _ in range(round(most_s * 1000)):
            self.run(0.001)
            lines = self.wire.lines()
            for each in lines:
                made = json.loads(each[:-5] if self.wire.checked else each)
                if "method" not in made:
                    return made
        raise AssertionError(f"no answer to {line!r}")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """A good request with the next number."""
        self.number += 1
        return self.answer(request(self.number, method, **params))

    def call(self, method: str, **params: Any) -> Any:
        """Its result; there must be one."""
        made = self.ask(method, **params)
        assert "result" in made, made
        return made["result"]

    def refused(self, method: str, **params: Any) -> tuple[int, Any]:
        """Code and data of its error; there must be one."""
        made = self.ask(method, **params)
        assert "error" in made, made
        return made["error"]["code"], made["error"]["data"]

    def login(self, role: int) -> None:
        self.run(2.1)
        assert self.call("login", role=role, pin=PINS[role]) == [role]


def request(number: Any, method: str, **params: Any) -> bytes:
    made: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "method": method}
    if params:
        made["params"] = params
    return json.dumps(made).encode()


def running(machine: Machine, role: int = 0) -> Machine:
    machine.twin.operator.start_up(1)
    machine.run(15)
    assert machine.app.unit.state == packml.EXECUTE
    if role:
        machine.login(role)
    return machine
