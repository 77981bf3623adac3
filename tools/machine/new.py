"""`sonomask machine new`: a machine's files by questions or flags, from the reference machine."""

import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import click

from controller.schema import MACHINE_SCHEMA
from host_sim import machines
from host_sim.errors import InputError
from host_sim.files import label, load_json
from host_sim.molds import DataFile, load, load_machine, load_molds
from host_sim.overrides import apply, parse
from tools.machine.findings import app_of, findings
from tools.machine.places import placed, text, wanted

PCS_MIN = 30  # rate that a takt is proposed for
FREE_PINS = ("feed_dir", "amplitude", "belt_speed")  # devices that a machine may do without
MARK_EYE = "mark_eye"  # only a machine with registration has it


def stations() -> dict[str, str]:
    """Sections that a machine may have, and what they are."""
    return MACHINE_SCHEMA.read()[2]


def section(name: str) -> dict[str, Any]:
    """A station's keys as the first machine that ships has them, else at their least."""
    for files in machines.shipped().values():
        found = load_json(files.machine)
        if name in found:
            return deepcopy(found[name])
    rows = MACHINE_SCHEMA.read()[0]
    return {
        key.partition(".")[2]: least
        for key, _, least, _, _, default in rows
        if key.startswith(name + ".") and default is None
    }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the machine. The folder's.")
@click.option("--cavities", type=click.IntRange(1, 2), help="Pieces a stroke.")
@click.option("--takt-ms", type=int, help="Stroke to stroke. Of 30 pcs/min.")
@click.option("--with", "plus", multiple=True, metavar="STATION", help="Has this station.")
@click.option("--without", "minus", multiple=True, metavar="STATION|PIN", help="Has it not.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="feed.speed_mm_s=500.")
@click.option("--ask/--no-ask", default=None, help="Ask for what no flag says. In a terminal.")
def new(
    folder: Path,
    name: str | None,
    cavities: int | None,
    takt_ms: int | None,
    plus: tuple[str, ...],
    minus: tuple[str, ...],
    changes: tuple[str, ...],
    ask: bool | None,
) -> None:
    """Make machine.json and io.json of a machine in FOLDER, and say what is still missing.

    What is not said is as on the reference machine. Existing files are not touched. Molds that
    lie in FOLDER/molds are the machine's; without, it has those of the reference machine.
    """
    for file in (machines.MACHINE, machines.IO):
        if (folder / file).exists():
            raise InputError(f"{label(folder / file)}: exists already. Name another folder.")
    known = stations()
    for station in (*plus, *minus):
        if station not in known and (station in plus or station not in FREE_PINS):
            also = f"; without {', '.join(FREE_PINS)}, too" if station in minus else ""
            raise InputError(f"{station}: no such station. There are {', '.join(known)}{also}.")
    asking = sys.stdin.isatty() if ask is None else ask
    data = load_machine().data
    data["machine"]["name"] = name or _ask(asking, "Name", folder.resolve().name)
    cavities = cavities or int(
        _ask(asking, "Pieces a stroke, 1 or 2", data["machine"]["cavities"])
    )
    data["machine"]["cavities"] = cavities
    takt_ms = takt_ms or int(_ask(asking, "Takt in ms", 60_000 * cavities // PCS_MIN))
    data["machine"]["takt_ms"] = takt_ms
    for station, what in known.items():
        has = station in data
        if station in plus or station in minus:
            has = station in plus
        elif asking:
            has = click.confirm(f"Has it {station}: {what}?", default=has)
        if not has:
            data.pop(station, None)
        elif station not in data:
            data[station] = section(station)
    made = apply(DataFile("machine.json", data), [parse(f"machine.{each}") for each in changes])
    _write(folder, made.data, set(minus))
    found = findings(machines.find(folder))
    for line in found.usable:
        click.echo(line)
    for line in found.wrong:
        click.echo(line, err=True)
    click.echo(f"\nNext: sonomask machine show {folder}\n      sonomask sim --machine {folder}")
    sys.exit(2 if found.wrong else 0)


def _ask(asking: bool, question: str, default: Any) -> Any:  # noqa: ANN401
    return click.prompt(question, default=default) if asking else default


def _write(folder: Path, data: dict[str, Any], without: set[str]) -> None:
    """Both files, or none."""
    own = sorted((folder / machines.MOLDS).glob("*.json"))
    molds = [load(path) for path in own] if own else load_molds()
    needs: dict[str, Any] = app_of(DataFile("machine.json", data), molds[0]).bus.needs
    start = load_json(machines.find().io)
    devices = {name for name in start["pins"] if name != MARK_EYE or needs["m"]} - without
    io = text(placed(start, wanted(needs, devices | set(needs.get("p", ())))))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / machines.MACHINE).write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    (folder / machines.IO).write_text(io, "utf-8")
