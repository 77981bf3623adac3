"""The board's own tree, on an emulated Pico wired to the simulated machine, welds a batch.

From power-up on: boot.py and main.py in the flash, the relay's reset, the buttons, five strokes,
stop. Everything is seen from outside, at pins and at the stack light. One run for all tests here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from pico import flash, lane
from pico.chip import Pico
from pico.fork import in_a_copy
from pico.machine import Machine
from pico.operator import Operator

import host_sim
from controller import packml, signals
from host_sim.board.tree import build

pytestmark = pytest.mark.pico

MOLD = "hand_M"
PIECES = 3  # past the eye; by then five are welded
STARTED_MS = 30_000
MOST_MS = 30_000
WATCHDOG_MS = 2_100  # io.json has 2000
MOVING = signals.SONICS_ENABLE | signals.FEED_ENABLE | signals.BELT_RUN | signals.PRESS_DOWN
FULL_SCALE_W = 2600  # machine.json
LATE_US = 300  # of the interrupt that takes a sample and ends a weld


@dataclass
class Batch:
    """What is left of the run."""

    machine: Machine
    started: bool
    before_start: list[int]  # output words until the first button was pressed
    stopped: int  # PackML state, by the light
    ends: dict[str, tuple[str, str]]  # how a weld ended in copies of the chip; their faults
    red_ms: int  # from power-up to the first scan


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    image = lane.image()
    folder: Path = tmp_path_factory.mktemp("board") / "tree"
    build(folder)
    files = {
        path: data
        for path, data in flash.tree(folder).items()
        if not path.startswith("molds/") or path == f"molds/{MOLD}.json"
    }
    pico = Pico(image, (flash.littlefs(files),))
    machine = Machine(pico, host_sim.FIRMWARE, MOLD)
    operator = Operator(machine)
    pico.until(lambda: bool(machine.do & signals.LIGHT_RED), 6000)
    before = [do for _, do in machine.do_log]
    red_ms = pico.now_ns // 1_000_000
    started = operator.start_up(STARTED_MS)
    ends: dict[str, tuple[str, str]] = {}
    if started and pico.until(lambda: machine.gate.on, MOST_MS):
        pico.run(100)
        ends = {way.__name__: in_a_copy(lambda way=way: way(machine)) for way in WAYS}
        pico.until(lambda: machine.plant.pieces.passed >= PIECES, MOST_MS)
    operator.press("STOP")
    pico.until(lambda: operator.state() == packml.STOPPED, 5000)
    return Batch(machine, started, before, operator.state(), ends, red_ms)


# What may come in the midst of a weld. Each in a copy of the chip; they say how long it went on.


def overload(machine: Machine) -> str:
    at = machine.pico.now_ns
    machine.overload()
    machine.pico.run(50)
    assert not machine.gate.on and machine.do & MOVING == 0
    return str(machine.gate.shots[-1].end_ns - at)


def safety_chain(machine: Machine) -> str:
    at = machine.pico.now_ns
    machine.estop()
    machine.pico.run(50)
    assert not machine.gate.on and machine.do & MOVING == 0
    return str(machine.gate.shots[-1].end_ns - at)


def ctrl_c(machine: Machine) -> str:
    pico = machine.pico
    at = pico.now_ns
    pico.send(b"\x03")
    assert pico.until(lambda: not machine.gate.on, 100), "the weld goes on"
    pico.send(b"\r\n")
    assert pico.until(lambda: ">>> " in pico.said, 1000), pico.said
    assert machine.pins.all_off() and "ended production" in pico.said, pico.said
    return str(machine.gate.shots[-1].end_ns - at)


def processor_hangs(machine: Machine) -> str:
    pico = machine.pico
    at = pico.now_ns
    pico.stall(WATCHDOG_MS * 1_000_000)
    assert pico.resets == 1 and machine.pins.all_off()
    # The gate did not wait for the watchdog: it has a maximum of its own.
    assert machine.gate.shots[-1].width_us <= 1500 * machine.mold["weld.time_ms"]
    pico.until(lambda: bool(machine.do), 6000)
    assert machine.do & ~(signals.LIGHT_RED | signals.BUZZER) == 0
    return str(machine.gate.shots[-1].end_ns - at)


WAYS = (overload, safety_chain, ctrl_c, processor_hangs)
WITHIN_NS = {"overload": 1000, "safety_chain": 5_000_000, "ctrl_c": 5_000_000}


@pytest.mark.parametrize("way", [way.__name__ for way in WAYS])
def test_a_weld_is_dropped_and_everything_is_off(batch: Batch, way: str) -> None:
    after_ns, wrong = batch.ends[way]
    assert not wrong, wrong
    assert 0 < int(after_ns) <= WITHIN_NS.get(way, 1_000_000_000)


def test_it_comes_up_with_everything_off_but_the_light(batch: Batch) -> None:
    lights = signals.LIGHT_RED | signals.BUZZER
    assert batch.before_start[-1] & signals.LIGHT_RED
    assert not [do for do in batch.before_start if do & ~lights], batch.machine.pico.said


def test_the_panel_leads_it_to_production(batch: Batch) -> None:
    assert batch.started, batch.machine.pico.said
    assert batch.machine.pico.resets == 0


def test_every_piece_is_welded_on_the_web_and_counted(batch: Batch) -> None:
    pieces = batch.machine.plant.pieces
    assert pieces.passed >= PIECES and pieces.conserved
    assert pieces.made == len(batch.machine.gate.shots)
    assert all(shot.on_web for shot in batch.machine.gate.shots)


def test_a_weld_ends_in_the_millisecond_in_which_its_energy_is_there(batch: Batch) -> None:
    gate, joules = batch.machine.gate, batch.machine.mold["weld.energy_j"]
    for shot, samples in zip(gate.shots, gate.measured(), strict=True):
        # A sample of `raw` counts for a millisecond of so many watts.
        millijoules = [raw * FULL_SCALE_W // 4096 for raw in samples]
        assert sum(millijoules[:-1]) < 1000 * joules + FULL_SCALE_W
        assert sum(millijoules) > 1000 * joules - FULL_SCALE_W
        assert 0 < shot.width_us - 1000 * len(samples) < LATE_US


def test_the_feed_makes_every_step_of_the_pitch(batch: Batch) -> None:
    pitch = batch.machine.mold["pitch_um"] // 50
    indexes = [len(move) for move in batch.machine.web.moves if len(move) > pitch // 2]
    assert indexes[-4:] == [pitch] * 4
    assert batch.machine.web.unwanted == 0


def test_strokes_come_at_their_takt(batch: Batch) -> None:
    pitch = batch.machine.mold["pitch_um"] // 50
    begins = [move[0] for move in batch.machine.web.moves if len(move) == pitch]
    takts = [(two - one) / 1e6 for one, two in pairwise(begins)]
    assert len(takts) >= 3 and all(abs(takt - 2000) < 20 for takt in takts), takts


def test_sonics_never_without_permission(batch: Batch) -> None:
    assert batch.machine.gate.unwanted == 0


def test_stop_ends_it(batch: Batch) -> None:
    assert batch.stopped == packml.STOPPED, batch.machine.pico.said
    assert not batch.machine.do & MOVING and not batch.machine.gate.on
