"""The controller on real MicroPython: same events from the same inputs, and nothing allocated."""

from __future__ import annotations

import subprocess
from array import array
from pathlib import Path

import pytest

import host_sim
from controller.app import App
from hal.remote import frames
from hal.remote.images import put_inputs
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

HERE = Path(__file__).parent
ORIGIN = 2**30 - 20_000_000  # the clock goes round while the machine runs

SCENARIOS: dict[str, tuple[Fault, ...]] = {
    "production": (),
    "estop": (Fault("estop", 15_500_000, 2_000_000),),
    "no trigger": (Fault("trigger_missing", 15_000_000, 4_000_000),),
    "overload": (Fault("overload", 15_000_000, 500_000),),
    "marks": (Fault("mark_missing", 15_000_000, 20_000_000, 4),),
    "mold pulled": (Fault("mold_pulled", 16_300_000, 1_000_000),),
    "line, splice": (
        Fault("upstream_starved", 15_500_000, 4_000_000),
        Fault("roll_low", 16_000_000, 1_000_000),
    ),
    "dancer": (Fault("dancer_stuck_low", 15_000_000, 4_000_000),),
    "static, slip": (
        Fault("static_off", 15_000_000, 4_000_000),
        Fault("web_slip", 22_000_000, 0, 10),
    ),
}


class Tape:
    """Records what the twin gives the controller: inputs of each scan, samples of each shot."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.words = array("i")
        self.row = array("i", bytes(frames.SIZE))
        self.samples: list[int] | None = None
        self._scan, self._begin, self._sample = app.scan, app.monitor.begin, app.monitor.sample
        app.scan = self.scan
        app.monitor.begin = self.begin
        app.monitor.sample = self.sample

    def begin(self) -> None:
        self.samples = []
        self._begin()

    def sample(self, raw: int) -> int:
        assert self.samples is not None
        self.samples.append(raw)
        return self._sample(raw)

    def scan(self, now: int) -> int:
        samples, self.samples = self.samples, None
        put_inputs(self.row, now, self.app.inputs)
        wait_us = self._scan(now)
        self.words.extend([*self.row, wait_us, -1 if samples is None else len(samples)])
        self.words.extend(samples or ())
        return wait_us


def record(mold_name: str, faults: tuple[Fault, ...], until_us: int) -> tuple[Tape, array]:
    machine, mold = settings(load_machine(), load_molds([mold_name])[0])
    app = App(machine, mold)
    tape, journal = Tape(app), array("i")
    twin = Twin(
        app, PlantParameters(), machine, mold, 3, tick_origin=ORIGIN,
        sink=lambda ring, start, stop: journal.extend(ring[start:stop]),
    )  # fmt: skip
    twin.operator.start_up(100_000)
    for fault in faults:
        twin.inject(fault)
        twin.at(fault.end_us + 100_000, lambda: twin.operator.start_up(1))
    twin.run(until_us)
    return tape, journal


@pytest.mark.parametrize("name", SCENARIOS)
def test_micropython_makes_the_same_events_and_allocates_nothing(
    name: str, micropython: Path, tmp_path: Path
) -> None:
    tape, journal = record("foot_L", SCENARIOS[name], 45_000_000)
    (tmp_path / "tape").write_bytes(tape.words.tobytes())
    firmware = host_sim.FIRMWARE
    done = subprocess.run(
        [micropython, "-X", "heapsize=192wK", HERE / "mpy" / "replay.py",
         firmware / "machine.json", firmware / "molds" / "foot_L.json",
         tmp_path / "tape", tmp_path / "journal"],
        env={"MICROPYPATH": f"{firmware}:.frozen"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "lost 0\n"
    got = array("i")
    got.frombytes((tmp_path / "journal").read_bytes())
    for at in range(0, len(journal), 3):
        assert got[at : at + 3] == journal[at : at + 3], f"event {at // 3} differs"
    assert len(got) == len(journal)
