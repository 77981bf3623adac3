"""Percentiles within a bin, exact moments, and the quantiles of Student's t."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_sim.numbers import lower_bound, student_t_cdf, student_t_quantile
from host_sim.tally import BINS, Tally

# One-sided 95 % quantiles as every table prints them
TABLE = {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132, 5: 2.015, 9: 1.833, 10: 1.812, 19: 1.729,
         30: 1.697, 120: 1.658, 1000: 1.646}  # fmt: skip

durations = st.lists(st.integers(0, 5_000_000), min_size=1, max_size=200)


@pytest.mark.parametrize(("freedom", "quantile"), TABLE.items())
def test_quantile_is_that_of_the_tables(freedom, quantile):
    assert student_t_quantile(0.95, freedom) == pytest.approx(quantile, abs=6e-4)


@given(st.integers(1, 300), st.floats(0.5, 0.999))
def test_quantile_undoes_the_distribution(freedom, probability):
    t = student_t_quantile(probability, freedom)
    assert student_t_cdf(t, freedom) == pytest.approx(probability, abs=1e-9)


def test_no_quantile_without_degrees_of_freedom():
    with pytest.raises(ValueError, match="0 degrees"):
        student_t_quantile(0.95, 0)


def test_lower_bound_of_four_replications():
    # mean 29.5, s 0.5774, t(0.95, 3) 2.3534
    assert lower_bound([29, 30, 29, 30]) == pytest.approx(29.5 - 2.3534 * 0.57735 / 2, abs=1e-3)


def test_lower_bound_without_spread_is_the_rate():
    assert lower_bound([30.0] * 4) == 30.0


def test_one_replication_has_no_bound():
    with pytest.raises(ValueError, match="two replications"):
        lower_bound([30.0])


@given(durations, st.floats(0, 100))
def test_percentile_is_within_a_bin_of_the_exact_one(values, percent):
    tally = Tally()
    tally.add(np.array(values))
    exact = np.percentile(values, percent, method="inverted_cdf")
    assert abs(tally.percentile(percent) - exact) <= tally.bin_us


@given(durations)
def test_mean_deviation_and_extremes_are_exact(values):
    tally = Tally()
    tally.add(np.array(values))
    assert (tally.count, tally.least, tally.most) == (len(values), min(values), max(values))
    assert tally.mean == pytest.approx(np.mean(values))
    if len(values) > 1:
        assert tally.deviation == pytest.approx(np.std(values, ddof=1), abs=1e-3, rel=1e-6)


@given(durations, durations)
def test_merging_is_counting_together(one, two):
    apart, other, together = Tally(), Tally(), Tally()
    apart.add(np.array(one))
    other.add(np.array(two))
    apart.merge(other)
    together.add(np.array(one + two))
    assert vars(apart).keys() == vars(together).keys()
    for name, value in vars(apart).items():
        assert np.array_equal(value, getattr(together, name)), name


def test_durations_beyond_the_last_bin_take_no_more_memory():
    tally = Tally()
    tally.add(np.array([10**9, 3 * 10**9]))
    assert len(tally.bins) == BINS
    assert tally.percentile(99) == tally.most == 3 * 10**9


def test_an_empty_tally_has_zeros():
    tally = Tally()
    tally.add(np.zeros(0, np.int64))
    tally.merge(Tally())
    assert (tally.mean, tally.deviation, tally.percentile(99)) == (0, 0, 0)


def test_tallies_of_different_resolution_do_not_mix():
    with pytest.raises(ValueError, match="do not mix"):
        Tally().merge(Tally(bin_us=100))
