"""What-ifs: `machine.`, `mold.` and `plant.` keys set to other values before a run."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any

from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from host_sim.errors import InputError
from host_sim.molds import DataFile

PREFIXES = ("machine", "mold", "plant")


@dataclass(frozen=True)
class Override:
    """One key, its new value, and where it was written (for errors)."""

    key: str
    value: int | float | str
    place: str

    @property
    def prefix(self) -> str:
        """Whose key it is: machine, mold or plant."""
        return self.key.partition(".")[0]

    @property
    def rest(self) -> str:
        """The key inside that file."""
        return self.key.partition(".")[2]


def override(key: str, value: object, place: str) -> Override:
    """Check the prefix; whether the key exists is seen when it is applied."""
    prefix, dot, rest = key.partition(".")
    if prefix not in PREFIXES or not dot or not rest:
        raise InputError(f"{place}: {key}: begin the key with machine., mold. or plant.")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InputError(f"{place}: {key}: {value!r} is neither a number nor a text.")
    if isinstance(value, float) and not isfinite(value):
        raise InputError(
            f"{place}: {key}: {value} is not a number to run with. Give a finite one."
        )
    return Override(key, value, place)


def parse(text: str) -> Override:
    """An override as typed on the command line: key=value."""
    key, equals, value = text.partition("=")
    if not equals or not value.strip():
        raise InputError(f"--set {text}: write it as key=value, e.g. plant.press_factor=1.6.")
    return override(key.strip(), _value(value.strip()), "--set")


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def apply(file: DataFile, overrides: list[Override]) -> DataFile:
    """The file's contents with those keys set: keys that the file has, or could have."""
    if not overrides:
        return file
    data = deepcopy(file.data)
    for change in overrides:
        section, name = _place_of(data, change, file.file)
        section[name] = change.value
    return DataFile(f"{file.file} with {overrides[0].place}", data)


def _place_of(data: dict[str, Any], change: Override, file: str) -> tuple[dict[str, Any], str]:
    known = dict(_keys(data))
    # machine.takt_ms is in the section of the same name
    keys = (change.rest, f"{change.prefix}.{change.rest}")
    for key in keys:
        if key in known:
            return known[key], key.rpartition(".")[2]
    schema = MACHINE_SCHEMA if change.prefix == "machine" else MOLD_SCHEMA
    for key, *_, default in schema.read()[0]:
        if key in keys and default is not None:
            section, _, name = key.rpartition(".")
            return data.setdefault(section, {}) if section else data, name
    raise InputError(
        f"{change.place}: {change.key}: {file} has no such key. {suggest(change.rest, known)}"
    )


def _keys(data: dict[str, Any], above: str = "") -> list[tuple[str, dict[str, Any]]]:
    keys = []
    for name, value in data.items():
        if isinstance(value, dict):
            keys += _keys(value, f"{above}{name}.")
        else:
            keys.append((above + name, data))
    return keys


def suggest(wrong: str, known: Mapping[str, object]) -> str:
    """Which key may have been meant."""
    close = get_close_matches(wrong, list(known), n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else f"It has {', '.join(known)}."
