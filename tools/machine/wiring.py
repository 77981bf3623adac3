"""Where each signal of a machine goes: pins of the board, and pins of the chips on the chain.

Pins are those of the Raspberry Pi Pico and Pico 2 (40 pins) and of the 16-pin packages of 74HC165
and 74HC595, by their data sheets. Chips are counted from the board.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hal.rp2 import io_map

# Pin of the board by number of its GPIO
BOARD_PINS = (
    (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22, 24, 25, 26, 27, 29)
    + (0,) * 3  # gp23 to gp25 are on no pin
    + (31, 32, 34)
)
INPUT_PINS = (11, 12, 13, 14, 3, 4, 5, 6)  # 74HC165, D0 to D7
OUTPUT_PINS = (15, 1, 2, 3, 4, 5, 6, 7)  # 74HC595, Q0 to Q7
CHIP_BITS = 8
BOARD_TEXT, CHAIN_IN, CHAIN_OUT = "Pico", "74HC165", "74HC595"
DIRECTIONS = {"pins": "device", "inputs": "input", "outputs": "output"}


@dataclass(frozen=True)
class Wire:
    """One signal: its name, `device`, `input` or `output`, what it means, and where it goes."""

    signal: str
    direction: str
    meaning: str
    place: str  # as in io.json
    chip: str  # "Pico", or the chip on the chain and its number: "74HC165 2"
    pin: int  # of that chip
    label: str  # what that pin is called: "GP16", "D3"
    low: bool  # the level is low when the signal is there

    def data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return dict(vars(self))


def wires(data: dict[str, Any]) -> list[Wire]:
    """The wires of a checked I/O map (contents of io.json), in the order of the schema."""
    return list(_wires(data))


def _wires(data: dict[str, Any]) -> Iterator[Wire]:
    for key, *_, meaning, _ in io_map.IO_SCHEMA.read()[0]:
        section, _, name = key.partition(".")
        if section not in DIRECTIONS or name not in data[section]:
            continue
        place = data[section][name]
        words = place.split()
        low = words[0] == "not"
        number = words[-1].removeprefix("gp")
        output = section == "outputs"
        if words[-1].startswith("gp"):
            chip, pin, label = BOARD_TEXT, BOARD_PINS[int(number)], f"GP{number}"
        else:
            chip, pin, label = _on_chain(int(number), output)
        yield Wire(name, DIRECTIONS[section], meaning, place, chip, pin, label, low)


def _on_chain(bit: int, output: bool) -> tuple[str, int, str]:
    chip, line = bit // CHIP_BITS + 1, bit % CHIP_BITS
    if output:
        return f"{CHAIN_OUT} {chip}", OUTPUT_PINS[line], f"Q{line}"
    return f"{CHAIN_IN} {chip}", INPUT_PINS[line], f"D{line}"


def chips(all_wires: list[Wire]) -> dict[str, list[Wire]]:
    """Wires by chip: the board first, then input and output chips in the order of the chain.

    Chips between two that are used belong to the chain although nothing is wired to them.
    """
    made: dict[str, list[Wire]] = {BOARD_TEXT: []}
    for kind in (CHAIN_IN, CHAIN_OUT):
        numbers = [int(w.chip.split()[1]) for w in all_wires if w.chip.startswith(kind)]
        made |= {f"{kind} {number}": [] for number in range(1, max(numbers, default=0) + 1)}
    for wire in all_wires:
        made[wire.chip].append(wire)
    return made
