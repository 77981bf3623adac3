"""How to spoil a file of a store."""

from __future__ import annotations

from pathlib import Path


def spoil(path: Path) -> None:
    """Change one bit of the last byte."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
