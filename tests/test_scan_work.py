"""Work of a scan: counted right; at most 2 ms a scan and 60 µs a weld sample by the estimate."""

from __future__ import annotations

import pytest

from host_sim.board.scenarios import RUNS, event_name, work_of
from host_sim.board.work import (
    BUILTIN,
    CALL,
    COST_US,
    JUMP,
    LOOK_UP,
    OPERATOR,
    PLAIN,
    SAMPLE_MOST_US,
    SCAN_MOST_US,
    Count,
    kind_of,
    total,
)


@pytest.mark.parametrize("name", RUNS)
def test_worst_scan_and_sample(name: str) -> None:
    work = work_of(name)
    worst = max(work.scans, key=lambda scan: scan.total.us)
    story = [event_name(what) for what, _ in worst.events]
    assert worst.total.us <= SCAN_MOST_US, f"{worst.total.us:.0f} µs at {worst.now_us}: {story}"
    assert 0 < work.worst_sample.us <= SAMPLE_MOST_US
    assert len(work.scans) > 100


def test_anchors_of_the_estimate() -> None:
    """A turn of an empty loop costs 4.9 µs and a call of an empty function 6.4 µs, as measured."""
    turn = 5 * COST_US[PLAIN] + 2 * COST_US[OPERATOR] + COST_US[JUMP]
    assert turn == pytest.approx(4.9, abs=0.1)
    call = COST_US[CALL] + COST_US[LOOK_UP] + 3 * COST_US[PLAIN]
    assert call == pytest.approx(6.4, abs=0.1)


def test_bytecodes_by_kind() -> None:
    assert kind_of("LOAD_FAST") == PLAIN and kind_of("BINARY_OP") == OPERATOR
    assert kind_of("POP_JUMP_FORWARD_IF_TRUE") == JUMP and kind_of("STORE_ATTR") == LOOK_UP
    assert kind_of("CACHE") is None and kind_of("PRECALL") is None


def test_sum_over_parts_is_the_whole() -> None:
    one, other = Count(), Count()
    one.by_kind = [1, 0, 2, 0, 0, 1, 0]
    other.by_kind = [0, 3, 0, 0, 4, 0, 5]
    both = total({"a": one, "b": other})
    assert both.us == pytest.approx(one.us + other.us)
    assert (both.calls, both.bytecodes, both.by_kind[BUILTIN]) == (1, 10, 5)


def test_the_same_run_counts_the_same() -> None:
    one, other = work_of("production"), work_of("production")
    assert [scan.total.by_kind for scan in one.scans] == [s.total.by_kind for s in other.scans]
