"""Same seed, same trace: whatever the order, the number of processes and the hash seed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from host_sim.catalogue import run_all
from host_sim.run import run, tasks
from host_sim.scenario import Wishes, build

ROOT = Path(__file__).parent.parent
SHORT = Wishes(molds=("foot_L", "kids_hand"), hours=0.02, replications=2)


def traces(results):
    return {(each.mold, each.replication): each.trace for each in results}


def test_order_and_processes_do_not_matter():
    todo = tasks(build(SHORT))
    one = traces(run_all(todo, jobs=1))
    assert traces(run_all(todo[::-1], jobs=1)) == one
    two = run_all(todo, jobs=2)
    assert traces(two) == one
    assert [(each.mold, each.replication) for each in two] == list(one)
    assert len(set(one.values())) == len(todo)


def test_hash_seed_does_not_matter():
    command = [sys.executable, "-m", "tools.cli", "sim", "foot_L", "--hours", "0.02",
               "--replications", "2", "--jobs", "1", "--json", "--no-picture"]  # fmt: skip
    outputs = [
        subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    ]
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0])["passed"]


def test_another_seed_is_another_trace():
    task = tasks(build(SHORT))[0]
    other = tasks(build(Wishes(molds=SHORT.molds, hours=0.02, seed=2)))[0]
    assert run(task).trace != run(other).trace


def test_clock_origin_does_not_matter():
    task = tasks(build(SHORT))[0]
    assert run(task, tick_origin=(1 << 30) - 20_000_000).trace == run(task).trace


def test_progress_is_told_after_each_run():
    told = []
    todo = tasks(build(SHORT))
    run_all(todo, jobs=1, progress=lambda task, result: told.append((task, result.mold)))
    assert [task for task, _ in told] == todo


def test_events_are_kept_when_asked():
    kept = []
    result = run(tasks(build(SHORT))[0], keep=kept)
    records = np.concatenate(kept)
    assert len(records) == result.events
    assert (np.diff(records["t_us"]) >= 0).all()
