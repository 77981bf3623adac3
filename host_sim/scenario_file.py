"""Reads a TOML scenario, and checks each key of it against a table."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from host_sim.errors import InputError
from host_sim.faults import Fault
from host_sim.files import label
from host_sim.kpi.downtime import Downtime
from host_sim.overrides import override, suggest
from host_sim.scenario import Wishes, pacing_override

PACINGS = ("grid", "stroke")

KEYS: dict[str, tuple[type | tuple[type, ...], Any, Any, str]] = {
    # key: type, least, most (texts: choices), what it is
    "machine": (str, None, None, "machine file, relative to the scenario"),
    "molds": (list, None, None, "names of shipped molds, or mold files relative to the scenario"),
    "hours": ((int, float), 0.01, 1000, "measured machine time of a replication"),
    "replications": (int, 2, 1000, "runs of each mold; a lower bound needs at least two"),
    "seed": (int, 0, 2**63 - 1, "seed of all random streams"),
    "pacing": (str, PACINGS, None, "what a stroke waits for"),
    "target_pcs_min": ((int, float), 0.1, 1000, "pieces a minute that have to be held"),
    "set": (dict, None, None, "what-ifs: machine., mold. and plant. keys"),
    "fault": (list, None, None, "faults: name, start_s, duration_s, size"),
    "downtime": (list, None, None, "faults at random: name, mtbf_h, mttr_s, mttr_sd_s, size"),
}


FAULT_KEYS: dict[str, tuple[type | tuple[type, ...], Any, Any, str]] = {
    "name": (str, None, None, "which fault"),
    "start_s": ((int, float), 0, 3_600_000, "from the beginning of the measured time"),
    "duration_s": ((int, float), 0, 3_600_000, "how long; 0: it stays, or passes by itself"),
    "size": ((int, float), 0, 1_000_000, "how big"),
}


DOWNTIME_KEYS: dict[str, tuple[type | tuple[type, ...], Any, Any, str]] = {
    "name": (str, None, None, "which fault"),
    "mtbf_h": ((int, float), 0.01, 100_000, "mean time from its end to its next beginning"),
    "mttr_s": ((int, float), 0, 86_400, "how long it lasts, mean; 0: it passes by itself"),
    "mttr_sd_s": ((int, float), 0, 86_400, "standard deviation of that"),
    "size": ((int, float), 0, 1_000_000, "how big"),
}


def read_scenario(path: Path) -> Wishes:
    """Read a TOML scenario and check every key of it."""
    name = label(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: not TOML: {error}. Mend that place.") from None
    except UnicodeDecodeError:
        raise InputError(f"{name}: not a text in UTF-8. Save it as one.") from None
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}. Check the name.") from None
    for key, value in data.items():
        check_value(f"{name}: ", key, value, KEYS)

    here = path.parent
    overrides = [
        override(key, value, f"{name} [set]") for key, value in _flat(data.get("set", {}))
    ]
    if "pacing" in data:
        overrides.insert(0, pacing_override(data["pacing"], f"{name} pacing"))
    return Wishes(
        machine=here / data["machine"] if "machine" in data else None,
        molds=tuple(_mold(mold, here, name) for mold in data.get("molds", ())),
        hours=data.get("hours"),
        replications=data.get("replications"),
        seed=data.get("seed"),
        target_pcs_min=data.get("target_pcs_min"),
        overrides=tuple(overrides),
        faults=tuple(
            _fault(entry, f"{name}: fault {number}")
            for number, entry in enumerate(data.get("fault", ()), 1)
        ),
        downtime=_downtimes(data.get("downtime", ()), name),
    )


def _fault(entry: object, place: str) -> Fault:
    if not isinstance(entry, dict):
        raise InputError(f"{place}: {entry!r} is not a table. Write [[fault]] above its keys.")
    for key, value in entry.items():
        check_value(f"{place}: ", key, value, FAULT_KEYS)
    for key in ("name", "start_s"):
        if key not in entry:
            raise InputError(f"{place}: {key}: is missing ({FAULT_KEYS[key][3]}). Add it.")
    start_us, duration_us = (round(entry.get(key, 0) * 1e6) for key in ("start_s", "duration_s"))
    try:
        return Fault(entry["name"], start_us, duration_us, entry.get("size"))
    except ValueError as error:
        raise InputError(f"{place}: {error}.") from None


def _downtimes(entries: Sequence[object], name: str) -> tuple[Downtime, ...]:
    found: dict[str, Downtime] = {}
    for number, entry in enumerate(entries, 1):
        place = f"{name}: downtime {number}"
        if not isinstance(entry, dict):
            raise InputError(f"{place}: {entry!r} is no table. Write [[downtime]] above its keys.")
        for key, value in entry.items():
            check_value(f"{place}: ", key, value, DOWNTIME_KEYS)
        for key in ("name", "mtbf_h", "mttr_s"):
            if key not in entry:
                raise InputError(f"{place}: {key}: is missing ({DOWNTIME_KEYS[key][3]}). Add it.")
        if entry["name"] in found:
            raise InputError(f"{place}: {entry['name']}: is there already. Keep one of them.")
        try:
            found[entry["name"]] = Downtime(**entry)
        except ValueError as error:
            raise InputError(f"{place}: {error}.") from None
    return tuple(found.values())


def check_value(
    place: str, key: str, value: object, keys: Mapping[str, tuple[Any, Any, Any, str]]
) -> None:
    """Refuse an unknown key, a wrong type or a value out of bounds, in one line."""
    if key not in keys:
        raise InputError(f"{place}{key}: unknown key. {suggest(key, keys)}")
    kind, least, most, what = keys[key]
    if isinstance(value, bool) or not isinstance(value, kind):
        names = {int: "a whole number", str: "a text", list: "a list", dict: "a table"}
        wanted = "a number" if isinstance(kind, tuple) else names[kind]
        raise InputError(f"{place}{key}: {value!r} is not {wanted} ({what}). Write one.")
    if isinstance(least, tuple):
        if value not in least:
            raise InputError(f"{place}{key}: {value!r} is not one of {', '.join(least)}.")
    elif isinstance(value, int | float) and not least <= value <= most:
        side = f"below {least}" if value < least else f"not at most {most}"
        raise InputError(f"{place}{key}: {value} is {side} ({what}). Keep to {least} .. {most}.")


def _flat(table: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """[set] may be written with dotted keys or with quoted ones."""
    keys = []
    for key, value in table.items():
        keys += (
            _flat(value, f"{above}{key}.") if isinstance(value, dict) else [(above + key, value)]
        )
    return keys


def _mold(mold: object, here: Path, name: str) -> str:
    if not isinstance(mold, str):
        raise InputError(f"{name}: molds: {mold!r} is not a text. Name a mold in quotes.")
    return str(here / mold) if mold.endswith(".json") else mold
