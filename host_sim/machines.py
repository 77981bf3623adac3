"""The machines that ship, and where the files of one lie.

A machine is a folder: machine.json, io.json, and molds/ where it has its own. The reference
machine lies in firmware/ itself, as it does on a board; the others in firmware/machines/.
"""

from dataclasses import dataclass
from pathlib import Path

from host_sim import FIRMWARE
from host_sim.errors import InputError

REFERENCE = "reference"
MACHINE, IO, MOLDS = "machine.json", "io.json", "molds"


@dataclass(frozen=True)
class Machine:
    """Where the files of one machine lie; whether they exist is seen when they are read."""

    name: str
    machine: Path
    io: Path
    molds: Path  # folder


def shipped() -> dict[str, Machine]:
    """Every machine that ships, by name, the reference first."""
    folders = sorted((FIRMWARE / "machines").glob(f"*/{MACHINE}"))
    return {REFERENCE: _in(FIRMWARE, REFERENCE)} | {
        path.parent.name: _in(path.parent, path.parent.name) for path in folders
    }


def find(where: Path | str | None = None) -> Machine:
    """A machine by the name of a shipped one, by its folder, or by its machine file.

    Without a name the reference.

    Raises:
        InputError: there is no such machine.
    """
    if where is None:
        return shipped()[REFERENCE]
    known = shipped()
    if str(where) in known:
        return known[str(where)]
    path = Path(where)
    if path.is_dir():
        if (path / MACHINE).is_file():
            return _in(path, path.resolve().name)
        raise InputError(f"{path}: holds no {MACHINE}. Make one: sonomask machine new {path}")
    if path.suffix == ".json":
        found = _in(path.parent, path.stem)
        return Machine(found.name, path, found.io, found.molds)
    raise InputError(
        f"{where}: no such machine. Choose from {', '.join(known)}, or name a folder or a "
        "machine file (*.json)."
    )


def _in(folder: Path, name: str) -> Machine:
    own = folder / MOLDS
    molds = own if own.is_dir() else FIRMWARE / MOLDS
    return Machine(name, folder / MACHINE, folder / IO, molds)
