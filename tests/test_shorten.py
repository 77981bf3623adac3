"""Short names: the same programme, and nobody else's name is touched."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from host_sim.board.fold import fold
from host_sim.board.shorten import OUTSIDE, lengthen, shorten, words
from host_sim.board.tree import modules, short_names
from tools.cli import main

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
    _, names = shorten(FOLDED)
    assert not sorted(theirs & set(names.values())), "add these to OUTSIDE"


def test_names_that_stay_are_needed() -> None:
    assert not OUTSIDE - {word for text in SOURCES.values() for word in words(text)}


def one(text: str, keep: tuple[str, ...] = ()) -> tuple[str, dict[str, str]]:
    texts, names = shorten({"room.file": text}, keep)
    return texts["room.file"], names


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


def test_letters_come_from_the_name_alone() -> None:
    first = "def lower_press():\n    pass\n"
    _, alone = one(first)
    _, together = one(first + "def raise_press():\n    pass\n\n\ndef trigger():\n    pass\n")
    assert alone.items() <= together.items()


def test_two_names_never_share_letters_and_no_word_is_hidden() -> None:
    texts, names = shorten(SOURCES)
    assert len(set(names.values())) == len(names) > 500
    for name, text in texts.items():
        assert ast.dump(ast.parse(SOURCES[name])) != "" and text.count("\n") == SOURCES[
            name
        ].count("\n")
    staying = {word for text in SOURCES.values() for word in words(text)} - set(names.values())
    assert not staying & names.keys()


def test_a_traceback_has_its_names_again() -> None:
    names = {"aB": "scan", "xY": "ConfigError", "q7": "stage"}
    text = (
        "Traceback (most recent call last):\n"
        '  File "aB.py", line 1, in aB\n  File "x.py", line 1, in <module>\n'
        "AttributeError: 'xY' object has no attribute 'q7'\nxY: a file, aB it is\n"
    )
    assert lengthen(text, names) == text.replace(", in aB", ", in scan").replace(
        "'q7'", "'stage'"
    ).replace("'xY'", "'ConfigError'").replace("\nxY:", "\nConfigError:")
    assert re.search("aB it is", lengthen(text, names))


def test_the_command_reads_a_traceback_of_a_board(tmp_path: Path) -> None:
    short = {name: new for new, name in short_names().items()}
    text = (
        f'Traceback (most recent call last):\n  File "press.py", line 1, in {short["at_bottom"]}\n'
    )
    (tmp_path / "crash.txt").write_text(text)
    runner = CliRunner()
    for done in (
        runner.invoke(main, ["traceback", str(tmp_path / "crash.txt")]),
        runner.invoke(main, ["traceback"], input=text),
    ):
        assert done.exit_code == 0 and done.stdout.endswith(", line 1, in at_bottom\n")
    assert runner.invoke(main, ["traceback", "nowhere"]).exit_code == 2
