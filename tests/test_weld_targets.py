"""Weld options and several horns give the same trace on real MicroPython as on the host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from remote_rig import task, trace

from controller.app import App
from host_sim.faults import Fault
from host_sim.molds import settings
from host_sim.plant import PlantParameters
from host_sim.recorder import Recorder
from host_sim.remote.proxy import RemoteApp
from host_sim.remote.session import Session
from host_sim.remote.target import micropython as link_to_micropython
from host_sim.run import Task
from host_sim.trace_diff import difference
from host_sim.twin import Twin
from host_sim.weld_modes import machine_of, recipe_of

OPTIONS = (
    "pre=top", "pre_amplitude_pc=20", "delay_ms=30", "ramp_ms=50", "step_j=200",
    "step_amplitude_pc=60", "ground_ms=3", "combine=all", "burst_ms=100", "part_ms=50",
)  # fmt: skip
LIMITS = ("df_reject_hz=100", "trigger_suspect_ms=70", "lower_suspect_ms=220")
HORNS = ("horns.count=3", "horns.stagger_ms=20", "generator.f0_hz=20000")


def with_options(target: str, recipe: tuple[str, ...], horns: tuple[str, ...]) -> Task:
    base = task("hand_M", 60, target, 1, Fault("overload", 8_300_000, 0))
    return replace(base, machine=machine_of(horns), mold=recipe_of(recipe, LIMITS))


@pytest.mark.parametrize("horns", [(), HORNS], ids=["one horn", "three horns"])
@pytest.mark.parametrize("recipe", [(), OPTIONS], ids=["plain", "options"])
def test_same_trace(recipe: tuple[str, ...], horns: tuple[str, ...], micropython: Path) -> None:
    host = trace(with_options("host", recipe, horns))
    mpy = trace(with_options("mpy", recipe, horns))
    made = with_options("host", recipe, horns)
    sequences = App(*settings(made.machine, made.mold)).sequences
    assert difference(host, mpy, ("host", "mpy"), sequences) is None
    assert np.array_equal(host, mpy) and len(host) > 500


def test_options_and_horns_allocate_nothing_in_steady_production(micropython: Path) -> None:
    made = with_options("mpy", OPTIONS, HORNS)
    with link_to_micropython() as link:
        app = RemoteApp(Session(link, "MicroPython"), made.machine.data, made.mold.data)
        read = settings(made.machine, made.mold)
        twin = Twin(app, PlantParameters(), *read, 5, sink=Recorder(keep=[]).sink)
        twin.operator.start_up(100_000)
        twin.run(20_000_000)
        before = app.statistics()
        app.lock()
        twin.run(140_000_000)
        app.lock(False)
        after = app.statistics()
    assert after.shots - before.shots >= 100
    assert after.heap_used == before.heap_used
