"""Short names: the same programme, and nobody else's name is touched."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from host_sim.board.bundle import bundle
from host_sim.board.fold import fold
from host_sim.board.lengthen import Names
from host_sim.board.shorten import OUTSIDE, shorten, words
from host_sim.board.tree import BENCH, ROOTS, modules, short_names

STUBS = Path(__file__).parents[1] / ".venv" / "stubs"
SOURCES = {name: path.read_text("utf-8") for name, path in modules().items()}
FOLDED = fold(SOURCES)


def of_stub(file: Path) -> set[str]:
    """Names of functions, classes and values that a stub defines, methods too."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(each.id for each in targets if isinstance(each, ast.Name))
    return {name for name in names if not name.startswith("_")}


def test_no_name_of_micropython_is_shortened() -> None:
    if not STUBS.exists():
        pytest.skip("NOT TESTED against the stubs of MicroPython: run `make setup`")
    used = set()
    for text in SOURCES.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                used.update(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                used.add(node.module)
    files = [*(STUBS / "_mpy_shed").rglob("*.pyi"), STUBS / "stdlib" / "builtins.pyi"]
    rooms = {name.partition(".")[0] for name in SOURCES}
    for name in (each for each in used if each.partition(".")[0] not in rooms):
        found = [
            *STUBS.glob(f"{name}.pyi"), *STUBS.glob(f"{name}/*.pyi"),
            *STUBS.glob(f"stdlib/{name}.pyi"), *STUBS.glob(f"stdlib/{name}/__init__.pyi"),
        ]  # fmt: skip
        assert found, f"no stub of {name}"
        files += found
    theirs = set().union(*map(of_stub, files))
    # Each tree has names of its own: what one module looks up by string stays only where it is.
    for roots in (ROOTS, BENCH):
        assert not sorted(theirs & values(short_names(roots))), "add these to OUTSIDE"


def test_names_that_stay_are_needed() -> None:
    assert not OUTSIDE - {word for text in SOURCES.values() for word in words(text)}


def values(names: Names) -> set[str]:
    return {name for file in names.values() for each in file for name in each.names.values()}


def of_modules(names: Names) -> dict[str, dict[str, str]]:
    """Names by letters, by module."""
    return {each.module: dict(each.names) for file in names.values() for each in file}


def one(text: str, keep: tuple[str, ...] = ()) -> tuple[str, dict[str, str]]:
    texts, names = shorten({"room.file": text}, keep)
    return texts["room.file"], of_modules(names)["room.file"]


def test_a_file_does_what_it_did() -> None:
    text = (
        "class Counter:\n    def __init__(self, first_value):\n"
        "        self.counted = first_value\n"
        "    def more(self, by_how_much=1):\n        self.counted += by_how_much\n"
        "        return f'{self.counted:03d} of {by_how_much!r}' f\" {'x'}\"\n\n\n"
        "counter = Counter(first_value=4)\nresult = counter.more(by_how_much=3), len('counted')\n"
    )
    new, names = one(text, keep=("result",))
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    exec(text, before)
    exec(new, after)
    assert before["result"] == after["result"] == ("007 of 3 x", 7)
    assert not {"Counter", "counted", "by_how_much", "first_value"} & set(words(new))
    # Arguments have letters of their own, where no call and no f-string names them.
    assert set(names.values()) == {
        "Counter", "self", "first_value", "counted", "more", "by_how_much", "counter",
    }  # fmt: skip
    assert new.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("class A:\n    def append(self, what):\n        pass\n", "append"),
        ("from room import file as here\nfile = 1\n", "file"),
        ("class A:\n    stage = 1\nprint(getattr(A, 'stage'))\n", "stage"),
        ("@asm_pio()\ndef blink():\n    pull()\n\n\npull = 3\n", "pull"),
        ("def f(key):\n    return sorted('abc', key=key)\n", "key"),
        ("def print(what):\n    pass\n", "print"),
        ("class A:\n    def __len__(self):\n        return 3\n", "__len__"),
    ],
)
def test_what_others_call_stays(text: str, stays: str) -> None:
    new, names = one(text)
    assert stays not in names.values() and stays in words(new)


def test_letters_are_shared_but_never_in_one_module_nor_on_one_object() -> None:
    bundled, files = bundle(FOLDED)
    texts, made = shorten(bundled, (), files)
    names = of_modules(made)
    assert len({new for here in names.values() for new in here}) < 200 < 600 < len(values(made))
    leaves = [name.rpartition(".")[2] for name in files]
    twice = {name for name in leaves if leaves.count(name) > 1}
    assert twice <= {"main"}, "two files of one name: a traceback does not tell which"
    for module, text in texts.items():
        assert text.count("\n") == FOLDED[module].count("\n")
        assert len(set(names[module].values())) == len(names[module])
    # A part's attributes are its own and those of every part.
    part = {name: new for new, name in names["controller.part"].items()}
    for module in ("feed", "horn", "conveyor", "statistics"):
        for name in ("watch_devices", "poked", "timed", "watch_x"):
            assert names[f"controller.{module}"].get(part[name], name) == name


def test_no_two_functions_of_one_file_have_the_same_letters() -> None:
    for file in short_names().values():
        meant: dict[str, str] = {}
        for source in file:
            for letters in source.functions:
                name = source.names.get(letters, letters)
                assert meant.setdefault(letters, name) == name, f"{source.module}: {name}"


def test_attributes_of_classes_above_and_of_nobody_keep_their_letters() -> None:
    base = "class Base:\n" + "".join(f"    def base_{k}(self): pass\n" for k in range(60))
    heir = "from room.base import Base\n\n\nclass Heir(Base):\n" + "".join(
        f"    def heir_{k}(self): pass\n" for k in range(60)
    )
    loose = "def give(each):\n" + "".join(f"    each.loose_{k} = 1\n" for k in range(60))
    _, names = shorten({"room.base": base, "room.heir": heir, "room.loose": loose})
    here = of_modules(names)
    base_has = {new for new, name in here["room.base"].items() if name.startswith("base_")}
    heir_has = {new for new, name in here["room.heir"].items() if name.startswith("heir_")}
    loose_has = {new for new, name in here["room.loose"].items() if name.startswith("loose_")}
    assert len(base_has) == len(heir_has) == len(loose_has) == 60
    assert len(base_has | heir_has | loose_has) == 180
