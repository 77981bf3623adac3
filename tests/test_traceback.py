"""A traceback of a board whose files hold many modules gets the names of the sources."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from board_rig import board_files, compiled
from click.testing import CliRunner

from host_sim.board.lengthen import Source, lengthen
from host_sim.board.shorten import words
from host_sim.board.tree import short_names
from tools.cli import main

CHIP = Path(__file__).parent / "mpy" / "null_chip"
START = "Traceback (most recent call last):\n"

HORN = Source.of(
    "controller.horn", {"aa": "Horn", "ab": "lower", "ac": "fire", "ad": "left"},
    "class aa:\n  def ab(a):\n    a.ac()\n  def ac(a):\n    a.ad = 1\n",
)  # fmt: skip
FEED = Source.of(
    "controller.feed", {"ab": "lower", "ae": "stop", "ad": "speed"},
    "def ab(a):\n  a.ae()\ndef ae(a):\n  return a.ad\n",
)  # fmt: skip
NAMES = {
    "app": [HORN, FEED],
    "x": [Source.of("start.x", {"xY": "FaultError"}, "def go(): pass\n")],
}


def frame(file: str, function: str, line: int = 1) -> str:
    return f'  File "{file}", line {line}, in {function}\n'


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (frame("app", "ae"), frame("controller/feed.py", "stop")),
        (frame("app", "ab"), frame("controller/horn.py or controller/feed.py", "lower")),
        # What it calls, or what it lacks, tells which.
        (
            frame("app", "ab") + frame("app", "ac"),
            frame("controller/horn.py", "lower") + frame("controller/horn.py", "fire"),
        ),
        (
            frame("app", "ab") + "AttributeError: 'aa' object has no attribute 'ac'\n",
            frame("controller/horn.py", "lower")
            + "AttributeError: 'Horn' object has no attribute 'fire'\n",
        ),
        # With line numbers everything is certain.
        (frame("app", "ab", 7), frame("controller/feed.py", "lower", 2)),
        (frame("app", "ab", 3), frame("controller/horn.py", "lower", 3)),
        (
            frame("/lib/x.mpy", "go") + "xY: of 'q7'\n",
            frame("start/x.py", "go") + "FaultError: of 'q7'\n",
        ),
        (frame("elsewhere", "ab"), frame("elsewhere", "ab")),
    ],
)  # fmt: skip
def test_names_and_files_come_back(said: str, meant: str) -> None:
    assert lengthen(START + said, NAMES) == START + meant


def test_the_command_reads_a_traceback_of_a_board(tmp_path: Path) -> None:
    (horn,) = [each for each in short_names()["app"] if each.module == "controller.horn"]
    short = {name: new for new, name in horn.names.items()}["finished"]
    text = START + frame("app", short)
    (tmp_path / "crash.txt").write_text(text)
    runner = CliRunner()
    for done in (
        runner.invoke(main, ["traceback", str(tmp_path / "crash.txt")]),
        runner.invoke(main, ["traceback"], input=text),
    ):
        assert done.exit_code == 0
        assert done.stdout.endswith(frame("controller/horn.py", "finished"))
    assert runner.invoke(main, ["traceback", "nowhere"]).exit_code == 2


@pytest.mark.parametrize("lines", [False, True])
def test_a_crash_of_the_whole_machine(lines: bool, micropython: Path, tmp_path: Path) -> None:
    tree, root = tmp_path / "tree", tmp_path / "files"
    compiled(tree, CHIP, lines)
    board_files(root)
    done = subprocess.run(
        [micropython, "-X", "heapsize=192wK", CHIP / "crash_on_chip.py", tree, root],
        env={"MICROPYPATH": f"{CHIP}:{tree}:.frozen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    kept = {word for file in CHIP.rglob("*.py") for word in words(file.read_text("utf-8"))}
    said = lengthen(done.stdout, short_names(keep=kept))
    for file, function in (
        ("start/run.py", "main"),
        ("hal/rp2/hal.py", "run"),
        ("hal/rp2/hal.py", "_turn"),
        ("hal/rp2/watchdog.py", "feed"),
    ):
        path = Path(__file__).parents[1] / "firmware" / file
        rows = [
            line
            for line in said.splitlines()
            if f'"{file}"' in line and line.endswith(f" {function}")
        ]
        assert rows, said + done.stderr
        if lines:
            number = int(rows[0].split("line ")[1].split(",")[0])
            text = path.read_text("utf-8").splitlines()
            start = text.index(next(line for line in text if f"def {function}(" in line))
            assert 0 < number - 1 - start < 30, said
