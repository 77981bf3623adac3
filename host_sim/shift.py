"""One shift: the operator starts production, faults happen, the horizon is run to its end."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from controller.packml import EXECUTE
from host_sim.counts import CountBook
from host_sim.faults import Fault
from host_sim.recorder import Recorder
from host_sim.twin import Twin

SLICE_US = 600_000_000  # how far the machine runs between two looks at it
LOOK_US = 10_000_000  # how often the operator looks whether the machine stands
START_SLICE_US = 1_000_000
START_MOST_US = 120_000_000  # an operator who has not started by then will not


def work(
    twin: Twin,
    recorder: Recorder,
    counts: CountBook,
    horizon_us: int,
    faults: Sequence[Fault],
    progress: Callable[[float], None],
    slice_us: int = SLICE_US,
    repairs: Sequence[Fault] = (),
) -> int:
    """Run a machine from power-up to `horizon_us` after Execute was first reached; absolute µs
    of that end.

    Faults count from when Execute was reached. `counts` is one of the recorder's books, `progress`
    is called with 0 .. 1, after every slice. `repairs` are faults, too; while one of them lasts
    the operator mends it, and starts nothing; after a jam the belt is cleared.
    """

    def run_to(until_us: int) -> None:
        twin.run(until_us)
        twin.app.journal.drain(recorder.sink)
        recorder.settle(until_us)

    mended: list[tuple[int, int]] = []  # when each repair begins and ends
    attend(twin.app, twin, mended)
    now_us = 0
    while counts.execute_us is None and now_us < START_MOST_US:
        now_us += START_SLICE_US
        run_to(now_us)
    begin_us = now_us if counts.execute_us is None else counts.execute_us
    end_us = begin_us + horizon_us
    for fault in (*faults, *repairs):
        twin.inject(replace(fault, start_us=begin_us + fault.start_us))
    for fault in repairs:
        mended.append((begin_us + fault.start_us, begin_us + fault.end_us))
        if fault.name == "belt_jam":  # behind what is stuck others pile up
            twin.at(begin_us + fault.end_us, twin.operator.clear_belt)
    while now_us < end_us:
        now_us = min(now_us + slice_us, end_us)
        run_to(now_us)
        progress((now_us - begin_us) / horizon_us)
    return end_us


def attend(app: Any, twin: Twin, mended: Sequence[tuple[int, int]] = ()) -> None:  # noqa: ANN401
    """Have the operator start production, now and whenever it is seen to stand.

    Not while something is `mended`: each repair's beginning and end, absolute µs.
    """
    now_us = twin.now_us
    mends = any(begin_us <= now_us < end_us for begin_us, end_us in mended)
    if app.unit.state != EXECUTE and not mends:
        twin.operator.start_up()
    twin.at(now_us + LOOK_US, lambda: attend(app, twin, mended))
