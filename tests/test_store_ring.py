"""A ring keeps the latest rows, in order, in bounded room."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_rig import spoil

from store.files import StoreError
from store.ring import Ring
from store.store import LOST, Store


@given(rows=st.lists(st.lists(st.integers(-(2**30), 2**30), max_size=4), max_size=60))
@settings(max_examples=25, deadline=None)
def test_a_ring_keeps_the_latest_rows_in_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[int]]
) -> None:
    store = Store(str(tmp_path_factory.mktemp("ring") / "store"))
    ring = Ring(store, "alarms", 3, 100)
    for at, row in enumerate(rows):
        if at % 7 == 0:
            ring = Ring(Store(store.root), "alarms", 3, 100)  # power-up
        ring.append(row)
    kept = Ring(Store(store.root), "alarms", 3, 100).rows()
    assert kept == list(enumerate(rows))[len(rows) - len(kept) :]
    size = sum(len(str(row)) + 2 for _, row in kept)
    assert len(kept) == len(rows) or size >= 100
    assert all(path.stat().st_size < 200 for path in Path(store.root).iterdir())


def test_a_damaged_record_of_a_ring_costs_its_rows_only(store: Store, root: Path) -> None:
    ring = Ring(store, "audit", 3, 60)
    for k in range(8):
        ring.append([k, "supervisor"])
    rows = [(k, [k, "supervisor"]) for k in range(8)]
    assert ring.rows() == rows  # three in each of two records, two in the third
    for path in root.glob("audit-1.*"):
        spoil(path)
    assert ring.rows() == rows[:3] + rows[6:]
    assert store.damaged == {"audit-1": LOST}
    # The latest row only, where one generation is left.
    spoil(root / "audit-2.1")
    assert ring.rows() == rows[:3] + rows[6:7]


def test_a_refused_row_is_not_shown(store: Store) -> None:
    ring = Ring(store, "alarms")
    ring.append([1])
    with pytest.raises(StoreError):
        ring.append([float("nan")])
    ring.append([2])
    assert ring.rows() == [(0, [1]), (1, [2])]
