"""MicroPython gives the trace of the host with pick, gate, stacker, two lanes and an order."""

from __future__ import annotations

import json
import subprocess
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from remote_rig import task, trace
from takeaway_rig import BAD, SECOND, TWO_UP, Keys, Line, changed
from test_micropython import Tape

from controller import events
from controller.app import App
from host_sim import FIRMWARE
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.trace_diff import difference

FAULTS = {
    "pick": (("pick_lost", 12, 0), ("pick_stuck", 40, 6)),
    "pieces": (("piece_double", 12, 0), ("piece_taken_right", 40, 0)),
    "gate": (("gate_stuck_shut", 12, 20), ("gate_stuck_open", 50, 9)),
    "eyes": (("eye2_blind", 12, 9), ("reject_eye_stuck", 45, 9)),
    "stack": (("stack_full", 20, 12), ("pusher_stuck", 55, 6)),
}


@pytest.mark.parametrize("machine", [{}, TWO_UP], ids=["1-up", "2-up"])
@pytest.mark.parametrize("name", FAULTS)
def test_the_takeaway_has_the_same_trace(name: str, machine: Keys, micropython: Path) -> None:
    faults = [
        Fault(fault, start_s * SECOND, lasts_s * SECOND)
        for fault, start_s, lasts_s in FAULTS[name]
    ]
    keys = {**machine, "order": {"pieces": 24}}
    plain = task("hand_M", 90, "host", 7, *faults)
    one = replace(plain, machine=changed(plain.machine, keys), mold=changed(plain.mold, BAD))
    host, mpy = trace(one), trace(replace(one, target="mpy"))
    found = difference(host, mpy, ("host", "mpy"), App(*settings(one.machine, one.mold)).sequences)
    assert found is None, f"\n{found}"
    assert np.count_nonzero(host["what"] == events.PIECE_REJECT) > 2
    assert np.count_nonzero(host["what"] == events.BATCH) > 0


def test_rejects_pairs_and_batches_allocate_nothing(micropython: Path, tmp_path: Path) -> None:
    line = Line(TWO_UP, BAD)
    tape = Tape(line.app)
    line.run(40)
    line.fault("piece_taken_right")
    line.run(20).recover(30, looks=1)
    assert line.app.tracker.counts[2] > 4 and line.count(events.BATCH)
    files = changed(load_machine(), TWO_UP), changed(load_molds(["hand_M"])[0], BAD)
    for name, file in zip(("machine.json", "mold.json"), files, strict=True):
        (tmp_path / name).write_text(json.dumps(file.data), "utf-8")
    (tmp_path / "tape").write_bytes(tape.words.tobytes())
    names = ("machine.json", "mold.json", "tape", "journal")
    done = subprocess.run(
        [micropython, "-X", "heapsize=192wK", Path(__file__).parent / "mpy" / "replay.py",
         *(tmp_path / name for name in names)],
        env={"MICROPYPATH": f"{FIRMWARE}:.frozen"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    got = array("i")
    got.frombytes((tmp_path / "journal").read_bytes())
    assert [(got[at + 1], got[at + 2]) for at in range(0, len(got), 3)] == line.events
