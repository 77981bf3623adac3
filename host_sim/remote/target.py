"""Targets: which interpreter runs the controller. host, mpy or board:PORT."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from controller.app import App
from host_sim import FIRMWARE
from host_sim.errors import InputError, TargetError
from host_sim.remote.cores import one_core
from host_sim.remote.link import ClosedError, Link, PipeLink, SerialLink
from host_sim.remote.proxy import RemoteApp
from host_sim.remote.session import Session

HOST = "host"
MPY = "mpy"
BOARD = "board:"
HEAP = "192wK"  # as many blocks as a 32-bit board has in 192 KB
PATIENCE_S = 5.0  # longer than any request takes


def check_target(target: str, place: str = "--target") -> str:
    """The target, if it is one.

    Raises:
        InputError: it is none.
    """
    if target in (HOST, MPY) or (target.startswith(BOARD) and len(target) > len(BOARD)):
        return target
    raise InputError(
        f"{place}: {target!r} is no target. Write host, mpy or board:PORT, as board:/dev/ttyACM0."
    )


def alone(target: str) -> bool:
    """Whether only one run at a time can have it."""
    return target.startswith(BOARD)


@contextmanager
def controller(
    target: str, app: App, machine: dict[str, Any], mold: dict[str, Any]
) -> Iterator[App | RemoteApp]:
    """The controller that runs the machine: `app` itself on the host, else its like elsewhere.

    Raises:
        TargetError: the interpreter is missing, does not answer, or crashes meanwhile.
    """
    if target == HOST:
        yield app
    elif target == MPY:
        with micropython() as link:
            yield RemoteApp(Session(link, "--target mpy"), machine, mold)
    else:
        link = SerialLink(target.removeprefix(BOARD), PATIENCE_S)
        try:
            yield RemoteApp(Session(link, f"--target {target}"), machine, mold)
        except ClosedError:
            raise TargetError(f"--target {target}: the port has gone. Plug it in again.") from None
        finally:
            link.close()


@contextmanager
def micropython(
    tree: Path = FIRMWARE, heap: str = HEAP, patience_s: float = PATIENCE_S
) -> Iterator[Link]:
    """A link to a MicroPython of its own, which runs hal.remote.main from `tree`.

    Both processes share one core meanwhile.

    Raises:
        TargetError: it is missing, or ends before it was asked to; with its last words.
    """
    command = [find(), "-X", f"heapsize={heap}", "-m", "hal.remote.main"]
    environment = os.environ | {"MICROPYPATH": f"{tree}:.frozen"}
    with one_core(), tempfile.TemporaryFile() as words:
        try:
            process = subprocess.Popen(
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                env=environment,
            )
        except OSError as error:
            raise TargetError(f"--target mpy: {command[0]}: {error.strerror}.") from None
        assert process.stdin is not None and process.stdout is not None
        with process.stdin as outgoing, process.stdout as incoming:
            try:
                yield PipeLink(incoming.fileno(), outgoing.fileno(), patience_s)
            except ClosedError:
                raise TargetError(_last_words(process, words)) from None
            finally:
                process.kill()
                process.wait()


def find() -> str:
    """The MicroPython of this environment, else of the PATH.

    Raises:
        TargetError: there is none.
    """
    beside = Path(sys.executable).with_name("micropython")
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if not found:
        raise TargetError(
            "--target mpy: no `micropython` in .venv/bin or on the PATH. Run `make setup`; where "
            "PyPI has no wheel, build ports/unix of MicroPython 1.28 or newer."
        )
    return found


def _last_words(process: subprocess.Popen[bytes], words: IO[bytes]) -> str:
    """Why it has ended, in its own words where it left some."""
    try:
        status = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "--target mpy: MicroPython has closed its pipes."
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
    words.seek(0)
    said = words.read().decode(errors="replace").strip()
    return f"--target mpy: MicroPython has ended in the middle of the run, with {how}." + (
        f"\n{said}" if said else " It left no traceback."
    )
