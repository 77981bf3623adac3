"""The board's HAL keeps its contract: on real MicroPython, on a stand-in of chip and wires."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from host_sim import FIRMWARE

HERE = Path(__file__).parent
MPY = HERE / "mpy"
SCRIPTS = ("hal_cases.py", "hal_cases_safe.py")
CASES = [
    (script, name.id)
    for script in SCRIPTS
    for node in ast.parse((MPY / script).read_text("utf-8")).body
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CASES"
    for name in getattr(node.value, "elts", ())
]


def run(micropython: Path, script: Path, *words: str) -> str:
    done = subprocess.run(
        [micropython, "-X", "heapsize=16m", script, *words],
        env={"MICROPYPATH": f"{MPY}:{FIRMWARE}:{MPY / 'overlay'}:.frozen"},
        cwd=FIRMWARE.parent, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("script", "case"), CASES, ids=[case for _, case in CASES])
def test_the_hal_keeps_its_contract(script: str, case: str, micropython: Path) -> None:
    assert run(micropython, MPY / script, case) == "kept\n"


def test_the_controller_welds_through_it_and_overload_ends_a_shot(micropython: Path) -> None:
    said = run(micropython, MPY / "hal_stroke.py")
    assert said == "2 shots of 503 ms, takt 2000 ms, the third dropped by overload\n"


def test_there_are_cases() -> None:
    assert len(CASES) > 15
