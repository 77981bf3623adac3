"""The lower bound of a mean over replications, and the quantile of Student's t behind it."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev


def student_t_cdf(t: float, freedom: int) -> float:
    """Probability that Student's t with `freedom` >= 1 degrees stays below t.

    Closed form for whole degrees of freedom: Abramowitz and Stegun 26.7.3 and 26.7.4.
    """
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    if freedom % 2:
        term, series = cosine, 0.0
        for k in range(1, freedom - 1, 2):
            series += term
            term *= cosine * cosine * (k + 1) / (k + 2)
        within = (angle + sine * series) * 2 / math.pi
    else:
        term, series = 1.0, 0.0
        for k in range(0, freedom - 1, 2):
            series += term
            term *= cosine * cosine * (k + 1) / (k + 2)
        within = sine * series
    return (1 + within) / 2


def student_t_quantile(probability: float, freedom: int) -> float:
    """The t below which Student's t with `freedom` >= 1 stays with this probability (0.5 .. 1)."""
    if freedom < 1 or not 0.5 <= probability < 1:
        raise ValueError(f"no quantile for p {probability} with {freedom} degrees of freedom")
    low, high = 0.0, 1.0
    while student_t_cdf(high, freedom) < probability:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if student_t_cdf(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return high


def lower_bound(values: Sequence[float], confidence: float = 0.95) -> float:
    """One-sided lower bound of the mean of independent replications, at least two.

    mean - t(confidence, n - 1) x s / sqrt(n).
    """
    count = len(values)
    if count < 2:
        raise ValueError("a lower bound needs at least two replications")
    t = student_t_quantile(confidence, count - 1)
    return fmean(values) - t * stdev(values) / math.sqrt(count)
