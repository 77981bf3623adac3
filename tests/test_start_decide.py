"""Which start runs, is held or goes to safe mode: every case, against tables for people."""

from __future__ import annotations

from itertools import product

import pytest

from controller import modes, packml
from start.decide import (
    CRASHES_MOST,
    HOLD,
    PROVEN_MS,
    RUN,
    SAFE,
    choose,
    crashes_after,
    crashes_before,
    in_service,
)

COUNTS = range(CRASHES_MOST + 3)

# crashes so far, run not ended, power has come -> crashes in a row before this start
BEFORE = {
    (0, 0, False): 0, (0, 1, False): 1, (0, 0, True): 0, (0, 1, True): 0,
    (1, 0, False): 1, (1, 1, False): 2, (1, 0, True): 0, (1, 1, True): 0,
    (2, 0, False): 2, (2, 1, False): 3, (2, 0, True): 0, (2, 1, True): 0,
    (3, 0, False): 3, (3, 1, False): 4, (3, 0, True): 0, (3, 1, True): 0,
}  # fmt: skip

# crashes in a row, safe-mode pin -> what the start does
CHOICE = {
    (0, False): RUN, (1, False): RUN, (2, False): RUN, (3, False): HOLD, (4, False): HOLD,
    (0, True): SAFE, (1, True): SAFE, (2, True): SAFE, (3, True): SAFE, (4, True): SAFE,
}  # fmt: skip

# mode: states in which Ctrl-C is a matter of service
AT_REST = {packml.STOPPED, packml.ABORTED, packml.IDLE, packml.COMPLETE}


@pytest.mark.parametrize("given, crashes", BEFORE.items())
def test_crashes_before_this_start(given: tuple[int, int, bool], crashes: int) -> None:
    assert crashes_before(*given) == crashes


@pytest.mark.parametrize("given, choice", CHOICE.items())
def test_choice(given: tuple[int, bool], choice: int) -> None:
    assert choose(*given) == choice


@pytest.mark.parametrize("crashes", COUNTS)
def test_a_crash_soon_after_the_start_makes_the_row_longer(crashes: int) -> None:
    for ran_ms in (0, 1, PROVEN_MS - 1):
        assert crashes_after(crashes, ran_ms) == crashes + 1


@pytest.mark.parametrize("crashes", COUNTS)
def test_a_crash_after_a_long_run_is_the_first_of_its_row(crashes: int) -> None:
    # Below 0: the board's clock has gone half round since the start.
    for ran_ms in (PROVEN_MS, 1 << 29, -1, -(1 << 29)):
        assert crashes_after(crashes, ran_ms) == 1


def test_every_loop_of_crashes_ends_in_a_hold_and_power_ends_every_hold() -> None:
    for hangs in product((False, True), repeat=CRASHES_MOST):
        crashes = 0
        for hang in hangs:
            assert choose(crashes, False) == RUN
            crashes = crashes_before(crashes, 1, False) if hang else crashes_after(crashes, 0)
        assert choose(crashes, False) == HOLD
        assert choose(crashes_before(crashes, 0, False), False) == HOLD
        assert choose(crashes_before(crashes, 0, True), False) == RUN


@pytest.mark.parametrize("mode", [1, 2, 3, 4, 6, 7])
@pytest.mark.parametrize("state", range(1, 18))
def test_ctrl_c_is_a_matter_of_service(state: int, mode: int) -> None:
    assert in_service(state, mode) == (mode != modes.PRODUCE or state in AT_REST)
