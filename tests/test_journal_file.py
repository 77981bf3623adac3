"""The journal reaches the flash whole, in bounded files, and is read back whatever was cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.journal import Journal
from host_sim.errors import InputError
from host_sim.journal_file import parse_segment, read_journal
from store import files
from store.files import StoreError
from store.journal_file import JournalFile


def filled(journal: Journal, first: int, n: int) -> None:
    for k in range(first, first + n):
        journal.put(k & 2**30 - 1, 0x0101, -k)


def ticks(folder: Path) -> list[int]:
    return [
        int(tick)
        for each in read_journal(folder)
        for d in each.drains
        for tick in d.events["tick"]
    ]


def test_everything_that_was_drained_is_read_in_order(tmp_path: Path) -> None:
    journal = Journal(20)
    first = 0
    for n in (1, 20, 7, 13, 19, 3):
        filled(journal, first, n)
        JournalFile(str(tmp_path), 400, 99).drain(journal, first)
        first += n
        assert journal.held == 0
    assert ticks(tmp_path) == list(range(first))
    segments = read_journal(tmp_path)
    assert [each.number for each in segments] == list(range(len(segments)))
    assert len(segments) > 2
    assert [drain.stamp_s for each in segments for drain in each.drains] == [0, 1, 21, 28, 41, 60]
    last = segments[-1].drains[-1].events[-1]
    assert (int(last["what"]), int(last["value"])) == (0x0101, -(first - 1))


def test_nothing_to_drain_writes_nothing(tmp_path: Path) -> None:
    JournalFile(str(tmp_path)).drain(Journal(20))
    assert list(tmp_path.iterdir()) == []


def test_files_are_bounded_in_size_and_number(tmp_path: Path) -> None:
    journal, first = Journal(20), 0
    file = JournalFile(str(tmp_path), 600, 4)
    for _ in range(60):
        filled(journal, first, 20)
        file.drain(journal)
        first += 20
    held = sorted(tmp_path.iterdir())
    assert len(held) == 4
    assert all(path.stat().st_size <= 600 for path in held)
    kept = ticks(tmp_path)
    assert kept == list(range(first - len(kept), first))
    assert len(kept) >= 3 * 40  # three whole segments of two drains


def test_what_the_ring_lost_is_told(tmp_path: Path) -> None:
    journal = Journal(10)
    filled(journal, 0, 13)
    JournalFile(str(tmp_path)).drain(journal)
    (segment,) = read_journal(tmp_path)
    assert segment.drains[0].lost == 3
    assert ticks(tmp_path) == list(range(3, 13))


def test_refused_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(20)
    filled(journal, 0, 15)
    file = JournalFile(str(tmp_path), reserve=2**60)
    with pytest.raises(StoreError, match=r"^0.jnl: the file system is full"):
        file.drain(journal)
    file.reserve = 0
    with monkeypatch.context() as patch:
        patch.setattr(files, "_write", fail)
        with pytest.raises(StoreError, match="flash error 5"):
            file.drain(journal)
    filled(journal, 15, 5)
    file.drain(journal)
    assert ticks(tmp_path) == list(range(20))


def fail(*_: object) -> None:
    raise OSError(5, "input/output error")


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    for stray in ("readme.txt", "x.jnl", "-1.jnl"):
        (tmp_path / stray).write_text("mine")
    journal = Journal(20)
    filled(journal, 0, 5)
    JournalFile(str(tmp_path), 100, 1).drain(journal)
    filled(journal, 5, 5)
    JournalFile(str(tmp_path), 100, 1).drain(journal)
    assert ticks(tmp_path) == list(range(5, 10))
    assert len(list(tmp_path.iterdir())) == 4


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_journal(tmp_path / "none")


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A segment of five drains of 4 events: 16 + 8 + 48 bytes each."""
    folder = tmp_path_factory.mktemp("segment")
    journal = Journal(20)
    file = JournalFile(str(folder))
    for k in range(5):
        filled(journal, 4 * k, 4)
        file.drain(journal)
    data = (folder / "0.jnl").read_bytes()
    assert len(data) == 5 * 72
    return data


@given(cut=st.integers(0, 360), tail=st.binary(max_size=100))
@settings(max_examples=60)
def test_a_cut_tail_costs_only_the_drain_that_was_cut(
    segment: bytes, cut: int, tail: bytes
) -> None:
    got = parse_segment(segment[:cut] + tail, 0)
    whole = cut // 72
    if segment[:cut] + tail == segment:
        whole = 5
    assert len(got.drains) >= whole
    held = [int(tick) for drain in got.drains[:whole] for tick in drain.events["tick"]]
    assert held == list(range(4 * whole))
    assert got.damaged == cut + len(tail) - 72 * len(got.drains)


@given(at=st.integers(0, 359), junk=st.binary(min_size=1, max_size=40))
@settings(max_examples=60)
def test_damage_in_the_middle_costs_only_the_drains_it_touches(
    segment: bytes, at: int, junk: bytes
) -> None:
    data = segment[:at] + junk[: 360 - at] + segment[at + len(junk) :]
    got = parse_segment(data, 0)
    touched = {k // 72 for k in range(360) if data[k] != segment[k]}
    held = {int(drain.events["tick"][0]) // 4 for drain in got.drains}
    assert held == set(range(5)) - touched
    assert got.damaged == 72 * len(touched)


@given(st.binary(max_size=300), st.integers(0, 9))
def test_any_bytes_are_read(data: bytes, number: int) -> None:
    assert parse_segment(data, number).damaged == len(data)


def test_a_drain_after_a_torn_tail_is_found(tmp_path: Path) -> None:
    journal = Journal(20)
    file = JournalFile(str(tmp_path))
    for k in range(3):
        filled(journal, 4 * k, 4)
        file.drain(journal)
        if k == 1:
            path = tmp_path / "0.jnl"
            path.write_bytes(path.read_bytes()[:-10])
    assert ticks(tmp_path) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert read_journal(tmp_path)[0].damaged == 62


def test_events_are_the_ring_bit_by_bit(tmp_path: Path) -> None:
    journal = Journal(4)
    rows = [(2**30 - 1, 0x2000, -(2**30)), (0, 0x0605, 2**30 - 1), (5, 0x0100, 0)]
    for row in rows:
        journal.put(*row)
    JournalFile(str(tmp_path)).drain(journal)
    events = read_journal(tmp_path)[0].drains[0].events
    assert [tuple(int(word) for word in event) for event in events] == rows
    assert events.dtype.itemsize == 12
    assert np.all(events["tick"] < 2**30)
