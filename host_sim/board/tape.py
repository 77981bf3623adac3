"""Recorded scans: what the twin gave the controller, to be given to another controller again."""

from dataclasses import dataclass, field
from typing import Any

from controller.app import App
from controller.image import Inputs
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

FIELDS = tuple(vars(Inputs()))
START_US = 100_000  # when the operator comes


@dataclass
class Step:
    """One scan: inputs by FIELDS, and the samples of a shot before it (None: there was none)."""

    now_us: int
    inputs: tuple[int, ...]
    wait_us: int
    samples: list[int] | None


@dataclass
class Tape:
    """Scans of one run, with the data its controller was made of."""

    machine: dict[str, Any]
    mold: dict[str, Any]
    steps: list[Step] = field(default_factory=list)


def record(mold_name: str, faults: tuple[Fault, ...], until_us: int, seed: int = 3) -> Tape:
    """Run a machine from power-up to `until_us`; an operator starts it, after faults again."""
    machine_file, mold_file = load_machine(), load_molds([mold_name])[0]
    machine, mold = settings(machine_file, mold_file)
    app = App(machine, mold)
    tape = Tape(machine_file.data, mold_file.data)
    samples: list[int] | None = None
    scan, begin, sample = app.scan, app.monitor.begin, app.monitor.sample

    def new_begin() -> None:
        nonlocal samples
        samples = []
        begin()

    def new_sample(raw: int) -> int:
        assert samples is not None
        samples.append(raw)
        return sample(raw)

    def new_scan(now: int) -> int:
        nonlocal samples
        inputs = tuple(getattr(app.inputs, name) for name in FIELDS)
        wait_us = scan(now)
        tape.steps.append(Step(now, inputs, wait_us, samples))
        samples = None
        return wait_us

    # The twin takes these when it is made, and at each shot.
    app.scan, app.monitor.begin, app.monitor.sample = new_scan, new_begin, new_sample
    twin = Twin(app, PlantParameters(), machine, mold, seed, sink=lambda ring, start, stop: None)
    twin.operator.start_up(START_US)
    for fault in faults:
        twin.inject(fault)
        twin.at(fault.end_us + 100_000, lambda: twin.operator.start_up(1))
    twin.run(until_us)
    return tape
