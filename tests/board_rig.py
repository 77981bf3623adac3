"""The firmware as it lies on a board, for a test whose own files run on MicroPython with it."""

from __future__ import annotations

from pathlib import Path

from host_sim.board.shorten import words
from host_sim.board.tree import Tree, build


def compiled(out: Path, users: Path) -> Tree:
    """Boot and main for this computer's processor; names that the files in `users` have stay."""
    keep = {word for file in users.rglob("*.py") for word in words(file.read_text("utf-8"))}
    return build(out, roots=("boot", "main"), arch="x64", keep=keep)
