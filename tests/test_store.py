"""The store gives back what was written, or the generation before, or says that it is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from store_rig import spoil

from host_sim import FIRMWARE
from store import files, frame
from store.files import StoreError
from store.store import HALF, LOST, MOST, Store


def test_a_record_outlives_power_down(store: Store) -> None:
    for k in range(5):
        store.write("counters", {"good": k, "by": ["a", "µ"], "more": {"x": None}})
        again = Store(store.root)
        assert again.read("counters") == {"good": k, "by": ["a", "µ"], "more": {"x": None}}
        assert again.damaged == {}
    assert store.read("counters")["good"] == 4


def test_bytes_are_kept_as_they_are(store: Store) -> None:
    store.write("horn-scan", b"\x00\xff{}")
    assert Store(store.root).read("horn-scan") == b"\x00\xff{}"


def test_what_was_never_written_is_the_default_and_no_damage(store: Store) -> None:
    assert store.read("counters") is None
    assert store.read("counters", {"good": 0}) == {"good": 0}
    assert store.damaged == {}


@pytest.mark.parametrize("writes", [2, 3])
def test_damaged_newest_reads_as_the_one_before(store: Store, root: Path, writes: int) -> None:
    for k in range(writes):
        store.write("counters", {"good": k})
    spoil(root / f"counters.{(writes - 1) % 2}")
    again = Store(store.root)
    assert again.read("counters") == {"good": writes - 2}
    assert again.damaged == {"counters": HALF}
    # The next write replaces the damaged one and leaves nothing to complain of.
    again.write("counters", {"good": 99})
    assert Store(store.root).read("counters") == {"good": 99}
    assert again.read("counters") == {"good": 99}
    assert again.damaged == {}


def test_both_damaged_reads_as_default_and_says_so(store: Store, root: Path) -> None:
    store.write("counters", {"good": 1})
    store.write("counters", {"good": 2})
    for path in root.iterdir():
        spoil(path)
    assert store.read("counters", {"good": 0}) == {"good": 0}
    assert store.damaged == {"counters": LOST}
    assert Store(store.root).check() == {"counters": LOST}
    for k in (3, 4):
        store.write("counters", {"good": k})
    assert store.read("counters") == {"good": 4}
    assert store.damaged == {}


def test_one_generation_is_all_there_is_and_damaged(store: Store, root: Path) -> None:
    store.write("counters", {"good": 1})
    spoil(root / "counters.0")
    assert store.read("counters") is None
    assert store.damaged == {"counters": LOST}


def test_unknown_version_is_not_read(store: Store, root: Path) -> None:
    store.write("counters", {"good": 1})
    store.write("counters", {"good": 2})
    newest = root / "counters.1"
    data = newest.read_bytes()
    assert data[:3] == frame.MAGIC
    # Whole in itself, but of a format that this firmware does not know.
    newest.write_bytes(as_version(2, data))
    assert store.read("counters") == {"good": 1}
    assert store.damaged == {"counters": HALF}


def as_version(version: int, data: bytes) -> bytes:
    known = frame.MAGIC
    frame.MAGIC = known[:2] + bytes([version])
    try:
        return frame.head("counters", data[3], 1, len(data) - 16, (data[16:],)) + data[16:]
    finally:
        frame.MAGIC = known


def test_a_file_under_another_name_is_not_taken_for_it(store: Store, root: Path) -> None:
    store.write("recipe-foot_L", {"energy_j": 375})
    (root / "recipe-hand_M.0").write_bytes((root / "recipe-foot_L.0").read_bytes())
    assert store.read("recipe-hand_M") is None
    assert store.damaged == {"recipe-hand_M": LOST}


def test_what_a_cut_write_left_behind_is_removed_at_open(store: Store, root: Path) -> None:
    store.write("counters", {"good": 1})
    (root / "write.tmp").write_bytes(b"sM\x01half a fi")
    assert Store(store.root).read("counters") == {"good": 1}
    assert [path.name for path in root.iterdir()] == ["counters.0"]


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", "../counters", "a\\b", "a.0", "a b", "a\0", "µ", "x" * 41]
)
def test_a_name_that_could_lead_elsewhere_is_refused(store: Store, root: Path, name: str) -> None:
    for action in (store.read, store.remove, lambda each: store.write(each, {})):
        with pytest.raises(StoreError, match="is no name"):
            action(name)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize(
    ("payload", "wrong"),
    [
        ({"a": (1, 2)}, "does not keep"),
        ({1: 2}, "does not keep"),
        ({"a": float("nan")}, "does not keep"),
        ({"a": "x" * MOST}, f"more than {MOST}. Split it"),
        (b"x" * (MOST + 1), f"more than {MOST}. Split it"),
    ],
)
def test_what_would_not_come_back_is_refused(store: Store, payload: Any, wrong: str) -> None:
    store.write("counters", {"good": 1})
    with pytest.raises(StoreError, match=wrong):
        store.write("counters", payload)
    assert Store(store.root).read("counters") == {"good": 1}


def test_the_greatest_record_fits(store: Store) -> None:
    store.write("horn-scan", b"x" * MOST)
    assert Store(store.root).read("horn-scan") == b"x" * MOST


def test_removed_is_gone_and_never_an_older_one(
    store: Store, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for k in range(3):
        store.write("recipe-foot_L", {"k": k})
    removed: list[str] = []
    monkeypatch.setattr(files, "remove", removed.append)
    store.remove("recipe-foot_L")
    assert [Path(path).name for path in removed] == ["recipe-foot_L.1", "recipe-foot_L.0"]
    monkeypatch.undo()
    store.remove("recipe-foot_L")
    store.remove("recipe-foot_L")
    assert list(root.iterdir()) == []
    assert store.read("recipe-foot_L") is None
    store.write("recipe-foot_L", {"k": 9})
    assert Store(store.root).read("recipe-foot_L") == {"k": 9}


def test_names_are_those_of_records(store: Store, root: Path) -> None:
    for name in ("counters", "recipe-foot_L", "counters"):
        store.write(name, {})
    for stray in ("readme.txt", "write.tmp", "not a name.0"):
        (root / stray).write_bytes(b"")
    (root / "audit-0.1").write_bytes(b"")
    assert store.names() == ["audit-0", "counters", "recipe-foot_L"]


def test_check_writes_and_reads_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("counters", {"good": 1})
    assert store.check() == {}
    assert store.check() == {}
    assert store.read("self-test") == {"checks": 2}
    monkeypatch.setattr(files, "put", lambda *_: None)
    with pytest.raises(StoreError, match="reads back wrong"):
        store.check()


def test_a_root_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="flash error"):
        Store(str(tmp_path / "file" / "store"))


def test_a_file_that_is_longer_than_any_record_is_not_read_into_memory(
    store: Store, root: Path
) -> None:
    store.write("counters", {"good": 1})
    (root / "counters.1").write_bytes(bytes(10_000_000))
    assert files.load(f"{store.root}/counters.1", 4096) == b""
    assert store.read("counters") == {"good": 1}
    assert store.damaged == {"counters": HALF}


@pytest.mark.parametrize("path", sorted((FIRMWARE / "store").glob("*.py")), ids=lambda p: p.stem)
def test_the_store_knows_no_clock_and_no_pin(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    rooms = {
        line.split()[1].split(".")[0] for line in lines if line.startswith(("import", "from"))
    }
    assert rooms <= {"os", "json", "binascii", "struct", "micropython", "controller", "store"}
    assert path.name == "may_write.py" or "controller" not in rooms
    assert not any(line.startswith(" ") and "import " in line for line in lines)
