"""`sonomask kpi`: OEE after ISO 22400, stops by cause and losses, simulated or recorded."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from controller.app import App
from host_sim.catalogue import run_all
from host_sim.errors import InputError
from host_sim.kpi.book import MINOR_S, KpiBook
from host_sim.kpi.figures import Figures, pool
from host_sim.kpi.recording import Recording, figures, is_recording, read_recording
from host_sim.molds import load_machine, load_molds, settings
from host_sim.result import Result
from host_sim.run import Task, run, stroke_rows, tasks
from host_sim.scenario import Scenario, build
from host_sim.version import version
from tools.console import out, print_json, runs_on, strokes_progress
from tools.kpi_data import kpi_data, percent
from tools.kpi_report import report
from tools.options import picture_options, run_options, what_if_options, wishes
from tools.sim import make_directory

SHIFT = Path(__file__).parent.parent / "host_sim" / "scenarios" / "shift.toml"
PICTURES = Path("build/kpi")


@click.command()
@click.argument("what", nargs=-1, metavar="[MOLD]... | SCENARIO.toml | RECORDING")
@run_options
@what_if_options
@click.option(
    "--minor",
    "minor_s",
    type=click.FloatRange(0, 3600),
    default=MINOR_S,
    show_default=True,
    help="An unplanned stop below that is a minor one, s.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the events of the first run; the file is a RECORDING.",
)
@picture_options(PICTURES, "Where kpi.svg and kpi.json go.")
def kpi(
    what: tuple[str, ...],
    minor_s: float,
    record: Path | None,
    picture: Path,
    no_picture: bool,
    as_json: bool,
    jobs: int | None,
    **asked: Any,  # noqa: ANN401
) -> None:
    """OEE after ISO 22400 with its definition, stops by cause, MTBF, MTTR, losses.

    Of a shift with breakdowns (the default), of molds without any, of a scenario, or of a
    RECORDING: a file made by --record, or a folder of journal segments copied from a board.
    """
    if not no_picture:
        make_directory(picture)
    if len(what) == 1 and is_recording(what[0]):
        if record:
            raise InputError("--record: nothing runs here. Leave it out.")
        title, found, more = _recorded(Path(what[0]), asked["machine"], minor_s)
    else:
        scenario = build(wishes(what or (str(SHIFT),), **asked))
        title, found, more = _simulated(scenario, minor_s, jobs, record)
    data = {"version": version(), "period": title, **more, **kpi_data(found)}
    path = None
    if not no_picture:
        from host_sim.kpi.picture import draw

        path = draw(found, picture, f"OEE {percent(found.oee)} · {title}", more["notes"][0])
        (picture / "kpi.json").write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    if as_json:
        print_json(data)
        return
    console = out()
    report(console, title, found, more["notes"])
    if path:
        console.print(f"Picture {path}   data {picture / 'kpi.json'}")


def _simulated(
    scenario: Scenario, minor_s: float, jobs: int | None, record: Path | None
) -> tuple[str, Figures, dict[str, Any]]:
    todo = [replace(task, minor_s=minor_s) for task in tasks(scenario)]
    with strokes_progress(todo) as progress:
        results: list[Result] = []
        if record:
            results.append(_record(todo[0], record))
            progress(todo[0], results[0])
        results += run_all(todo[len(results) :], jobs, progress) if todo[len(results) :] else []
    found = pool(result.figures for result in results if result.figures is not None)
    assert found is not None
    names = ", ".join(mold.data["id"] for mold in scenario.molds)
    title = (
        f"{scenario.machine.data['machine']['name']} · {names} · {scenario.replications} x "
        f"{scenario.hours:g} h · seed {scenario.seed}{runs_on(scenario.target)}"
    )
    notes = ["simulated; stage times and downtime are engineering estimates"]
    return title, found, {"scenario": scenario.hash, "seed": scenario.seed, "notes": notes}


def _record(task: Task, file: Path) -> Result:
    try:
        with file.open("wb") as events:
            return run(task, file=events)
    except OSError as error:
        raise InputError(f"--record: {file}: {error.strerror}. Name another file.") from None


def _recorded(
    path: Path, machine_file: Path | None, minor_s: float
) -> tuple[str, Figures, dict[str, Any]]:
    machine, mold = settings(load_machine(machine_file), load_molds()[0])
    recording = read_recording(path)
    book = KpiBook(
        machine["machine.takt_ms"] * 1000,
        machine["machine.cavities"],
        stroke_rows(App(machine, mold)),
        round(minor_s * 1e6),
    )
    found = figures(recording, book)
    if not found.horizon_us:
        raise InputError(f"{path}: the machine never ran in it. Copy more of the journal.")
    return f"{machine['machine.name']} · {path}", found, {"notes": _notes(recording)}


def _notes(recording: Recording) -> list[str]:
    notes = [f"recorded: {len(recording.records):,} events"]
    if recording.lost:
        notes.append(f"{recording.lost} events were overwritten before they could be written")
    if recording.damaged:
        notes.append(f"{recording.damaged} bytes of the journal could not be read")
    if recording.unclear:
        notes.append(f"{recording.unclear} pauses of unknown length are counted as none")
    return notes
