"""One measurement in a process of its own: run a model, print its figures as one line of JSON.

`python -m tests.benchmark.measure host|mpy|yardstick HOURS [MOLD [SEED]]`, from the root. Only
the run itself is timed, not the imports and not the building of tables.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import simpy

MODELS = ("host", "mpy", "yardstick")
Counts = tuple[int, int]


def yardstick(hours: float, mold: str, seed: int) -> Callable[[], Counts]:
    """The model written by hand; it knows hand_M only."""
    from tests.benchmark.yardstick import run

    if mold != "hand_M":
        raise SystemExit(f"the yardstick models hand_M, not {mold}")

    def once() -> Counts:
        figures = run(hours, seed)
        return len(figures.strokes), figures.events

    return once


def simulator(hours: float, mold: str, seed: int, target: str) -> Callable[[], Counts]:
    """The simulator: the controller's own code on the simulated machine."""
    from host_sim.run import run, tasks
    from host_sim.scenario import Wishes, build

    # A scenario has at least two replications; the first is the one that runs.
    wishes = Wishes(molds=(mold,), hours=hours, replications=2, seed=seed, target=target)
    task = tasks(build(wishes))[0]

    def once() -> Counts:
        with EventCount() as count:
            result = run(task)
        return result.time.count, count.events

    return once


def peak_kib() -> int:
    """Most resident memory that this process has had, KiB; 0 where /proc does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    rows = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(rows.get("VmHWM", "0 kB").split()[0])


def measure(model: str, hours: float, mold: str, seed: int) -> dict[str, float]:
    """Run one model once: strokes, events, CPU and wall seconds, peak memory.

    CPU and memory are this process's: of mpy, MicroPython's own are not in them.
    """
    if model == "yardstick":
        once = yardstick(hours, mold, seed)
    else:
        once = simulator(hours, mold, seed, model)
    cpu, wall = time.process_time(), time.perf_counter()
    strokes, events = once()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "hours": hours,
        "strokes": strokes,
        "events": events,
        "cpu_s": round(cpu, 3),
        "wall_s": round(wall, 3),
        "peak_kib": peak_kib(),
    }


class EventCount:
    """Counts what happens in every environment made while it is in place: SimPy's events, and the
    deadlines that the twin lets pass without one.

    Every event takes a number when it is scheduled; those still queued at the end do not count.
    Nothing is added to the run itself.
    """

    def __init__(self) -> None:
        self._made: list[simpy.Environment] = []

    def __enter__(self) -> EventCount:
        self._init = simpy.Environment.__init__
        made, init = self._made, self._init

        def remember(env: simpy.Environment, *args: object, **names: object) -> None:
            init(env, *args, **names)
            made.append(env)

        simpy.Environment.__init__ = remember
        return self

    def __exit__(self, *_: object) -> None:
        simpy.Environment.__init__ = self._init

    @property
    def events(self) -> int:
        deadlines = sum(getattr(env, "passed", 0) for env in self._made)
        return deadlines + sum(next(env._eid) - len(env._queue) for env in self._made)


def main() -> None:
    model, hours, *rest = sys.argv[1:]
    mold = rest[0] if rest else "hand_M"
    seed = int(rest[1]) if rest[1:] else 1
    if model not in MODELS:
        raise SystemExit(f"no model {model}: {', '.join(MODELS)}")
    print(json.dumps(measure(model, float(hours), mold, seed)))


if __name__ == "__main__":
    main()
