"""A store that has no room, or no flash, says so in one line and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import files
from store.files import StoreError
from store.store import Store


def no_rename(*_: object) -> None:
    raise OSError(28, "no space left")


def test_full_is_refused_in_one_line_and_loses_nothing(
    store: Store, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("counters", {"good": 1})
    for reserve in (2**60, 0):
        store.reserve = reserve
        if not reserve:  # room was found, and then there was none
            monkeypatch.setattr(files.os, "rename", no_rename)
        with pytest.raises(StoreError) as error:
            store.write("counters", {"good": 2})
        assert str(error.value) == (
            "counters.1: the file system is full. Remove what it can do without."
            if not reserve
            else "counters: the file system is full. Remove what it can do without."
        )
        assert [path.name for path in root.iterdir()] == ["counters.0"]
        assert Store(store.root).read("counters") == {"good": 1}
    monkeypatch.undo()
    store.write("counters", {"good": 3})
    assert store.read("counters") == {"good": 3}
    assert store.damaged == {}


@pytest.mark.parametrize(
    ("free", "refused"), [(5, False), (4, True), (-1, True), (2**32 - 1, True)]
)
def test_room_is_what_the_file_system_says_even_if_that_wraps(
    store: Store, monkeypatch: pytest.MonkeyPatch, free: int, refused: bool
) -> None:
    # A full littlefs counts some blocks twice: MicroPython then shows 2**32 - 1, or -1.
    monkeypatch.setattr(files.os, "statvfs", lambda _: (4096, 4096, 360, free, free))
    if refused:
        with pytest.raises(StoreError, match="is full"):
            store.write("counters", {})
    else:
        store.write("counters", {})
