"""The board's file system, made on the host as the bytes of its littlefs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BEGIN = 0xA0000  # in the flash of an RPI_PICO image: the last 1408 KB of 2 MB
BLOCK = 4096
BLOCKS = 352
PROGRAM = 256  # as MicroPython mounts it


def tree(folder: Path) -> dict[str, bytes]:
    """Files below a folder, by their path on the board."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def littlefs(files: Mapping[str, bytes]) -> tuple[int, bytes]:
    """Where it lies in the flash, and its bytes."""
    from littlefs import LittleFS

    made = LittleFS(
        block_size=BLOCK, block_count=BLOCKS, prog_size=PROGRAM, read_size=PROGRAM,
        cache_size=4 * PROGRAM, lookahead_size=64, disk_version=0x00020000,
    )  # fmt: skip
    for path, data in files.items():
        folder = path.rpartition("/")[0]
        if folder:
            made.makedirs(folder, exist_ok=True)
        with made.open(path, "wb") as file:
            file.write(data)
    return BEGIN, bytes(made.context.buffer)
