"""Blocks, fed with numbers alone, and held against what they say of themselves."""

from hypothesis import given
from hypothesis import strategies as st

import host_sim  # noqa: F401
from controller.blocks import Debounce, Latch, OnDelay, OneShot, Rate
from controller.clock import add, diff

origins = st.sampled_from([0, 1, 2**29 - 50, 2**30 - 1, 2**30 - 777])
steps = st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=60)


def test_latch_set_dominates() -> None:
    latch = Latch()
    assert [latch.feed(a, b) for a, b in ((0, 0), (1, 0), (0, 0), (1, 1), (0, 1), (0, 0))] == [
        False, True, True, True, False, False,
    ]  # fmt: skip


@given(origins, steps)
def test_on_delay_is_on_when_the_input_has_been_on_that_long(origin: int, feed: list) -> None:
    block, now, since = OnDelay(500), origin, None
    for ahead, level in feed:
        now = add(now, ahead)
        since = (now if since is None else since) if level else None
        assert block.feed(now, level) == (since is not None and diff(now, since) >= 500)
        assert block.feed(now, level) == block.on  # a second look changes nothing


@given(origins, steps)
def test_debounce_takes_over_what_has_not_changed_that_long(origin: int, feed: list) -> None:
    block, now, value = Debounce(500, 0), origin, 0
    raw, since = 0, origin
    for ahead, level in feed:
        now = add(now, ahead)
        if int(level) != raw:
            raw, since = int(level), now
        if diff(now, since) >= 500:
            value = raw
        assert block.feed(now, int(level)) == value
        assert block.timed == (raw != value)


def test_one_shot_ends_at_its_width_and_can_be_fired_again() -> None:
    block = OneShot(100)
    block.fire(2**30 - 50)
    assert block.feed(2**30 - 1) and block.feed(49)
    block.fire(49)
    assert block.feed(148)
    assert not block.feed(149)


def test_rate_counts_per_second_across_both_wraps() -> None:
    block = Rate()
    block.begin(2**30 - 100_000, 2**30 - 300)
    assert block.feed(100_000, 300) == 3000
    assert block.feed(100_000, 999) == 3000  # no time has passed: the last word stands
