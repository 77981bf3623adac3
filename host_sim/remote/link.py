"""Byte streams to a controller: the pipes of a subprocess, or a serial port."""

import os
import select
from array import array
from typing import Any, Protocol

from host_sim.errors import TargetError

Words = array  # of "i": what a frame or a block consists of


class SilentError(Exception):
    """Nothing came in time; what had come of a frame by then is lost."""


class ClosedError(Exception):
    """The other side has gone."""


class Link(Protocol):
    """Both ways at once; `receive` fills its buffer or raises SilentError or ClosedError."""

    def send(self, words: Words) -> None: ...

    def receive(self, into: memoryview) -> None: ...


class PipeLink:
    """Two file descriptors, which are the caller's to close.

    Args:
        incoming: readable; its end means that the other side has gone.
        outgoing: writable.
        patience_s: how long to wait for bytes that were asked for.
    """

    def __init__(self, incoming: int, outgoing: int, patience_s: float) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._patience_ms = round(patience_s * 1000)
        poll = select.poll()
        poll.register(incoming, select.POLLIN)
        self._poll = poll.poll

    def send(self, words: Words) -> None:
        """Write all of it.

        Raises:
            ClosedError: the other side has gone.
        """
        left = memoryview(words).cast("B")
        try:
            while left:
                left = left[os.write(self._outgoing, left) :]
        except OSError:
            raise ClosedError from None

    def receive(self, into: memoryview) -> None:
        """Fill `into`, a view of bytes.

        Raises:
            SilentError: nothing more has come in time.
            ClosedError: the other side has gone.
        """
        while into:
            if not self._poll(self._patience_ms):
                raise SilentError
            try:
                got = os.readv(self._incoming, (into,))
            except OSError:
                raise ClosedError from None
            if not got:
                raise ClosedError
            into = into[got:]


class SerialLink:
    """A serial port, by pyserial.

    Args:
        port: /dev/ttyACM0, COM3, a pty, or what else pyserial takes, URLs too.
        patience_s: how long to wait for bytes that were asked for.

    Raises:
        TargetError: pyserial is missing, or the port cannot be opened.
    """

    def __init__(self, port: str, patience_s: float) -> None:
        try:
            import serial  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise TargetError(
                f"--target board:{port}: pyserial is missing. Install it: "
                "`.venv/bin/pip install 'sonomask[board]'`."
            ) from None
        self._broken: type[Exception] = serial.SerialException
        try:
            # The baud rate has no meaning over USB.
            self._port: Any = serial.serial_for_url(
                port, 115200, timeout=patience_s, write_timeout=patience_s, exclusive=True
            )
        except (OSError, ValueError) as error:
            raise TargetError(
                f"--target board:{port}: cannot be opened: {error}. Check the name and the cable, "
                "and that no other program uses the port."
            ) from None
        self._port.reset_input_buffer()

    def send(self, words: Words) -> None:
        """Write all of it.

        Raises:
            ClosedError: the port has gone.
        """
        try:
            self._port.write(words.tobytes())
        except (OSError, self._broken):
            raise ClosedError from None

    def receive(self, into: memoryview) -> None:
        """Fill `into`, a view of bytes.

        Raises:
            SilentError: nothing more has come in time.
            ClosedError: the port has gone.
        """
        try:
            got = self._port.read(len(into))
        except (OSError, self._broken):
            raise ClosedError from None
        if len(got) < len(into):
            raise SilentError
        into[:] = got

    def close(self) -> None:
        """Close the port; harmless when done again."""
        self._port.close()
