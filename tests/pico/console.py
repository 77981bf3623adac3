"""The raw REPL of the emulated board: send a program, get what it prints."""

from __future__ import annotations

from pico.chip import Pico

_PROMPT = "raw REPL; CTRL-B to exit\r\n>"


def prompt(pico: Pico, ms: int = 3000) -> None:
    """Wait for the raw REPL. What runs is interrupted.

    Raises:
        TimeoutError: when it does not come.
    """
    pico.said = ""
    for _ in range(ms // 100):
        pico.send(b"\r\x03\x01")
        if pico.until(lambda: pico.said.endswith(_PROMPT), 100):
            return
    raise TimeoutError(pico.said)


def run(pico: Pico, program: str, ms: int) -> tuple[str, str]:
    """What it prints, and its traceback.

    Raises:
        TimeoutError: when it is not over after `ms` of the chip's time.
    """
    pico.said = ""
    pico.send(program.encode() + b"\x04")
    if not pico.until(lambda: pico.said.count("\x04") == 2, ms):
        raise TimeoutError(f"not over after {ms} ms: {pico.said}")
    said, wrong, _ = pico.said.removeprefix("OK").split("\x04")
    return said.replace("\r\n", "\n"), wrong.replace("\r\n", "\n")
