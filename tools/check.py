"""`sonomask check`: are machine, I/O map, mold and scenario files usable."""

import sys
from pathlib import Path

import click

from controller.app import App
from controller.schema import ConfigError
from hal.rp2 import io_map
from host_sim import FIRMWARE, machines
from host_sim.errors import InputError
from host_sim.files import label
from host_sim.molds import (
    DataFile,
    load,
    load_machine,
    machine_settings_of,
    refuse_same_codes,
    settings,
)
from host_sim.run import refuse_unread
from host_sim.scenario import build
from host_sim.scenario_file import read_scenario
from tools.console import print_json

SCENARIOS = FIRMWARE.parent / "host_sim" / "scenarios"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--machine",
    type=click.Path(path_type=Path),
    help="Machine file that molds are checked against; the reference machine.",
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def check(files: tuple[Path, ...], machine: Path | None, as_json: bool) -> None:
    """Check machine, I/O map, mold (.json) and scenario (.toml) files; without names, all.

    Each unusable file gets one line: file, key, bound, and the way out. Exit status 2 then.
    """
    if not files:
        reference = machines.find()
        molds_shipped = sorted(reference.molds.glob("*.json"))
        scenarios = sorted(SCENARIOS.glob("*.toml"))
        shipped = (reference.machine, reference.io, *molds_shipped, *scenarios)
        here = Path.cwd()
        files = tuple(p.relative_to(here) if p.is_relative_to(here) else p for p in shipped)
    rows = []
    molds: list[DataFile] = []
    for path in files:
        try:
            kind = check_file(path, machine, molds)
        except InputError as error:
            rows.append({"file": label(path), "usable": False, "error": str(error)})
        else:
            rows.append({"file": label(path), "usable": True, "kind": kind})
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            if row["usable"]:
                click.echo(f"{row['file']}: usable {row['kind']}")
            else:
                click.echo(row["error"], err=True)
    sys.exit(0 if all(row["usable"] for row in rows) else 2)


def check_file(path: Path, machine: Path | None, molds: list[DataFile]) -> str:
    """Check one file and say what it is. `molds` gathers molds, to see that codes differ."""
    if path.suffix == ".toml":
        build(read_scenario(path))
        return "scenario"
    file = load(path)
    if "pins" in file.data:
        check_places(file)
        return "I/O map"
    if is_machine(file):
        machine_settings_of(file)
        return "machine"
    machine_file = load_machine(machine)
    machine_settings, mold_settings = settings(machine_file, file)
    refuse_same_codes([*molds, file])
    molds.append(file)
    App(machine_settings, mold_settings)
    refuse_unread(machine_settings, machine_file.file)
    refuse_unread(mold_settings, file.file)
    return "mold"


def check_places(file: DataFile) -> None:
    """Check which signal is at which pin, as the board does."""
    try:
        io_map.check(file.data, file.file)
    except ConfigError as error:
        raise InputError(str(error)) from None


def is_machine(file: DataFile) -> bool:
    """A machine file has sections that no mold has."""
    return not {"id", "code", "pitch_mm", "weld"} & file.data.keys()
