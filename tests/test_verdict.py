"""The verdict: bound and worst ten minutes decide, never a mean; limits are named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_sim.stages import Stage
from host_sim.verdict import first_to_fail, judge, limiting_chain
from host_sim.window import WORST_US, Worst, window_us
from tests.synthetic import result

TAKT_US = 2_000_000


def judged(*results, target=30.0):
    return judge(results, target)


def test_a_grid_that_is_kept_passes():
    verdict = judged(result(0), result(1), result(2), result(3))
    assert verdict.passed
    assert verdict.bound_pcs_min == verdict.paced_pcs_min == 30.0
    assert verdict.reserve_us == pytest.approx(441_000, abs=3000)
    assert verdict.free_strokes_min == pytest.approx(38.5, abs=0.1)


def test_a_mean_of_30_with_spread_fails():
    verdict = judged(result(0, 30.1), result(1, 29.9), result(2, 30.0), result(3, 30.0))
    assert verdict.paced_pcs_min == pytest.approx(30.0)
    assert not verdict.passed
    assert verdict.reasons[0].startswith("lower bound 29.90 pcs/min")


def test_the_bound_may_miss_the_target_by_one_part_in_3000():
    assert judged(result(0, 29.9901), result(1, 29.9901)).passed
    assert not judged(result(0, 29.9899), result(1, 29.9899)).passed


def test_ten_bad_minutes_in_one_replication_fail():
    verdict = judged(result(0), result(1, worst=296))
    assert verdict.reasons == ("worst ten minutes 296 of 300 pieces",)
    assert judged(result(0), result(1, worst=297)).passed


def test_two_cavities_are_two_pieces_a_stroke():
    two_up = {"cavities": 2, "takt_us": 4_000_000, "worst": 150}
    verdict = judged(*(result(n, 15.0, **two_up) for n in range(2)))
    assert verdict.passed
    assert (verdict.paced_strokes_min, verdict.paced_pcs_min) == (15.0, 30.0)
    assert verdict.worst_pcs == 300
    assert verdict.free_pcs_min == 2 * verdict.free_strokes_min


def test_a_short_horizon_is_scaled_and_said_to_be():
    short = {"worst": 30, "window_us": 60_000_000}
    verdict = judged(result(0, **short), result(1, **short))
    assert (verdict.worst_pcs, verdict.worst_scaled) == (300, True)


def test_nothing_produced_fails():
    none = {"rate": 0.0, "worst": 0, "count": 0}
    verdict = judged(result(0, **none), result(1, **none))
    assert not verdict.passed
    assert verdict.free_strokes_min == 0


def test_press_is_the_limiting_chain_and_feed_fails_first_on_foot_l():
    verdict = judged(result(0), result(1))
    assert verdict.chain == "press"
    assert verdict.chain_rows == ("lower", "trigger", "weld", "hold", "raise")
    assert verdict.chain_share == pytest.approx(0.64, abs=0.01)
    assert verdict.first_to_fail == "feed"
    assert verdict.first_factor == pytest.approx(1 + 441 / 552, abs=0.01)


def test_slowing_the_first_to_fail_by_its_factor_takes_the_reserve():
    stages = []
    for number, (name, chain, ms) in enumerate(
        (("index", "web", 500), ("lower", "press", 300), ("raise", "press", 100),
         ("weld", "press", 450))
    ):  # fmt: skip
        stages.append(Stage(name, chain, 0, number))
        stages[-1].time.add(np.array([ms * 1000]))
    what, factor = first_to_fail(stages, 1_350_000, TAKT_US)
    assert what == "feed"
    assert 1_350_000 + (factor - 1) * 500_000 == pytest.approx(TAKT_US)
    assert limiting_chain(stages, 1_350_000)[0] == "press"


def test_worst_stage_is_the_nearest_to_its_time_out():
    verdict = judged(result(0), result(1))
    assert verdict.tightest is not None
    assert verdict.tightest.name == "weld"
    assert verdict.tightest_share == pytest.approx(verdict.tightest.time.most / 700_000)


# The worst ten minutes


def counted_by_hand(owed, start, end, width):
    """Every window (x, x + width] that can be the least begins at the start or at a stroke."""
    begins = [x for x in [start, *owed] if x + width <= end]
    return min((sum(x < t <= x + width for t in owed) for x in begins), default=None)


@given(
    st.lists(st.integers(1, 400), max_size=120),
    st.integers(1, 900),
    st.integers(0, 2000),
    st.integers(1, 30),
)
def test_worst_window_is_that_of_counting_by_hand(gaps, width, rest, chunk):
    owed = np.cumsum([100, *gaps])[1:]
    end = int(owed[-1] if len(owed) else 100) + rest
    worst = Worst(width)
    worst.begin(100)
    for at in range(0, len(owed), chunk):
        worst.add(owed[at : at + chunk])
    assert worst.finish(end) == counted_by_hand(owed.tolist(), 100, end, width)


def test_strokes_that_vary_inside_their_slots_do_not_move_the_worst_window():
    slots = np.arange(1, 901) * TAKT_US
    worst = Worst(WORST_US)
    worst.begin(0)
    worst.add(slots)
    assert worst.finish(900 * TAKT_US) == 300


def test_window_is_ten_minutes_or_whole_takts_of_a_shorter_horizon():
    assert window_us(3_600_000_000, TAKT_US) == WORST_US
    assert window_us(300_000_000, TAKT_US) == 298_000_000
    assert window_us(1, TAKT_US) == TAKT_US
