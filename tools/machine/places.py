"""Gives each signal that a machine needs a place: pins and bits of the chain for io.json.

What the map has keeps its place; what is not wanted goes; what is missing gets the first place
that fits it, the chain before a pin. When no pin is left, a signal that may be on the chain makes
room.
"""

import json
from collections.abc import Iterator
from typing import Any

from hal.rp2 import io_map
from host_sim.errors import InputError
from tools.machine.findings import WORDS

PINS = (*range(22), 26, 27, 28)  # gp22 is for safe mode, gp23 to gp25 are on no pin

ANALOG = "a"  # in what a place has to fit

Map = dict[str, dict[str, Any]]


def wanted(needs: dict[str, Any], devices: set[str]) -> set[str]:
    """Keys of io.json ("inputs.SPLICE") that a machine must have.

    Args:
        needs: bits of each word that its stations need (`Bus.needs`).
        devices: optional pins that it has, by name, as "mark_eye".
    """
    keys = {f"pins.{name}" for name in devices}
    for key, _, fit, *_ in io_map.IO_SCHEMA.read()[0]:
        if "?" not in str(fit) and not key.startswith("board."):
            keys.add(key)
    for word, (section, names) in WORDS.items():
        keys |= {f"{section}.{name}" for name, bit in names if needs.get(word, 0) & bit}
    return keys


def placed(start: Map, keys: set[str]) -> Map:
    """An I/O map with exactly these keys, from one to start with.

    Raises:
        InputError: the board has no place left for one.
    """
    made: Map = {"board": dict(start["board"]), "pins": {}, "inputs": {}, "outputs": {}}
    fits = {key: fit for key, _, fit, *_ in io_map.IO_SCHEMA.read()[0] if key in keys}
    for key in fits:
        section, name = key.split(".")
        if name in start[section]:
            made[section][name] = start[section][name]
    # What measures goes first: few pins can.
    for key, fit in sorted(fits.items(), key=lambda row: ANALOG not in str(row[1])):
        section, name = key.split(".")
        if name not in made[section]:
            made[section][name] = _place(made, key, fit, fits)
    order = list(fits)
    for section in ("pins", "inputs", "outputs"):
        rows = made[section].items()
        made[section] = dict(sorted(rows, key=lambda row: order.index(f"{section}.{row[0]}")))
    return made


def _place(made: Map, key: str, fit: str, fits: dict[str, str]) -> str:
    section = key.split(".")[0]
    if "c" in fit:
        return _on_chain(made, section, key)
    for place in _pins(made, fit):
        return place
    for other, other_fit in sorted(fits.items(), key=lambda row: _measures(made, row[0])):
        # What may be on the chain makes room for what may not, on a pin that measures last.
        where, name = other.split(".")
        had = made[where].get(name, "")
        if "c" in other_fit and "chain" not in had and had:
            made[where][name] = _on_chain(made, where, other)
            for place in _pins(made, fit):
                return place
            made[where][name] = had
    raise InputError(
        f"io.json: {key}: no pin of the board is left that fits. Leave out a station or a horn, "
        "or put the machine on two boards."
    )


def _measures(made: Map, key: str) -> bool:
    """Whether its pin could measure."""
    section, name = key.split(".")
    return made[section].get(name, "").endswith(("gp26", "gp27", "gp28"))


def _pins(made: Map, fit: str) -> Iterator[str]:
    """Free pins that fit, as places."""
    taken = {
        place.split()[-1]
        for section in ("pins", "inputs", "outputs")
        for place in made[section].values()
        if "chain" not in place
    }
    for pin in PINS:
        place = f"not gp{pin}" if "-" in fit else f"gp{pin}"
        if f"gp{pin}" not in taken and _fits(fit, place):
            yield place


def _fits(fit: str, place: str) -> bool:
    judge = io_map.IO_SCHEMA.place
    assert judge is not None
    return isinstance(judge(fit, place), tuple)


def _on_chain(made: Map, section: str, key: str) -> str:
    taken = {place.split()[-1] for place in made[section].values() if "chain" in place}
    for bit in range(io_map.CHAIN_BITS):
        if str(bit) not in taken:
            return f"chain {bit}"
    raise InputError(f"io.json: {key}: the chain is full. Leave out a station.")


def text(made: Map) -> str:
    """An I/O map as its file has it."""
    return json.dumps(made, indent=2) + "\n"
