"""Loads machine and mold files, and gives the settings that the controller makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.config import Settings, check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA, ConfigError
from host_sim import machines
from host_sim.errors import InputError
from host_sim.files import label, load_json


@dataclass(frozen=True)
class DataFile:
    """Contents of a machine or mold file, with the name that errors call it by."""

    file: str
    data: dict[str, Any]


def load(path: Path) -> DataFile:
    """Read a JSON file of sections or keys; what they hold is seen when it is checked."""
    data = load_json(path)
    if not isinstance(data, dict):
        raise InputError(f"{label(path)}: is not an object. Put the keys in {{ }}.")
    return DataFile(label(path), data)


def load_machine(machine: Path | str | None = None) -> DataFile:
    """The machine file of a machine (`machines.find`), of the reference without one."""
    return load(machines.find(machine).machine)


def load_molds(names: Sequence[str] = (), machine: Path | str | None = None) -> list[DataFile]:
    """Mold files by the name of one of the machine's molds, or by path (*.json).

    Without names all of the machine's, in the order of their codes.
    """
    folder = machines.find(machine).molds
    known = sorted(path.stem for path in folder.glob("*.json"))
    if not known:
        raise InputError(f"{label(folder)}: holds no mold files. Copy or make one there.")
    files = []
    for name in names or known:
        if name.endswith(".json"):
            files.append(load(Path(name)))
        elif name in known:
            files.append(load(folder / f"{name}.json"))
        else:
            raise InputError(
                f"{name}: no such mold. Choose from {', '.join(known)}, or name a .json file."
            )
    if not names:
        files.sort(key=lambda mold: (str(mold.data.get("code")).rjust(3), mold.file))
    return files


def settings(machine: DataFile, mold: DataFile) -> tuple[Settings, Settings]:
    """Check both files and give fresh settings, as the controller reads them."""
    machine_settings = machine_settings_of(machine)
    try:
        return machine_settings, check(MOLD_SCHEMA, mold.data, mold.file, machine_settings)
    except ConfigError as error:
        raise InputError(str(error)) from None


def machine_settings_of(machine: DataFile) -> Settings:
    """Check a machine file alone."""
    try:
        return check(MACHINE_SCHEMA, machine.data, machine.file)
    except ConfigError as error:
        raise InputError(str(error)) from None


def refuse_same_codes(molds: Sequence[DataFile]) -> None:
    """Two molds with one code could be taken for each other on the machine."""
    seen: dict[object, str] = {}
    for mold in molds:
        code = mold.data.get("code")
        if code in seen:
            raise InputError(
                f"{mold.file}: code: {code} is also the code of {seen[code]}. "
                "Give each mold a code of its own, 1 to 31."
            )
        seen[code] = mold.file
