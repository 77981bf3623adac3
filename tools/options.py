"""Options that several commands share, turned into wishes and checked like a scenario's keys."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from host_sim.errors import InputError
from host_sim.overrides import parse
from host_sim.remote.target import check_target
from host_sim.scenario import Wishes, pacing_override
from host_sim.scenario_file import KEYS, PACINGS, check_value, read_scenario

Command = Callable[..., Any]


def run_options(command: Command) -> Command:
    """--seed --hours --replications --machine --target --jobs --json."""
    for option in (
        click.option(
            "--target",
            metavar="host|mpy|board:PORT",
            help="Who runs the controller: this Python, a real MicroPython with a board's heap, "
            "or a board. Default host.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Machine-readable output."),
        click.option("--jobs", type=click.IntRange(1, 256), help="Processes; all processors."),
        click.option(
            "--machine",
            type=click.Path(path_type=Path),
            help="A shipped machine, a machine's folder or its file; all. Default reference.",
        ),
        click.option("--replications", type=int, help="Runs of each mold, 2 or more. Default 4."),
        click.option("--hours", type=float, help="Machine time of a replication. Default 1."),
        click.option("--seed", type=int, help="Seed of all random streams. Default 1."),
    ):
        command = option(command)
    return command


def what_if_options(command: Command) -> Command:
    """--pacing --set."""
    command = click.option(
        "--set",
        "changes",
        multiple=True,
        metavar="KEY=VALUE",
        help="What-if: machine.feed.speed_mm_s=500, mold.weld.time_ms=500, "
        "plant.press_factor=1.6. May be given several times.",
    )(command)
    return click.option("--pacing", type=click.Choice(PACINGS), help="What a stroke waits for.")(
        command
    )


def wishes(
    molds: Sequence[str] = (),
    seed: int | None = None,
    hours: float | None = None,
    replications: int | None = None,
    machine: Path | None = None,
    target: str | None = None,
    pacing: str | None = None,
    changes: Sequence[str] = (),
) -> Wishes:
    """What the command line asks for. `molds` may hold one scenario file (*.toml) instead."""
    for key, value in (("seed", seed), ("hours", hours), ("replications", replications)):
        if value is not None:
            check_value("--", key, value, KEYS)
    overrides = [parse(change) for change in changes]
    if pacing:
        overrides.append(pacing_override(pacing, "--pacing"))
    scenarios = [name for name in molds if name.endswith(".toml")]
    if len(scenarios) > 1 or (scenarios and len(molds) > 1):
        raise InputError(
            f"{' '.join(molds)}: name one scenario, or molds. Run others by themselves."
        )
    asked = Wishes(
        machine=machine,
        molds=() if scenarios else tuple(molds),
        hours=hours,
        replications=replications,
        seed=seed,
        target=target and check_target(target),
        overrides=tuple(overrides),
    )
    return read_scenario(Path(scenarios[0])).under(asked) if scenarios else asked
