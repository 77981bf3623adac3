"""Whenever the power goes, on a real littlefs: every record reads old or new, and never a mix.

The campaign (mpy/power_cuts.py) runs on MicroPython, against a flash in RAM that dies at a chosen
erase or program, clean or torn. Each write is done once undisturbed and then cut at every moment
of it; every seventh time the recovery from the cut is cut at every moment, too.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from host_sim import FIRMWARE

SCRIPT = Path(__file__).parent / "mpy" / "power_cuts.py"
# part, writes of each kind and cost that are cut, least number of cuts
PARTS = (("records", 5, 650), ("histories", 6, 500), ("journals", 16, 500), ("full", 1, 350))
RESERVE = 4


def campaign(micropython: Path, part: str, limit: int, alter: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [micropython, "-X", "heapsize=8M", SCRIPT, part, str(limit), str(RESERVE), alter],
        env=os.environ | {"MICROPYPATH": f"{FIRMWARE}:.frozen"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return json.loads(done.stdout)


def test_the_parts_make_two_thousand() -> None:
    assert sum(least for _, _, least in PARTS) >= 2000


@pytest.mark.parametrize(("part", "limit", "least"), PARTS)
def test_old_or_new_after_every_cut(micropython: Path, part: str, limit: int, least: int) -> None:
    result = campaign(micropython, part, limit)
    assert result["faults"] == []
    assert result["cuts"] >= least
    assert result["again"] > 0
    # A cut late in a write leaves the new one: both answers must have been seen.
    assert 0 < result["new"] < result["cuts"]
    if part == "full":
        assert 50 < result["refused"] < result["writes"]


@pytest.mark.parametrize("alter", ["in place", "newest first"])
def test_the_campaign_finds_a_store_that_is_worse(micropython: Path, alter: str) -> None:
    assert campaign(micropython, "records", 1, alter)["faulty"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("part", [part for part, _, _ in PARTS])
def test_every_write_of_the_campaign_cut(micropython: Path, part: str) -> None:
    result = campaign(micropython, part, 1000)
    assert result["faults"] == []
    assert result["cuts"] > 1000
