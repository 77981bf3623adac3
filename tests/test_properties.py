"""What must hold whatever happens: generated histories against the simulated machine."""

from __future__ import annotations

import pytest
from histories import LAST_US, Step, histories, play
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.clock import HALF, LAST

FEW, MANY = 200, 700
few_and_many = pytest.mark.parametrize(
    "examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)]
)
instants = st.lists(st.integers(1, LAST_US), max_size=12)


def so_many(examples: int) -> settings:
    """The same histories every time."""
    return settings(
        deadline=None,
        max_examples=examples,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


@few_and_many
def test_interlocks_and_safe_outputs_and_pieces_hold(examples: int) -> None:
    @so_many(examples)
    @given(histories(), st.integers(0, 3))
    def hold(steps: list[Step], seed: int) -> None:
        play(steps, seed=seed)

    hold()


@few_and_many
def test_extra_scans_change_nothing(examples: int) -> None:
    @so_many(examples)
    @given(histories(), instants)
    def change_nothing(steps: list[Step], extra: list[int]) -> None:
        assert play(steps).events == play(steps, extra=extra, checked=False).events

    change_nothing()


@few_and_many
def test_a_wrap_of_the_clock_changes_nothing(examples: int) -> None:
    @so_many(examples)
    @given(histories(), st.integers(0, LAST_US))
    def change_nothing(steps: list[Step], wrap_us: int) -> None:
        wrapped = play(steps, origin=(LAST + 1 - wrap_us) & LAST, checked=False)
        assert play(steps, origin=HALF // 2).events == wrapped.events

    change_nothing()
