"""The yardstick models the reference machine, so that being compared with it means something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import fmean, stdev

import pytest

from tests.benchmark import yardstick

ROOT = Path(__file__).parent.parent
BUDGET_MS = {
    "index": 387,  # with trim: 412
    "trim": 25,
    "settle": 45,
    "lower": 212,
    "trigger": 80,
    "weld": 431,
    "hold": 131,
    "raise": 119,
    "service": 12,
}


@pytest.fixture(scope="module")
def hour() -> yardstick.Figures:
    return yardstick.run(1.0, seed=7)


def test_the_yardstick_keeps_the_cycle_budget(hour: yardstick.Figures) -> None:
    assert fmean(hour.strokes) / 1000 == pytest.approx(1446, rel=0.01)
    assert stdev(hour.strokes) / 1000 == pytest.approx(47, rel=0.15)
    for name, budget_ms in BUDGET_MS.items():
        assert fmean(hour.stages[name]) / 1000 == pytest.approx(budget_ms, rel=0.03), name


def test_the_yardstick_holds_the_grid_and_counts_its_pieces(hour: yardstick.Figures) -> None:
    assert len(hour.strokes) == 1800
    assert hour.lost == 0
    assert 0 < len(hour.strokes) - sum(hour.counts) <= 3  # on the web and on the belt
    assert 35 < hour.events / len(hour.strokes) < 60


def test_the_yardstick_repeats_itself(hour: yardstick.Figures) -> None:
    assert yardstick.run(1.0, seed=7) == hour
    assert yardstick.run(1.0, seed=8) != hour


@pytest.mark.slow
def test_the_benchmark_prints_its_figures(micropython: Path) -> None:
    command = ["-m", "tests.benchmark.run", "--hours", "0.1", "--rounds", "1", "--json"]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result.pop("mpy")["times_real_time"] >= 100
    assert set(result["models"]) == {"host", "yardstick"}
    assert result["ratio"] > 0
    for figures in result["models"].values():
        assert figures["strokes"] == pytest.approx(180, abs=5)
        assert 30 < figures["events_per_stroke"] < 90
