"""Many replications on several processes; the result does not depend on how many."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from host_sim.paced_run import PacedRun
from host_sim.remote.target import alone
from host_sim.result import Result
from host_sim.run import Task, run, tasks
from host_sim.scenario import Scenario
from host_sim.verdict import Verdict, judge

Progress = Callable[[Task, Result], None]
Pacing = Callable[[Task], PacedRun]


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(
    todo: Sequence[Task],
    jobs: int | None = None,
    progress: Progress = lambda task, result: None,
    pacing: Pacing | None = None,
) -> list[Result]:
    """Run all tasks, results in the order of the tasks.

    `progress` is called in this process whenever one has ended. One job runs here, without a
    second process. With `pacing` each goes by the wall clock, one after the other, here.
    """
    one = pacing is not None or any(alone(task.target) for task in todo)
    jobs = 1 if one else jobs or processors()
    jobs = min(jobs, len(todo))
    if jobs <= 1:
        results = []
        for task in todo:
            results.append(run(task, paced=pacing and pacing(task)))
            progress(task, results[-1])
        return results

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    done: dict[int, Result] = {}
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = {pool.submit(run, task): number for number, task in enumerate(todo)}
        try:
            for future in as_completed(waiting):
                number = waiting[future]
                done[number] = future.result()
                progress(todo[number], done[number])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [done[number] for number in range(len(todo))]


def verdicts(
    scenario: Scenario,
    jobs: int | None = None,
    progress: Progress = lambda task, result: None,
    pacing: Pacing | None = None,
) -> list[Verdict]:
    """Run a scenario and judge each of its molds."""
    results = run_all(tasks(scenario), jobs, progress, pacing)
    each = scenario.replications
    return [
        judge(results[at : at + each], scenario.target_pcs_min)
        for at in range(0, len(results), each)
    ]
