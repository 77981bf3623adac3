"""One replication: builds controller and machine, starts production, measures the horizon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from controller import events
from controller.app import App
from controller.config import Settings
from controller.sequence import CHAIN, ENDS, LIMIT_US, NAME, Sequence
from host_sim.counts import CountBook
from host_sim.errors import InputError
from host_sim.faults import Fault
from host_sim.kpi.book import MINOR_S, KpiBook
from host_sim.kpi.downtime import Downtime, breakdowns
from host_sim.molds import DataFile, settings
from host_sim.paced_run import LOOK_US, PacedRun
from host_sim.plant.parameters import PlantParameters
from host_sim.recorder import Recorder, Records
from host_sim.remote.target import HOST, controller
from host_sim.result import Result
from host_sim.scenario import Scenario
from host_sim.shift import SLICE_US, work
from host_sim.stages import Stage, TableBook
from host_sim.strokes import StrokeBook
from host_sim.twin import Twin
from host_sim.window import window_us

HAL_KEYS = (
    # what a HAL sets up its step train with
    "feed.speed_mm_s",
    "feed.accel_mm_s2",
    "feed.trim_speed_mm_s",
    "feed.trim_accel_mm_s2",
    "feed.slow_speed_mm_s",
)

COUNTED = {
    "pieces_made": events.PIECE_MADE,
    "pieces_good": events.PIECE_GOOD,
    "pieces_suspect": events.PIECE_SUSPECT,
    "pieces_reject": events.PIECE_REJECT,
    "pieces_partner": events.PIECE_PARTNER,  # the next two count as rejects, too
    "pieces_thrown": events.PIECE_THROWN,
    "pieces_lost": events.PIECE_LOST,
    "batches": events.BATCH,
    "pieces_extra": events.PIECE_EXTRA,
    "welds": events.WELD_END,
    "marks_missed": events.MARK_MISSED,
    "scan_faults": events.SCAN_FAULT,
    "denied": events.DENIED,
    "commands_refused": events.REFUSED,
}


@dataclass(frozen=True)
class Task:
    """One replication of one mold. Picklable; a process needs nothing else to run it."""

    machine: DataFile
    mold: DataFile
    plant: PlantParameters
    horizon_us: int
    seed: int
    replication: int
    faults: tuple[Fault, ...] = ()
    target: str = HOST  # who runs the controller; the result is the same
    downtime: tuple[Downtime, ...] = ()  # more faults, at random
    minor_s: float = MINOR_S  # an unplanned stop below that is a minor one

    @property
    def luck(self) -> int:
        """Seed of this replication's random streams.

        The same for all molds and what-ifs, so that comparisons share their luck.
        """
        words = np.random.SeedSequence((self.seed, self.replication)).generate_state(2, np.uint32)
        return int(words[0]) << 32 | int(words[1])


def tasks(scenario: Scenario) -> list[Task]:
    """All replications of a scenario, mold by mold."""
    return [
        Task(
            machine=scenario.machine,
            mold=mold,
            plant=scenario.plant,
            horizon_us=scenario.horizon_us,
            seed=scenario.seed,
            replication=replication,
            faults=scenario.faults,
            target=scenario.target,
            downtime=scenario.downtime,
        )
        for mold in scenario.molds
        for replication in range(scenario.replications)
    ]


def run(
    task: Task,
    keep: list[Records] | None = None,
    file: BinaryIO | None = None,
    tick_origin: int = 0,
    progress: Callable[[float], None] = lambda share: None,
    paced: PacedRun | None = None,
) -> Result:
    """Run one replication. `keep` and `file` receive the raw events, `progress` 0 .. 1.
    `paced` makes it go by the wall clock; but for the times measured the result is the same.

    The horizon begins when Execute is first reached; faults count from there.
    """
    if task.target != HOST and any(f.name == "brown_out" for f in (*task.faults, *task.downtime)):
        raise InputError(
            f"--target {task.target}: the simulator cannot cut the power of that controller. "
            "Take the host, or leave brown_out out."
        )
    machine, mold = settings(task.machine, task.mold)
    plan = App(machine, mold)  # its tables; on the host it is what runs, too
    refuse_unread(machine, task.machine.file)
    refuse_unread(mold, task.mold.file)

    takt_us = machine["machine.takt_ms"] * 1000
    width_us = window_us(task.horizon_us, takt_us)
    table, branches = table_books(plan)
    strokes = StrokeBook(table, branches, takt_us, width_us)
    counts = CountBook()
    figures = KpiBook(
        takt_us, machine["machine.cavities"], stroke_rows(plan), round(task.minor_s * 1e6)
    )
    books = (counts, strokes, figures)
    if paced is not None:
        books += (paced.book,)
    recorder = Recorder(books, tick_origin, keep, file)
    repairs = breakdowns(task.downtime, task.horizon_us, task.luck)
    with controller(task.target, plan, task.machine.data, task.mold.data) as app:
        twin = Twin(
            app if paced is None else paced.timed(app),
            task.plant,
            machine,
            mold,
            task.luck,
            tick_origin=tick_origin,
            sink=recorder.sink,
            clock=paced and paced.clock,
        )
        slice_us = SLICE_US if paced is None else LOOK_US
        end_us = work(
            twin, recorder, counts, task.horizon_us, task.faults, progress, slice_us, repairs
        )
        lost = app.journal.lost
    trace = recorder.trace
    counts.close(end_us)
    return Result(
        mold=task.mold.data["id"],
        replication=task.replication,
        seed=task.luck,
        trace=trace,
        events=recorder.events,
        lost=lost,
        cavities=machine["machine.cavities"],
        takt_us=takt_us,
        execute_us=counts.execute_us,
        until_us=end_us,
        rate=strokes.rate_per_min(end_us),
        worst=strokes.worst.finish(end_us) or 0,
        window_us=width_us,
        late_most_us=strokes.late_most_us,
        time=strokes.time,
        stages=table.stages,
        branches=tuple(stage for branch in branches for stage in branch.stages),
        counts={name: counts.count(code) for name, code in COUNTED.items()},
        alarms=dict(sorted(counts.alarms.items())),
        state_us=dict(sorted(counts.state_us.items())),
        wall=paced and paced.times(),
        figures=figures.finish(end_us),
    )


def stroke_rows(app: App) -> list[tuple[int, str, str]]:
    """(number, name, chain) of the stroke's rows that take time."""
    stroke = next(each for each in app.sequences if each.name == "stroke")
    return [(n, row[NAME], row[CHAIN]) for n, row in enumerate(stroke.rows) if row[CHAIN]]


def table_books(app: App) -> tuple[TableBook, list[TableBook]]:
    """Books for the stroke's table, for the branches that a row of it starts by name, and for the
    stacker, which goes on beside it."""
    stroke = next(each for each in app.sequences if each.name == "stroke")
    beside = {row[NAME] for row in stroke.rows if not row[CHAIN]} | {"stack"}
    branches = [each for each in app.sequences if each.name in beside]

    def book(sequence: Sequence) -> TableBook:
        rows = enumerate(sequence.rows)
        return TableBook(
            sequence.ident,
            sequence.name,
            [
                Stage(row[NAME], row[CHAIN], row[LIMIT_US] if row[ENDS] else 0, n)
                for n, row in rows
                if row[CHAIN] and row[LIMIT_US] >= 0  # below 0: the mold has it not
            ],
        )

    return book(stroke), [book(each) for each in branches]


def refuse_unread(read: Settings, file: str) -> None:
    """A key that neither controller nor HAL reads is a promise that the product does not keep."""
    unread = [key for key in read.unread() if key not in HAL_KEYS]
    if unread:
        raise InputError(f"{file}: {unread[0]}: nobody reads this key. Remove it.")
