"""The board's HAL keeps its contract: on real MicroPython, on a stand-in of chip and wires."""

from __future__ import annotations

import ast
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from host_sim import FIRMWARE

HERE = Path(__file__).parent
MPY = HERE / "mpy"


def cases(script: str) -> list[str]:
    return [
        name.id
        for node in ast.parse((MPY / script).read_text("utf-8")).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CASES"
        for name in getattr(node.value, "elts", ())
    ]


SCRIPTS = ("hal_cases.py", "hal_cases_weld.py", "hal_cases_safe.py")
CASES = [(script, case) for script in SCRIPTS for case in cases(script)]
HANGS = "a_scan_that_hangs_is_ended_by_the_watchdog"
AFTER = "what_the_watchdog_ended_is_known_after_the_reset"
STARTS = [case for case in cases("boot_on_chip.py") if case not in (HANGS, AFTER)]


def run(micropython: Path, script: Path, *words: str | Path, status: int = 0) -> str:
    done = subprocess.run(
        [micropython, "-X", "heapsize=16m", script, *words],
        env={"MICROPYPATH": f"{MPY}:{FIRMWARE}:{MPY / 'overlay'}:.frozen"},
        cwd=FIRMWARE.parent, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("script", "case"), CASES, ids=[case for _, case in CASES])
def test_the_hal_keeps_its_contract(script: str, case: str, micropython: Path) -> None:
    assert run(micropython, MPY / script, case) == "kept\n"


def test_the_controller_welds_through_it_and_overload_ends_a_shot(micropython: Path) -> None:
    said = run(micropython, MPY / "hal_stroke.py")
    assert said == "2 shots of 503 ms, takt 2000 ms, the third dropped by overload\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The board's data files."""
    for file in ("machine.json", "io.json"):
        shutil.copy(FIRMWARE / file, tmp_path)
    shutil.copytree(FIRMWARE / "molds", tmp_path / "molds")
    return tmp_path


@pytest.mark.parametrize("case", STARTS)
def test_boot_and_main_leave_the_chip_off(case: str, micropython: Path, files: Path) -> None:
    assert run(micropython, MPY / "boot_on_chip.py", files, case).endswith("kept\n")


def test_a_watchdog_reset_is_kept_as_a_crash(micropython: Path, files: Path) -> None:
    said = run(micropython, MPY / "boot_on_chip.py", files, HANGS, status=-signal.SIGKILL)
    assert said == "hangs 300\n"
    assert run(micropython, MPY / "boot_on_chip.py", files, AFTER).endswith("kept\n")


def test_there_are_cases() -> None:
    assert len(CASES) > 15 and len(STARTS) > 3
