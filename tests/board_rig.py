"""The firmware as it lies on a board, for a test whose own files run on MicroPython with it."""

from __future__ import annotations

import shutil
from pathlib import Path

from host_sim import FIRMWARE
from host_sim.board.shorten import words
from host_sim.board.tree import Tree, build


def compiled(out: Path, users: Path, lines: bool = False) -> Tree:
    """Boot and main for this computer's processor; names that the files in `users` have stay."""
    keep = {word for file in users.rglob("*.py") for word in words(file.read_text("utf-8"))}
    return build(out, roots=("boot", "main"), lines=lines, arch="x64", keep=keep)


def board_files(root: Path) -> None:
    """What a board's file system has beside the firmware."""
    root.mkdir(exist_ok=True)
    for file in ("machine.json", "io.json"):
        shutil.copy(FIRMWARE / file, root)
    for folder in ("molds", "texts"):
        shutil.copytree(FIRMWARE / folder, root / folder)
