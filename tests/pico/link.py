"""The link of the emulated board, over its USB: ask, and get what it answers."""

from __future__ import annotations

import json
from typing import Any

from controller import events
from pico.chip import Pico

_MOST = 16  # events in an answer


def ask(pico: Pico, method: str, ms: int = 2000, **params: int | str) -> Any:
    """Result of a method, or its error.

    Raises:
        TimeoutError: when no answer comes within `ms` of the chip's time.
    """
    # A command's number is above that of the last one.
    number = 1000 + pico.now_ns // 1_000_000
    made = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    pico.send(json.dumps(made).encode() + b"\n")
    mark = f'"id": {number}'
    if not pico.until(lambda: any(mark in line for line in lines(pico)), ms):
        raise TimeoutError(f"{method}: {pico.said}")
    answer = json.loads(next(line for line in lines(pico) if mark in line))
    return answer.get("result", answer.get("error"))


def lines(pico: Pico) -> list[str]:
    """What it has said, in whole lines."""
    return pico.said.split("\n")[:-1]


def shots_us(pico: Pico, count: int) -> list[int]:
    """How long the last welds were on, as the board's own journal has it, oldest first."""
    last = at = ask(pico, "journal", **{"from": 1 << 29, "most": 1})[0]
    found: list[int] = []
    while len(found) < count and at > 0 and last - at < 40 * _MOST:
        at = max(0, at - _MOST)
        rows = ask(pico, "journal", **{"from": at, "most": _MOST})[2]
        found = [value for _, what, value in rows if what == events.WELD_US] + found
    return found[-count:]
