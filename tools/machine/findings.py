"""What stands in the way of a machine: every finding, not only the first one."""

from dataclasses import dataclass
from typing import Any

from controller import signal_names
from controller.app import App
from controller.schema import ConfigError
from hal.rp2 import io_map
from host_sim.errors import InputError
from host_sim.files import label
from host_sim.machines import Machine
from host_sim.molds import DataFile, load, load_machine, load_molds, refuse_same_codes, settings
from host_sim.run import refuse_unread

WORDS = {  # word of the image -> section of io.json and its signals
    "d": ("inputs", signal_names.DI),
    "x": ("inputs", signal_names.DX),
    "o": ("outputs", signal_names.DO),
}


@dataclass(frozen=True)
class Findings:
    """Lines of what is wrong, and of what is usable, by file."""

    wrong: tuple[str, ...]
    usable: tuple[str, ...]


def findings(machine: Machine) -> Findings:
    """Check machine file, molds and I/O map, and that the map has all the machine needs."""
    wrong: list[str] = []
    usable: list[str] = []
    needs: dict[str, Any] = {}
    try:
        machine_file = load_machine(machine.machine)
        molds = load_molds((), machine.machine)
        refuse_same_codes(molds)
    except InputError as error:
        return Findings((str(error),), ())
    for mold in molds:
        try:
            app = app_of(machine_file, mold)
        except InputError as error:
            if str(error) not in wrong:
                wrong.append(str(error))
        else:
            needs = app.bus.needs
            usable.append(f"{mold.file}: usable mold")
    if usable:
        usable.insert(0, f"{machine_file.file}: usable machine")
    try:
        lines = io_lines(load(machine.io).data, label(machine.io), needs)
    except InputError as error:
        lines = [str(error)]
    wrong += lines
    if not lines:
        usable.append(f"{label(machine.io)}: usable I/O map")
    return Findings(tuple(wrong), tuple(usable))


def app_of(machine_file: DataFile, mold_file: DataFile) -> App:
    """The controller of a machine and a mold.

    Raises:
        InputError: a file is unusable, or has a key that nobody reads.
    """
    machine, mold = settings(machine_file, mold_file)
    app = App(machine, mold)
    refuse_unread(machine, machine_file.file)
    refuse_unread(mold, mold_file.file)
    return app


def io_lines(data: dict[str, Any], file: str, needs: dict[str, Any]) -> list[str]:
    """What is wrong with an I/O map, and every signal that it lacks; nothing when it is usable."""
    lines = [
        missing(file, section, name)
        for word, (section, names) in WORDS.items()
        for name, bit in names
        if needs.get(word, 0) & bit and name not in data.get(section, {})
    ]
    pins = [*needs.get("p", ()), *(["mark_eye"] if needs.get("m") else ())]
    lines += [missing(file, "pins", name) for name in pins if name not in data.get("pins", {})]
    try:
        io_map.check(data, file)
    except ConfigError as error:
        lines.insert(0, str(error))
    return lines


def missing(file: str, section: str, name: str) -> str:
    """The line of a signal that the map lacks."""
    return (
        f"{file}: {section}.{name}: is missing, and a station of this machine needs it "
        f"({meaning(section, name)}). Add its place."
    )


def meaning(section: str, name: str) -> str:
    """What a signal is for, in the schema's words."""
    key = f"{section}.{name}"
    return next(row[4] for row in io_map.IO_SCHEMA.read()[0] if row[0] == key)
