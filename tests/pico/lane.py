"""Whether there is a Pico to test on, and what tests say where there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "PICO_IMAGE"
HOW = f"{VARIABLE}=/path/to/RPI_PICO-….uf2 make test-pico"


def image() -> Path:
    """The MicroPython image; skips the test without one."""
    given = os.environ.get(VARIABLE)
    if not given:
        pytest.skip(f"NOT TESTED on an emulated Pico: no image given. Run: {HOW}")
    path = Path(given)
    if not path.is_file():
        pytest.fail(f"{VARIABLE}={given}: there is no such file. Run: {HOW}")
    for package in ("rp2040py", "littlefs"):
        pytest.importorskip(
            package, reason=f"NOT TESTED on an emulated Pico: {package} is missing. Run: {HOW}"
        )
    return path
