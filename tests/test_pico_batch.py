"""The board's own tree, on an emulated Pico wired to the simulated machine, welds a batch.

From power-up on: boot.py and main.py in the flash, the relay's reset, the buttons, strokes, stop.
Everything is seen from outside, at pins, at the stack light and over the link. One run for all
tests here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from pico import flash, lane, link
from pico.chip import Pico
from pico.fork import in_a_copy
from pico.machine import Machine
from pico.operator import Operator

import host_sim
from controller import packml, signals
from host_sim.board.tree import build

pytestmark = pytest.mark.pico

MOLD = "hand_M"
PIECES = 2  # past the eye; by then four are welded, and a fifth is begun
RED_MS = 12_000
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
    recorded_us: list[int]  # how long the gate was on in each, by the board's journal
    counted: list[int]  # pieces, by verdict


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
    pico.until(lambda: bool(machine.do & signals.LIGHT_RED), RED_MS)
    before = [do for _, do in machine.do_log]
    started = operator.start_up(STARTED_MS)
    ends: dict[str, tuple[str, str]] = {}
    if started and pico.until(lambda: machine.gate.on, MOST_MS):
        pico.run(100)
        ends = {way.__name__: in_a_copy(lambda way=way: way(machine)) for way in WAYS}
        pico.until(lambda: machine.plant.pieces.passed >= PIECES, MOST_MS)
    operator.press("STOP")
    pico.until(lambda: operator.state() == packml.STOPPED, 5000)
    stopped = operator.state()
    recorded = link.shots_us(pico, len(machine.gate.shots))
    counted = link.ask(pico, "counters")[2:5]
    ends["at_rest"] = in_a_copy(lambda: ctrl_c_at_rest(machine))
    return Batch(machine, started, before, stopped, ends, recorded, counted)


# What may come in the midst of a weld. Each in a copy of the chip; they say how long it went on.


def overload(machine: Machine) -> str:
    at = machine.pico.now_ns
    machine.overload()
    machine.pico.run(50)
    # The stroke is brought to its end, without sonics.
    assert not machine.gate.on and machine.do & (signals.SONICS_ENABLE | signals.FEED_ENABLE) == 0
    assert machine.do & signals.LIGHT_RED
    return str(machine.gate.shots[-1].end_ns - at)


def safety_chain(machine: Machine) -> str:
    at = machine.pico.now_ns
    machine.estop()
    machine.pico.run(50)
    assert not machine.gate.on and machine.do & MOVING == 0
    return str(machine.gate.shots[-1].end_ns - at)


def ctrl_c(machine: Machine) -> str:
    """Nobody hears it; what is asked for behind it is answered after the weld."""
    pico = machine.pico
    at = pico.now_ns
    pico.send(b"\x03")
    state = link.ask(pico, "status")[1]
    assert not machine.gate.on and state == packml.EXECUTE
    assert ">>>" not in pico.said and machine.do & signals.LIGHT_GREEN
    return str(machine.gate.shots[-1].end_ns - at)


def ctrl_c_at_rest(machine: Machine) -> str:
    pico = machine.pico
    pico.send(b"\x03")
    assert pico.until(lambda: not machine.do, 100), "it goes on"
    assert pico.until(lambda: ">>> " in pico.said, 2000), pico.said
    assert machine.pins.all_off()
    return ""


def processor_hangs(machine: Machine) -> str:
    pico = machine.pico
    at = pico.now_ns
    pico.stall(WATCHDOG_MS * 1_000_000)
    assert pico.resets == 1 and machine.pins.all_off()
    # The gate did not wait for the watchdog: it has a maximum of its own.
    assert machine.gate.shots[-1].width_us <= 1500 * machine.mold["weld.time_ms"]
    return str(machine.gate.shots[-1].end_ns - at)


WAYS = (overload, safety_chain, ctrl_c, processor_hangs)
WITHIN_NS = {"overload": 1000, "safety_chain": 5_000_000}


@pytest.mark.parametrize("way", ["overload", "safety_chain", "processor_hangs"])
def test_a_weld_is_dropped_and_everything_is_off(batch: Batch, way: str) -> None:
    after_ns, wrong = batch.ends[way]
    assert not wrong, wrong
    assert 0 < int(after_ns) <= WITHIN_NS.get(way, 1_000_000_000)


def test_ctrl_c_is_not_heard_in_production(batch: Batch) -> None:
    after_ns, wrong = batch.ends["ctrl_c"]
    assert not wrong, wrong
    width_us = int(after_ns) / 1000 + 100_000
    # It is one of those that the batch has, as long as there.
    assert any(abs(width_us - shot.width_us) < 2_000 for shot in batch.machine.gate.shots)


def test_ctrl_c_gives_the_repl_at_rest(batch: Batch) -> None:
    _, wrong = batch.ends["at_rest"]
    assert not wrong, wrong


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
    # Counted is behind the reject gate, half a metre behind the eye.
    good, suspect, reject = batch.counted
    assert 1 <= good <= pieces.passed and not suspect and not reject


def test_the_board_knows_how_long_each_weld_was_on(batch: Batch) -> None:
    measured = [shot.width_us for shot in batch.machine.gate.shots]
    assert len(batch.recorded_us) == len(measured) > 3
    for one, other in zip(batch.recorded_us, measured, strict=True):
        assert abs(one - other) < 1, (batch.recorded_us, measured)


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
