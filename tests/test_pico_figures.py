"""Heap and times of the board's own tree on an emulated Pico: lower bounds of a real one.

Printed with `pytest -s`; held to the budgets of the design.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pico import flash, lane
from pico.chip import Pico
from pico.machine import Machine

import host_sim
from controller import signals
from host_sim.board.shorten import words
from host_sim.board.tree import build

pytestmark = pytest.mark.pico

MAIN = Path(__file__).parent / "pico" / "board" / "main_figures.py"
FREE_LEAST = 100_000  # bytes of heap, with the machine built
FULLEST_LEAST = 40_000  # and while it is built
COLLECT_MOST_US = 30_000
TURN_MOST_US = 8_000  # the machine's budget for a late scan


def test_heap_and_turns(tmp_path: Path) -> None:
    image = lane.image()
    build(tmp_path / "tree", keep=set(words(MAIN.read_text("utf-8"))))
    files = flash.tree(tmp_path / "tree") | {"main.py": MAIN.read_bytes()}
    pico = Pico(image, (flash.littlefs(files),))
    machine = Machine(pico, host_sim.FIRMWARE, "foot_L")
    assert pico.until(lambda: bool(machine.do & signals.LIGHT_RED), 12_000), pico.said
    pico.run(100)
    begin = len(machine.pins.chain.exchanges)
    pico.run(500)
    pico.send(b"\r")
    pico.until(lambda: "collect_us" in pico.said, 500)
    pairs = [line.split() for line in pico.said.splitlines() if line[:1].isalpha()]
    found = {row[0]: int(row[1]) for row in pairs if len(row) > 1 and row[1].isdigit()}
    gaps = [(b - a) // 1000 for a, b in pairwise(machine.pins.chain.exchanges[begin:])]
    print(found, "turns", len(gaps), "mean us", sum(gaps) // len(gaps), "most", max(gaps))
    assert found["fullest"] >= FULLEST_LEAST
    assert found["running"] >= FREE_LEAST and found["collect_us"] <= COLLECT_MOST_US
    assert max(gaps) <= TURN_MOST_US
