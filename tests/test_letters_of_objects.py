"""No object has two attributes of the same letters, whoever set them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from link_rig import Machine

from host_sim.board.tree import BENCH, ROOTS, short_names

ROOMS = ("controller", "link", "start", "store")


def objects(root: object) -> Iterator[object]:
    """Everything of the firmware's that can be reached from an object."""
    seen: dict[int, object] = {}
    todo: list[Any] = [root]
    while todo:
        each = todo.pop()
        if id(each) in seen or isinstance(each, ModuleType | type | str | bytes | int):
            continue
        seen[id(each)] = each
        if isinstance(each, dict):
            todo.extend(each.values())
        elif isinstance(each, list | tuple | set):
            todo.extend(each)
        elif hasattr(each, "__self__"):
            todo.append(each.__self__)
        elif type(each).__module__.split(".")[0] in ROOMS:
            todo.extend(vars(each).values())
            yield each


def attributes(each: object) -> set[str]:
    return {name for name in dir(each) if not name.startswith("__")}


@pytest.mark.parametrize("roots", [ROOTS, BENCH])
def test_letters_of_an_object_mean_one_name(roots: tuple[str, ...], tmp_path: Path) -> None:
    letters = {
        name: short
        for file in short_names(roots).values()
        for source in file
        for short, name in source.names.items()
    }
    machine = Machine(tmp_path)
    machine.run(3)
    kinds = {type(each): each for each in objects([machine.app, machine.link, machine.kept])}
    assert len(kinds) > 30
    for kind, each in kinds.items():
        meant: dict[str, str] = {}
        for name in attributes(each):
            short = letters.get(name, name)
            assert meant.setdefault(short, name) == name, (
                f"{kind.__name__}: {name}, {meant[short]}"
            )
