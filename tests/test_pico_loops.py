"""The emulated PIO passes over a loop only where nobody outside the state machine can see it."""

from __future__ import annotations

from typing import Any

import pytest
from pico.loops import effect
from pio_rig import PROGRAMS

X, Y = 1, 2


def turn(program: Any, first: str, last: str) -> tuple[int, ...]:
    """Its instructions from one label to the one before another."""
    return tuple(program.words[program.labels[first] : program.labels[last]])


def test_the_gate_counts_y_down_and_looks_at_overload() -> None:
    gate = PROGRAMS.gate
    tick = turn(gate, "tick", "well")[:-1]  # but for the way out
    well = tuple(gate.words[gate.labels["well"] : gate.labels["well"] + 2])
    found = effect(tick + well)
    assert found and found.pins and found.pulls and Y not in found.reads and X in found.reads


def test_the_train_counts_x_down_between_steps() -> None:
    train = PROGRAMS.train
    at = train.labels["wait"]
    found = effect(tuple(train.words[at : at + 1]))
    assert found and not found.pins and not found.pulls and X not in found.reads


def test_the_counter_looks_at_its_channels() -> None:
    counter = PROGRAMS.counter
    found = effect(turn(counter, "s", "u"))
    assert found and found.pins


@pytest.mark.parametrize(
    ("program", "first", "last"),
    [
        ("gate", "off", "open"),  # shuts the pin and tells it
        ("gate", "open", "tick"),  # opens it
        ("train", "wait", "again"),  # makes a step
        ("counter", "tell", "s"),  # tells a count
    ],
)
def test_what_is_seen_outside_is_never_passed_over(program: str, first: str, last: str) -> None:
    assert effect(turn(getattr(PROGRAMS, program), first, last)) is None
