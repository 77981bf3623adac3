"""Ticks: exact across the wrap, and never at 2**30 on the way."""

from hypothesis import given
from hypothesis import strategies as st

import host_sim  # noqa: F401  (puts the firmware on the path)
from controller.clock import HALF, LAST, add, diff

ticks = st.integers(0, LAST)


class Bounded(int):
    """An int that refuses to reach 2**30, on results too: there a board allocates."""

    def _check(self, value: int) -> "Bounded":
        assert -(2**30) <= value < 2**30, value
        return Bounded(value)

    def __add__(self, other: int) -> "Bounded":
        return self._check(int(self) + int(other))

    def __sub__(self, other: int) -> "Bounded":
        return self._check(int(self) - int(other))


@given(ticks, st.integers(0, HALF - 1))
def test_diff_undoes_add_anywhere_on_the_ring(tick: int, ahead: int) -> None:
    later = add(tick, ahead)
    assert 0 <= later <= LAST
    assert later == (tick + ahead) % 2**30
    assert diff(later, tick) == ahead


@given(ticks, ticks)
def test_diff_is_the_shortest_way_round(later: int, earlier: int) -> None:
    gap = diff(later, earlier)
    assert -HALF <= gap < HALF
    assert (earlier + gap) % 2**30 == later


@given(ticks, st.integers(0, HALF - 1), ticks)
def test_no_result_on_the_way_leaves_the_small_integers(tick: int, ahead: int, other: int) -> None:
    add(Bounded(tick), Bounded(ahead))
    diff(Bounded(tick), Bounded(other))
