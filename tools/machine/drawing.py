"""The I/O map as a picture: the board with its forty pins, and the chips of the chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tools.machine.wiring import BOARD_PINS, BOARD_TEXT, CHIP_BITS, Wire, chips

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"device": "#d9622b", "input": "#3b7dd8", "output": "#3a9a5b"}
MEANINGS = {
    "device": "timed device, analog, chain",
    "input": "input",
    "output": "output",
}
ROWS = 20  # pins on each side of the board
# What the pins of the board are that no signal can have
FIXED = {3: "GND", 8: "GND", 13: "GND", 18: "GND", 23: "GND", 28: "GND", 38: "GND"} | {
    30: "RUN", 33: "AGND", 35: "ADC_VREF", 36: "3V3 OUT", 37: "3V3_EN", 39: "VSYS", 40: "VBUS",
    29: "GP22 safe mode",
}  # fmt: skip
PITCH = 1.0
BODY = 5.0  # width of a body
GAP = 11.0  # from body to body


def draw(wires: list[Wire], directory: Path, name: str, caption: str) -> list[Path]:
    """Write NAME_io.svg and NAME_io.png, and return their paths."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    by_chip = chips(wires)
    board = by_chip.pop(BOARD_TEXT)
    columns = _columns(by_chip)
    rows = max(ROWS, *(sum(CHIP_BITS + 2 for _ in column) for column in columns), 1)
    width = 22 + GAP * len(columns)
    with matplotlib.rc_context({"svg.hashsalt": "wiring", "font.size": 8}):
        figure = Figure(figsize=(width * 0.3, rows * 0.27 + 1.2), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _board(axes, board)
        for at, column in enumerate(columns):
            _column(axes, 18 + GAP * at, column)
        axes.set_xlim(-9, width - 9)
        axes.set_ylim(rows + 0.3, -2.4)
        axes.axis("off")
        _legend(axes)
        figure.suptitle(f"I/O map of {name}", fontsize=13, fontweight="bold")
        figure.supxlabel(caption, fontsize=8, color="#555555")
        directory.mkdir(parents=True, exist_ok=True)
        paths = [directory / f"{name}_io.{kind}" for kind in ("svg", "png")]
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1])
    return paths


def _columns(by_chip: dict[str, list[Wire]]) -> list[list[tuple[str, list[Wire]]]]:
    """Chips beside each other: those of the inputs, three to a column, then the outputs'."""
    columns: list[list[tuple[str, list[Wire]]]] = []
    for kind in ("74HC165", "74HC595"):
        same = [(chip, wires) for chip, wires in by_chip.items() if chip.startswith(kind)]
        columns += [same[at : at + 3] for at in range(0, len(same), 3)]
    return columns


def _body(axes: Axes, left: float, top: float, rows: float, title: str) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((left, top), BODY, rows, facecolor="#f4f4f4", edgecolor="#333333", zorder=1)
    )
    axes.text(left + BODY / 2, top - 0.35, title, ha="center", va="bottom", fontweight="bold")


def _board(axes: Axes, wires: list[Wire]) -> None:
    _body(axes, 0, 0, ROWS, "Raspberry Pi Pico or Pico 2")
    axes.text(BODY / 2, ROWS / 2, "USB\nabove", ha="center", va="center", color="#999999")
    by_pin = {wire.pin: wire for wire in wires}
    labels = {pin: f"GP{gpio}" for gpio, pin in enumerate(BOARD_PINS) if pin}
    for pin in range(1, 2 * ROWS + 1):
        left = pin <= ROWS
        y = pin - 0.5 if left else 2 * ROWS - pin + 0.5
        _pin(axes, 0 if left else BODY, y, left, pin, labels.get(pin, ""), by_pin.get(pin))


def _column(axes: Axes, left: float, column: list[tuple[str, list[Wire]]]) -> None:
    for at, (chip, wires) in enumerate(column):
        top = at * (CHIP_BITS + 2) * PITCH
        _body(axes, left, top, CHIP_BITS, chip)
        by_line = {int(wire.label[1:]): wire for wire in wires}
        letter = "D" if chip.startswith("74HC165") else "Q"
        for line in range(CHIP_BITS):
            wire = by_line.get(line)
            _pin(axes, left, top + line + 0.5, True, wire.pin if wire else 0,
                 f"{letter}{line}", wire)  # fmt: skip


def _pin(
    axes: Axes, x: float, y: float, left: bool, pin: int, label: str, wire: Wire | None
) -> None:
    side = -1 if left else 1
    inside = f"{label} {pin}" if pin else label
    axes.text(
        x - side * 0.15, y, inside, ha="left" if left else "right", va="center", color="#777777",
        fontsize=7,
    )  # fmt: skip
    if wire is None:
        text, colour = FIXED.get(pin, ""), "#999999"
    else:
        text, colour = wire.signal + (" (low)" if wire.low else ""), COLOURS[wire.direction]
        axes.plot([x, x + side * 0.6], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
    axes.text(
        x + side * 0.75, y, text, ha="right" if left else "left", va="center", color=colour,
    )  # fmt: skip


def _legend(axes: Axes) -> None:
    for at, (direction, meaning) in enumerate(MEANINGS.items()):
        axes.text(-8.6 + 8 * at, -1.9, f"■ {meaning}", color=COLOURS[direction], va="center")
