"""A bundle does what its modules do one by one, and holds what belongs together and no more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_sim.board import bundle as maker
from host_sim.board.bundle import BUNDLES, bundle, joined
from host_sim.board.fold import fold
from host_sim.board.member import BundleError
from host_sim.board.shorten import shorten
from host_sim.board.tree import BENCH, ROOTS, modules, reached

SOURCES = {name: path.read_text("utf-8") for name, path in modules().items()}

# What goes wrong when files are only put one behind the other
TRICKY = {
    "room.base": """\
import sys
from array import array

LAST = 'base'


def _limit(value):
    return min(value, 7)


class Base:
    kind = 'base'

    def __init__(self, box):
        from room.other import Other

        self.box = box
        self.other = Other

    def limited(self, value=3):
        return _limit(value)
""",
    "room.other": """\
from array import array as row

from room import base
from room.base import Base as Above

LAST = 'other'
count = 0


def _limit(value):
    return max(value, 50)


class Other(Above):
    kind = base.LAST + '+'

    def limited(self, base_limit=0):
        global count
        count += 1
        return _limit(base_limit), super().limited(9), row('B', [count])[0]
""",
    "room.lead": """\
from room import far
from room import other as o
from room.far import DISTANCE as gap


def run(LAST):
    from room import late
    from room.late import count as counted

    def inner(array):
        return [array + o.count for array in range(array)]

    thing = o.Other(LAST)
    kinds = thing.kind, thing.other.kind, o.LAST
    text = f'{o.LAST} {far.LAST!r:>6} {LAST}'
    return thing.limited(), kinds, inner(3), text, gap, late.count, counted('aa'), far.of(o.LAST)
""",
    "room.far": """\
LAST = 'far'
DISTANCE = (4, 2)


def of(o):
    return o + LAST
""",
    "room.late": """\
from room.other import LAST

count = len
late = LAST
""",
    "main": """\
from room.lead import run

result = run('mine')
""",
}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(maker, "BUNDLES", {"room.lead": ["base", "other"]})
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def result(folder: Path, files: dict[str, str]) -> object:
    for name, text in files.items():
        path = folder / (name.replace(".", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    spaces: dict[str, object] = {}
    exec(files["main"], spaces)
    return spaces["result"]


def test_it_does_what_its_modules_do(room: Path) -> None:
    before = result(room, TRICKY)
    assert before == (
        (50, 7, 1), ("base+", "base+", "other"), [1, 2, 3], "other  'far' mine",
        (4, 2), len, 2, "otherfar",
    )  # fmt: skip
    for name in [each for each in sys.modules if each.split(".")[0] == "room"]:
        del sys.modules[name]
    for path in (room / "room").glob("*.py"):
        path.unlink()
    texts, files = bundle(TRICKY)
    assert files["room.lead"] == ["room.base", "room.other", "room.lead"]
    texts, _ = shorten(texts, ("main", "result"), files)
    after = result(room, {file: joined(texts, names) for file, names in files.items()})
    assert after == before
    assert "room.base" not in sys.modules and "room.lead" in sys.modules


def test_names_of_two_modules_do_not_clash(room: Path) -> None:
    texts, files = bundle(TRICKY)
    text = joined(texts, files["room.lead"])
    for name in ("base_LAST", "other_LAST", "def base_base_limit", "def other_limit"):
        assert name in text, text
    assert text.count("from array import array as array_") == 1
    assert "import base" not in text and "import other" not in text


def test_lines_keep_their_numbers() -> None:
    texts, files = bundle(fold(SOURCES))
    folded = fold(SOURCES)
    assert {name for names in files.values() for name in names} == set(folded)
    for name, text in texts.items():
        assert text.count("\n") == folded[name].count("\n"), name


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"room.base": "from room import lead\nx = lead.run\n"}, "needs another of them"),
        ({"room.base": "from room import other\nx = 1\nother = 2\n"}, "other is also imported"),
        ({"room.lead": "from room import other\nx = other\n"}, "can only be asked for a name"),
    ],
)
def test_what_it_might_get_wrong_is_refused(
    room: Path, change: dict[str, str], wrong: str
) -> None:
    with pytest.raises(BundleError, match=wrong):
        bundle(TRICKY | change)


def at_their_tops(name: str, sources: dict[str, str]) -> set[str]:
    """Files that are loaded with one, by statements outside of functions."""
    found: set[str] = set()
    todo = [name]
    while todo:
        for line in sources[todo.pop()].splitlines():
            if line.startswith("from "):
                _, module, _, what, *_ = line.split()
                for each in (module, f"{module}.{what}"):
                    if each in sources and each not in found:
                        found.add(each)
                        todo.append(each)
    return found


def test_what_a_machine_may_do_without_is_not_loaded_with_the_rest() -> None:
    for roots in (ROOTS, BENCH):
        kept = fold(SOURCES, reached(SOURCES, roots))
        texts, files = bundle(kept)
        by_file = {file: joined(texts, names) for file, names in files.items()}
        loaded = at_their_tops("controller.app", by_file) | at_their_tops("hal.rp2.hal", by_file)
        for lazy in ("pick", "stacker", "outfeed", "tables", "config"):
            assert f"controller.{lazy}" in files and f"controller.{lazy}" not in loaded
        assert not {"hal.rp2.gates", "hal.rp2.io_map", "start.load", "link.link"} & loaded


def test_switching_off_needs_no_other_file() -> None:
    texts, files = bundle(fold(SOURCES, reached(SOURCES, ROOTS)))
    for alone in ("hal.rp2.off", "hal.rp2.board"):
        assert files[alone] == [alone]
        assert not at_their_tops(alone, {name: joined(texts, files[name]) for name in files})


def test_every_module_of_a_bundle_is_there() -> None:
    for leader, others in BUNDLES.items():
        room = leader.rpartition(".")[0]
        for name in (leader, *others):
            assert (name if "." in name else f"{room}.{name}") in SOURCES
