"""`sonomask sim`: does each mold hold the rate, with what reserve, and what limits it."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from host_sim import machines
from host_sim.catalogue import verdicts
from host_sim.errors import InputError
from host_sim.run import tasks
from host_sim.scenario import Scenario, build
from host_sim.verdict import Verdict
from tools.console import out, print_json, strokes_progress
from tools.data import run_data
from tools.live import Live
from tools.options import run_options, what_if_options, wishes
from tools.pace import pace_option, parse_pace, refuse_jobs, wall_report
from tools.report import report, tightest

PICTURES = Path("build/sim")
ALL = "all"  # in the place of a machine: every one that ships


@click.command()
@click.argument("molds", nargs=-1, metavar="[MOLD]... | SCENARIO.toml")
@run_options
@what_if_options
@pace_option
@click.option(
    "--picture",
    type=click.Path(file_okay=False, path_type=Path),
    default=PICTURES,
    show_default=True,
    metavar="DIR",
    help="Where stroke.svg, stroke.png and result.json go.",
)
@click.option("--no-picture", is_flag=True, help="Write no files.")
def sim(
    molds: tuple[str, ...],
    picture: Path,
    no_picture: bool,
    as_json: bool,
    jobs: int | None,
    pace: str | None,
    **asked: Any,  # noqa: ANN401
) -> None:
    """Run the controller against the simulated machine, for all molds of the machine.

    Or for the molds named (by name, or as a .json file), or as a scenario file says. With
    --machine all every machine that ships runs, and each has its files in a folder of its name.
    """
    speed = None if pace is None else parse_pace(pace)
    if speed is not None:
        refuse_jobs(jobs)
    every = str(asked["machine"]) == ALL
    found = []
    for name in machines.shipped() if every else (None,):
        if name:
            asked["machine"] = Path(name)
        directory = picture / (name or "")
        scenario = build(wishes(molds, **asked))
        if not no_picture:
            make_directory(directory)
        found.append(
            one_machine(scenario, jobs, speed, None if no_picture else directory, as_json)
        )
    if as_json:
        print_json(found if every else found[0])
    sys.exit(0 if all(data["passed"] for data in found) else 1)


def one_machine(
    scenario: Scenario, jobs: int | None, speed: float | None, picture: Path | None, quiet: bool
) -> dict[str, Any]:
    """Run one machine, and say so unless it is to be quiet; all data."""
    began = time.perf_counter()
    judged = simulate(scenario, jobs, speed)
    took_s = time.perf_counter() - began
    data = run_data(scenario, judged)
    files = write_files(picture, scenario, judged, data) if picture else []
    if not quiet:
        console = out()
        report(console, scenario, judged)
        wall_report(console, judged)
        if files:
            console.print(f"Picture {files[0]}   data {files[-1]}")
    strokes = sum(verdict.time.count for verdict in judged)
    if speed is None:
        rate = f"{strokes / took_s:.0f} a second"
    else:
        rate = f"{strokes * 60 / took_s:.4g} a minute"
    click.echo(f"{strokes} strokes in {took_s:.1f} s, {rate}\n", err=True)
    return data


def simulate(scenario: Scenario, jobs: int | None, speed: float | None) -> list[Verdict]:
    """All runs: as fast as they can, or one by one at `speed` times real time."""
    todo = tasks(scenario)
    if speed is None:
        with strokes_progress(todo) as progress:
            return verdicts(scenario, jobs, progress)
    with Live(todo, speed) as live:
        return verdicts(scenario, pacing=live.begin)


def write_files(
    directory: Path, scenario: Scenario, judged: list[Verdict], data: dict[str, Any]
) -> list[Path]:
    """The picture of the tightest mold's stroke, and all data."""
    from host_sim.picture import draw

    caption = (
        f"machine {scenario.machine.data['machine']['name']} · seed {scenario.seed} · scenario "
        f"{scenario.hash} · version {data['version']} · simulated; stage times are engineering "
        "estimates"
    )
    files = draw(tightest(judged), directory, caption)
    files.append(directory / "result.json")
    files[-1].write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return files


def make_directory(directory: Path) -> None:
    """Make sure of the directory before the work begins."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        writable = os.access(directory, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise InputError(f"--picture: {directory}: cannot be written to. Name another directory.")
