"""Results made by hand, for tests of what is done with them."""

import numpy as np

from host_sim.result import Result
from host_sim.stages import Stage
from host_sim.tally import Tally

FOOT_L = (
    # row, chain, time-out ms, mean ms, sd ms: the budget of a stroke of foot_L
    ("index", "web", 1000, 482, 3),
    ("trim", "web", 500, 25, 8),
    ("settle", "web", 500, 45, 8),
    ("lower", "press", 800, 212, 14),
    ("trigger", "press", 400, 80, 16),
    ("weld", "press", 700, 431, 29),
    ("hold", "press", 0, 151, 0),
    ("raise", "press", 600, 119, 10),
    ("ready", "control", 2000, 2, 5),
    ("service", "control", 1000, 12, 3),
)


def result(replication=0, rate=30.0, worst=300, factor=1.0, count=500, **other):
    """One replication of a foot_L whose times are all `factor` times as long."""
    luck = np.random.default_rng(replication)
    stages = []
    at = np.zeros(count, np.int64)
    for number, (name, chain, max_ms, mean_ms, sd_ms) in enumerate(FOOT_L):
        stage = Stage(name, chain, max_ms * 1000, number)
        times = np.abs(luck.normal(mean_ms, sd_ms, count) * factor * 1000).astype(np.int64)
        stage.time.add(times)
        stage.begin.add(at)
        at = at + times
        stage.end.add(at)
        stages.append(stage)
    transfer = Stage("transfer", "belt", 1_500_000, 0)
    transfer.time.add(np.full(count, 500_000))
    transfer.begin.add(np.full(count, 482_000))
    transfer.end.add(np.full(count, 982_000))
    time = Tally()
    time.add(at)
    values = {
        "mold": "foot_L",
        "replication": replication,
        "seed": 1,
        "trace": f"{replication:032x}",
        "events": 30 * count,
        "lost": 0,
        "cavities": 1,
        "takt_us": 2_000_000,
        "execute_us": 4_000_000,
        "until_us": 4_000_000 + count * 2_000_000,
        "rate": rate,
        "worst": worst,
        "window_us": 600_000_000,
        "late_most_us": 0,
        "time": time,
        "stages": tuple(stages),
        "branches": (transfer,),
        "counts": {f"pieces_{name}": 0 for name in ("good", "suspect", "reject", "lost")},
        "alarms": {},
        "state_us": {6: count * 2_000_000},
    }
    return Result(**(values | other))
