"""The simulated machine keeps the cycle budget on every mold: stages and stroke, as measured by
the controller, against the budget's rows drawn independently here.

Means and spreads of the stages within 3 %, p99 of the stroke within 5 %.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from host_sim.molds import load_molds
from host_sim.result import Result
from host_sim.run import run, tasks
from host_sim.scenario import Wishes, build

Draws = NDArray[np.float64]
N = 400_000
MEAN_STROKE_MS = {
    "kids_hand": 1249, "hand_S": 1373, "hand_M": 1446, "hand_L": 1524,
    "kids_foot": 1263, "foot_S": 1409, "foot_M": 1487, "foot_L": 1560,
}  # fmt: skip


def cut(rng: np.random.Generator, mean: float, sd: float, low: float, high: float) -> Draws:
    """Normal of which what falls outside is drawn again."""
    draws = rng.normal(mean, sd, N)
    while (outside := (draws < low) | (draws > high)).any():
        draws[outside] = rng.normal(mean, sd, int(outside.sum()))
    return draws


def budget(pitch_mm: float, weld_ms: float, hold_ms: float) -> dict[str, Draws]:
    """Rows of the cycle budget at 30 pcs/min in ms, for a mold."""
    rng = np.random.default_rng(11)
    trapezoid_ms = 1000 * (pitch_mm / 900 + 900 / 7000)
    log_var = np.log1p((16 / 80) ** 2)
    slow = np.where(rng.random(N) < 0.008, rng.uniform(1.2, 1.5, N), 1.0)
    weld = weld_ms * rng.normal(1, 0.06, N) * slow
    return {
        "feed": trapezoid_ms + np.abs(rng.normal(0, 4, N)) + cut(rng, 25, 8, 5, 45),
        "settle": cut(rng, 45, 8.25, 25, 90),
        "lower": cut(rng, 212, 14, 152, 340),
        "trigger": rng.lognormal(np.log(80) - log_var / 2, np.sqrt(log_var), N),
        "weld": np.minimum(weld, 1.5 * weld_ms),
        "hold": hold_ms + rng.exponential(1, N),
        "raise": cut(rng, 119, 10, 80, 170),
        "ready": np.where(rng.random(N) < 0.01, rng.uniform(80, 400, N), 0.0),
        "service": cut(rng, 12, 4, 2, 99)
        + np.where(rng.random(N) < 0.05, rng.uniform(2, 6, N), 0.0),
    }


@pytest.fixture(scope="module", params=list(MEAN_STROKE_MS))
def mold(request: pytest.FixtureRequest) -> tuple[str, Result, dict[str, Draws]]:
    name = request.param
    result = run(tasks(build(Wishes(molds=(name,), hours=2, seed=4)))[0])
    data = load_molds([name])[0].data
    rows = budget(data["pitch_mm"], data["weld"]["time_ms"], data["weld"]["hold_ms"])
    return name, result, rows


def test_stages_and_stroke_keep_the_budget(mold: tuple[str, Result, dict[str, Draws]]) -> None:
    name, result, rows = mold
    measured = {stage.name: stage.time for stage in result.stages}
    wrong = []
    for row in ("settle", "lower", "trigger", "weld", "raise", "service"):
        time, drawn = measured[row], rows[row]
        for what, got, want in (
            ("mean", time.mean / 1000, drawn.mean()),
            ("sd", time.deviation / 1000, drawn.std()),
        ):
            if abs(got / want - 1) > 0.03:
                wrong.append(f"{row} {what}: {got:.2f} ms, budget {want:.2f} ms")
    # The budget has feed in one row; the table has two, which are drawn independently.
    feed_ms = (measured["index"].mean + measured["trim"].mean) / 1000
    feed_sd = np.hypot(measured["index"].deviation, measured["trim"].deviation) / 1000
    assert feed_ms == pytest.approx(rows["feed"].mean(), rel=0.03)
    assert feed_sd == pytest.approx(rows["feed"].std(), rel=0.03)
    assert measured["hold"].mean / 1000 == pytest.approx(rows["hold"].mean(), rel=0.03)
    # Rare long ones: their share of the stroke is what counts, and their tail shows in p99.
    assert measured["ready"].mean / 1000 == pytest.approx(rows["ready"].mean(), abs=1)
    stroke = np.sum(list(rows.values()), axis=0)
    assert result.time.mean / 1000 == pytest.approx(MEAN_STROKE_MS[name], rel=0.003)
    # One stroke in a hundred makes a third of this variance: 3,600 strokes tell it roughly.
    assert result.time.deviation / 1000 == pytest.approx(stroke.std(), rel=0.08)
    assert result.time.percentile(99) / 1000 == pytest.approx(np.percentile(stroke, 99), rel=0.05)
    assert not wrong, wrong
