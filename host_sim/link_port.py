"""Streams to a link: a serial port, or a simulated machine that runs in this process."""

import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from controller.app import App
from host_sim import FIRMWARE
from host_sim.errors import TargetError
from host_sim.link_client import PATIENCE_S, Stream
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin
from link.link import Link
from start import load
from start.kept import Kept

SIM = "sim"
_BAUD = 115200  # of a UART; over USB it has no meaning


@contextmanager
def stream(port: str) -> Iterator[Stream]:
    """The stream to a port of pyserial, or to a simulated machine in production.

    Raises:
        TargetError: pyserial is missing, or the port cannot be opened, or goes away.
    """
    if port == SIM:
        with tempfile.TemporaryDirectory() as folder:
            yield SimulatedLink(Path(folder))
        return
    try:
        import serial  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise TargetError(
            f"{port}: pyserial is missing. Install it: `.venv/bin/pip install 'sonomask[board]'`."
        ) from None
    try:
        with serial.serial_for_url(
            port, _BAUD, timeout=PATIENCE_S, write_timeout=PATIENCE_S, exclusive=True
        ) as opened:
            opened.reset_input_buffer()
            yield opened
    except (OSError, ValueError) as error:
        raise TargetError(
            f"{port}: cannot be opened or has gone: {error}. Check the name and the cable, and "
            "that no other program uses the port."
        ) from None


class SimulatedLink:
    """The reference machine with hand_M, twenty seconds after power-up; time passes while an
    answer is waited for. It is the board, the port and the stream."""

    checked = False

    def __init__(self, folder: Path) -> None:
        machine, mold = settings(load_machine(), load_molds(["hand_M"])[0])
        app = App(machine, mold)
        self.twin = Twin(app, PlantParameters(), machine, mold, 1)
        shutil.copy(FIRMWARE / "machine.json", folder)
        shutil.copytree(FIRMWARE / "molds", folder / "molds")
        load.forget = _nothing  # it gives a board's memory back
        self.link = Link(app, self, self, Kept(str(folder)))
        self.twin.attach(self.link.turn)
        self.twin.operator.start_up(1)
        self._incoming: deque[int] = deque()
        self._outgoing = bytearray()
        self.twin.run(20_000_000)

    def read(self, *_: object) -> int:
        """Port: the next byte for the link, or -1."""
        return self._incoming.popleft() if self._incoming else -1

    def write(self, data: bytes | memoryview) -> int:
        """Port and stream: bytes from the link are views, those to it are bytes."""
        if isinstance(data, memoryview):
            self._outgoing += data
        else:
            self._incoming.extend(data)
        return len(data)

    def readline(self) -> bytes:
        """Stream: let time pass until a line has come."""
        until_us = self.twin.now_us + round(PATIENCE_S * 1e6)
        while b"\n" not in self._outgoing and self.twin.now_us < until_us:
            self.twin.run(self.twin.now_us + 1000)
        line, end, rest = bytes(self._outgoing).partition(b"\n")
        self._outgoing[:] = rest
        return line + end

    def ticks_ms(self) -> int:
        """Board: ms since power-up."""
        return self.twin.now_us // 1000

    def since_ms(self, ticks: int) -> int:
        """Board: ms since then."""
        return self.ticks_ms() - ticks

    def identity(self) -> tuple[str, int]:
        """Board: serial number and version of .mpy files."""
        return SIM, 0


def _nothing() -> None:
    pass
