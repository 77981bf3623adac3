"""What must hold whatever happens: generated histories against the simulated machine."""

from __future__ import annotations

from histories import LAST_US, Step, histories, play
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.clock import HALF, LAST

QUICK = settings(
    deadline=None,
    max_examples=700,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
instants = st.lists(st.integers(1, LAST_US), max_size=12)


@QUICK
@given(histories(), st.integers(0, 3))
def test_interlocks_and_safe_outputs_and_pieces_hold(steps: list[Step], seed: int) -> None:
    play(steps, seed=seed)


@QUICK
@given(histories(), instants)
def test_extra_scans_change_nothing(steps: list[Step], extra: list[int]) -> None:
    assert play(steps).events == play(steps, extra=extra, checked=False).events


@QUICK
@given(histories(), st.integers(0, LAST_US))
def test_a_wrap_of_the_clock_changes_nothing(steps: list[Step], wrap_us: int) -> None:
    wrapped = play(steps, origin=(LAST + 1 - wrap_us) & LAST, checked=False)
    assert play(steps, origin=HALF // 2).events == wrapped.events
