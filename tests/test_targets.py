"""The same scenario and seed give the same trace, whoever runs the controller."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import time
import tty
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from remote_rig import machine, task, trace
from web_rig import two_up

from controller import alarm_codes, events, image
from controller.app import App
from host_sim import FIRMWARE
from host_sim.errors import InputError, TargetError
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.remote import target as targets
from host_sim.remote.cores import one_core
from host_sim.remote.target import check_target
from host_sim.run import run
from host_sim.trace_diff import difference
from tools.cli import main

MOLDS = (
    "kids_hand", "hand_S", "hand_M", "hand_L", "kids_foot", "foot_S", "foot_M", "foot_L",
)  # fmt: skip
RING = 2**30

SECOND = 1_000_000  # µs

# name: mold, what the board's clock shows at power-up, faults: name, start in s, length in s, size
SCENARIOS = {
    **{mold: (mold, 0) for mold in MOLDS},
    "estop in a weld": ("foot_L", 0, ("estop", 11.1, 3)),
    "guard": ("hand_S", 0, ("guard_open", 9.4, 4)),
    "overload": ("foot_M", 0, ("overload", 8.3, 0)),
    "marks, dirt": ("kids_foot", 0, ("mark_missing", 5, 0, 4), ("eye_dirty", 25, 9, 50)),
    "belt": ("hand_M", 0, ("belt_jam", 8, 6), ("piece_taken", 35, 0)),
    "mold pulled": ("foot_S", 0, ("mold_pulled", 9.1, 2)),
    "press": ("hand_L", 0, ("trigger_missing", 6, 4), ("press_stuck", 30, 3)),
    "web, air": ("kids_hand", 0, ("low_air", 5, 9, 1.2), ("web_break", 20, 5)),
    "rolls, line": ("hand_M", 0, ("roll_low", 8, 1), ("upstream_starved", 14, 5)),
    "dancer, waste": ("foot_L", 0, ("dancer_stuck_low", 7, 4), ("waste_break", 25, 2)),
    "slip, marks": ("hand_S", 0, ("web_slip", 8, 0, 10), ("mark_contrast", 24, 7, 10)),
    "the clock goes round": ("foot_L", RING - 20 * SECOND),
    "the clock goes round at an E-stop": ("foot_L", RING - 17 * SECOND, ("estop", 11.1, 3)),
    "the clock is at its half": ("hand_M", RING // 2 - 21 * SECOND),
}


def same(mold: str, left: np.ndarray, right: np.ndarray, name: str = "mpy") -> None:
    sequences = App(*settings(load_machine(), load_molds([mold])[0])).sequences
    found = difference(left, right, ("host", name), sequences)
    assert found is None, f"\n{found}"
    assert left.tobytes() == right.tobytes()


def faults(rows: tuple) -> tuple[Fault, ...]:
    return tuple(
        Fault(name, round(start_s * SECOND), length_s * SECOND, *size)
        for name, start_s, length_s, *size in rows
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_micropython_gives_the_trace_of_the_host(name: str, micropython: Path) -> None:
    mold, origin, *rows = SCENARIOS[name]
    host, mpy = (
        trace(task(mold, 50, target, 7, *faults(tuple(rows))), origin)
        for target in ("host", "mpy")
    )
    same(mold, host, mpy)
    assert np.count_nonzero(host["what"] == events.WELD_END) > 10
    # What a scenario is called has happened, and production went on after it.
    alarms = host["value"][host["what"] == events.RAISED]
    assert len(set(alarms.tolist()) - {alarm_codes.POWER_UP}) > 0 or not rows
    assert host["t_us"][host["what"] == events.WELD_END][-1] > 50 * SECOND
    if name.startswith("estop"):
        assert image.END_STOP in host["value"][host["what"] == events.WELD_END]


def test_a_stepper_without_marks_gives_the_trace_of_the_host(micropython: Path) -> None:
    host, mpy = (
        trace(replace(task("foot_L", 50, target, 7, Fault("web_slip", 8 * SECOND, 0, 3)),
                      machine=two_up()))
        for target in ("host", "mpy")
    )  # fmt: skip
    assert host.tobytes() == mpy.tobytes()
    assert np.count_nonzero(host["what"] == events.WELD_END) > 10


@pytest.mark.parametrize(
    ("machine", "mold", "rows"),
    [
        ("pair_2up", "hand_L", (("part_missing", 9, 0, 1), ("overload", 25, 1))),
        ("pair_2up", "foot_L", (("piece_taken_right", 12, 0), ("web_slip", 30, 0, 3))),
        ("foot_3horn", "foot_M", (("horn_crack", 9, 4), ("estop", 20.4, 2))),
        ("foot_3horn", "kids_foot", (("frequency_drift", 8, 9, 100), ("stack_full", 24, 6))),
    ],
)
def test_every_machine_gives_the_trace_of_the_host(
    machine: str, mold: str, rows: tuple, micropython: Path
) -> None:
    files = {"machine": load_machine(machine), "mold": load_molds([mold], machine)[0]}
    host, mpy = (
        trace(replace(task("foot_L", 50, target, 7, *faults(rows)), **files))
        for target in ("host", "mpy")
    )
    sequences = App(*settings(files["machine"], files["mold"])).sequences
    found = difference(host, mpy, ("host", "mpy"), sequences)
    assert found is None, f"\n{found}"
    assert np.count_nonzero(host["what"] == events.WELD_END) > 15


def test_the_scenarios_are_as_many_as_promised() -> None:
    assert len(SCENARIOS) >= 12
    assert {mold.stem for mold in (FIRMWARE / "molds").glob("*.json")} <= set(SCENARIOS)


def test_micropython_runs_at_a_hundred_times_real_time(micropython: Path) -> None:
    seconds = 400
    began = time.perf_counter()
    run(task("hand_M", seconds, "mpy"))
    assert seconds / (time.perf_counter() - began) >= 100


def test_a_board_on_a_serial_port_gives_the_trace_of_the_host(micropython: Path) -> None:
    pytest.importorskip("serial", reason="NOT TESTED on a serial port: pip install pyserial")
    board, port = pty.openpty()
    tty.setraw(port)
    heap = ["-X", f"heapsize={targets.HEAP}"]
    process = subprocess.Popen(
        [micropython, *heap, "-m", "hal.remote.main"],
        stdin=board, stdout=board, env={"MICROPYPATH": f"{FIRMWARE}:.frozen"},
    )  # fmt: skip
    try:
        host = trace(task("hand_M", 20, "host"))
        # Twice: a board serves one run after the other.
        for _ in range(2):
            same("hand_M", host, trace(task("hand_M", 20, f"board:{os.ttyname(port)}")), "board")
    finally:
        process.kill()
        process.wait()
        os.close(board)
        os.close(port)


def sonomask(*arguments: str):
    return CliRunner().invoke(main, ["sim", "foot_L", "--no-picture", *arguments])


def test_the_command_line_takes_a_target_and_says_the_same(micropython: Path) -> None:
    short = ("--hours", "0.02", "--replications", "2", "--json")
    host, mpy = sonomask(*short), sonomask(*short, "--target", "mpy")
    assert host.exit_code == mpy.exit_code == 0, mpy.output
    assert json.loads(host.stdout) == json.loads(mpy.stdout)


@pytest.mark.parametrize("target", ["", "MPY", "board", "board:", "mpy:1", "pico"])
def test_what_is_no_target_is_refused(target: str) -> None:
    with pytest.raises(InputError, match=r"Write host, mpy or board:PORT"):
        check_target(target)
    if target:
        assert sonomask("--target", target).exit_code == 2


def test_a_missing_micropython_is_one_line_and_its_own_exit_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(targets.shutil, "which", lambda name: None)
    monkeypatch.setattr(targets.sys, "executable", "/nowhere/python")
    done = sonomask("--hours", "0.02", "--jobs", "1", "--target", "mpy")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "no `micropython`" in done.stderr
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_not_there_is_one_line_and_its_own_exit_status() -> None:
    pytest.importorskip("serial", reason="NOT TESTED on a serial port: pip install pyserial")
    done = sonomask("--hours", "0.02", "--target", "board:/dev/nothing-there")
    assert done.exit_code == 3
    assert "board:/dev/nothing-there: cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_board_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("serial", reason="NOT TESTED on a serial port: pip install pyserial")
    monkeypatch.setattr(targets, "PATIENCE_S", 0.02)
    board, port = pty.openpty()
    tty.setraw(port)
    try:
        with pytest.raises(TargetError, match=r"does not answer. Start hal\.remote\.main there"):
            run(task("hand_M", 20, f"board:{os.ttyname(port)}"))
    finally:
        os.close(board)
        os.close(port)


def test_pairs_of_processes_get_a_core_each_and_give_it_back(micropython: Path) -> None:
    before = os.sched_getaffinity(0)
    with one_core() as core:
        # None: every core of this computer is taken by other pairs at this moment.
        assert os.sched_getaffinity(0) == (before if core is None else {core})
        with machine() as mpy:
            mpy.run(1)
            assert os.sched_getaffinity(0) == (before if core is None else {core})
    assert os.sched_getaffinity(0) == before
