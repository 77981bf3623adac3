"""By the wall clock the machine is never early, books how late it is, and gives the same trace."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st
from pace_rig import FakeWall
from remote_rig import task

from controller import events
from controller.packml import EXECUTE
from host_sim import FIRMWARE
from host_sim.faults import Fault
from host_sim.pace import LATE_US, Pacer
from host_sim.paced_run import PacedRun, PieceBook, View
from host_sim.recorder import Records
from host_sim.remote import target as targets
from host_sim.result import Result
from host_sim.run import Task, run
from tools.live import Live
from tools.pace import kept

SPEEDS = (0.01, 0.3, 1.0, 7.0, 1000.0)
speeds = st.sampled_from(SPEEDS)
gaps_us = st.lists(st.integers(1, 3_000_000), min_size=1, max_size=30)
stalls_ns = st.lists(st.integers(0, 50_000_000), max_size=60)
naps_ns = st.lists(st.integers(-200_000, 5_000_000), max_size=60)
ESTOP = Fault("estop", 11_100_000, 3_000_000)


def recorded(what: Task, paced: PacedRun | None = None) -> tuple[Result, bytes]:
    kept: list[Records] = []
    result = run(what, keep=kept, paced=paced)
    return result, np.concatenate(kept).tobytes()


@search(deadline=None)
@given(speeds, gaps_us, stalls_ns, naps_ns)
def test_the_machine_is_never_ahead_and_its_lateness_is_booked(
    speed: float, gaps: list[int], stalls: list[int], naps: list[int]
) -> None:
    fake = FakeWall(*stalls, 0, off_ns=iter(naps))
    pacer = Pacer(speed, fake.wall)
    pacer.reach(5)
    begin_ns, t_us, most = fake.ns, 5, 0
    for gap in gaps:
        t_us += gap
        pacer.reach(t_us)
        late_ns = fake.ns - begin_ns - round((t_us - 5) * 1000 / speed)
        assert late_ns >= 0
        assert pacer.behind_us == late_ns // 1000
        most = max(most, pacer.behind_us)
    assert pacer.now_us == t_us
    assert pacer.late.tally.count == len(gaps) + 1
    assert pacer.late.tally.most == most
    assert abs(pacer.wall_us - (fake.ns - begin_ns) / 1000) <= 2


@search(deadline=None)
@given(speeds, st.integers(0, 10_000_000_000), st.integers(0, 50))
def test_a_stall_does_not_shift_the_grid(speed: float, stall_ns: int, after: int) -> None:
    """Once there is time again the machine is on the grid of its beginning, without a drift."""
    fake = FakeWall()
    pacer = Pacer(speed, fake.wall)
    pacer.reach(0)
    begin_ns = fake.ns
    for at in range(1, after + 1):
        pacer.reach(at * 1000)
    fake.ns += stall_ns
    far_us = round((after + 1) * 1000 + 11_000_000 * speed)
    pacer.reach(far_us)
    assert pacer.behind_us == 0
    assert fake.ns - begin_ns == round(far_us * 1000 / speed)


def test_each_fall_behind_is_one_wait() -> None:
    fake = FakeWall()
    pacer = Pacer(1.0, fake.wall)
    pacer.reach(0)
    for t_us, stall_us in ((10_000, 0), (20_000, 9_999 + LATE_US), (30_000, 50_000),
                           (30_001, 0), (90_000, 0), (100_000, 10_000 + LATE_US)):  # fmt: skip
        fake.ns += stall_us * 1000
        pacer.reach(t_us)
    assert pacer.waits == 2
    assert pacer.behind_us == LATE_US


@pytest.mark.parametrize("speed", SPEEDS)
def test_whoever_watches_is_shown_something_busy_or_not(speed: float) -> None:
    shown: list[int] = []
    fake = FakeWall(1000)
    pacer = Pacer(speed, fake.wall, lambda: shown.append(fake.ns))
    pacer.reach(0)
    pacer.reach(round(3_000_000 * speed))  # idle
    assert all(99e6 <= later - now <= 1.1e9 for now, later in pairwise(shown))
    assert len(shown) >= 25
    idle = len(shown)
    for _ in range(3000):  # always late
        fake.ns += 1_000_000
        pacer.reach(pacer.now_us + 1)
    assert 2 <= len(shown) - idle <= 4 or speed < 1


@search(deadline=None, max_examples=12)
@given(speeds, stalls_ns, naps_ns, st.booleans())
def test_the_trace_is_the_same_however_the_wall_clock_goes(
    speed: float, stalls: list[int], naps: list[int], estop: bool
) -> None:
    what = task("foot_L", 20, "host", 3, *[ESTOP] * estop)
    plain, trace = recorded(what)
    fake = FakeWall(*stalls, 10_000, off_ns=iter(naps))
    paced, paced_trace = recorded(what, PacedRun(speed, fake.wall))
    assert paced_trace == trace
    assert (paced.trace, paced.counts, paced.rate) == (plain.trace, plain.counts, plain.rate)
    assert paced.wall is not None
    assert plain.wall is None


def test_without_a_pace_the_wall_clock_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the wall clock was read")

    monkeypatch.setattr("host_sim.pace.Wall", refuse)
    monkeypatch.setattr("time.sleep", refuse)
    assert run(task("foot_L", 20, "host")).wall is None


def test_every_scan_is_timed_and_nothing_else() -> None:
    fake = FakeWall(7_000)
    views: list[View] = []
    paced = PacedRun(1.0, fake.wall, views.append)
    result = run(task("foot_L", 20, "host"), paced=paced)
    assert result.wall is not None
    answers = result.wall.answers
    assert answers.mean == answers.most == answers.least == 7
    assert answers.count > 200
    assert abs(result.wall.achieved - 1) < 0.001
    assert result.wall.kept
    last = views[-1]
    assert last.state == EXECUTE
    assert last.good >= 6
    assert last.rate == pytest.approx(30, abs=0.5)
    assert last.now_us == pytest.approx(result.until_us, abs=1_100_000)


def test_the_rate_is_that_of_the_last_minute_and_falls_when_the_machine_stands() -> None:
    book = PieceBook()

    def made(t_s: range) -> None:
        t_us = np.array(t_s, np.int64) * 1_000_000
        what = np.full(len(t_us), events.PIECE_MADE, np.int32)
        book.take(t_us, what, np.zeros(len(t_us), np.int32))

    assert book.rate(5_000_000) == 0
    made(range(10, 100, 2))
    assert book.rate(98_000_000) == book.rate(102_900_000) == 30
    made(range(100, 200, 4))
    assert book.rate(200_000_000) == 15
    assert 5 < book.rate(230_000_000) < 15
    assert book.rate(300_000_000) == 0


def test_who_cannot_keep_up_is_told_by_how_much() -> None:
    """Each reading takes 5 ms: a thousand times real time is out of reach."""
    what = task("foot_L", 20, "host")
    result, trace = recorded(what, PacedRun(1000.0, FakeWall(5_000_000).wall))
    assert trace == recorded(what)[1]
    assert result.wall is not None
    assert not result.wall.kept
    assert result.wall.waits == 1
    behind = result.wall.behind_us
    assert behind == result.wall.late.most > 1_000_000
    assert f"up to {behind / 1e6:.1f} s behind, {behind / 1e6:.1f} s at the end" in kept(
        result.wall
    )


def test_who_was_held_up_for_a_while_is_told_and_catches_up() -> None:
    fake = FakeWall(*[0] * 900, 2_000_000_000, 0)  # while it produces
    result = run(task("foot_L", 20, "host"), paced=PacedRun(1.0, fake.wall))
    assert result.wall is not None
    assert result.wall.waits == 1
    assert result.wall.achieved == pytest.approx(1, abs=0.001)
    most = result.wall.late.most
    assert 1_800_000 < most <= 2_001_000  # it may have slept through a nap's share of idle time
    said = (
        f"Pace not kept: up to {most / 1e6:.1f} s behind, back at real time at the end. "
        "The trace is the same."
    )
    assert kept(result.wall) == said


def test_micropython_gives_the_same_trace_by_the_wall_clock(micropython: Path) -> None:
    trace = recorded(task("foot_L", 20, "host", 3, ESTOP))[1]
    what = task("foot_L", 20, "mpy", 3, ESTOP)
    result, paced_trace = recorded(what, PacedRun(1.0, FakeWall(3_000).wall))
    assert paced_trace == trace
    assert result.wall is not None
    assert result.wall.answers.mean == 3


@contextmanager
def board(micropython: Path) -> Iterator[str]:
    """The port of a board that serves one run after the other."""
    side, port = pty.openpty()
    tty.setraw(port)
    process = subprocess.Popen(
        [micropython, "-X", f"heapsize={targets.HEAP}", "-m", "hal.remote.main"],
        stdin=side, stdout=side, env={"MICROPYPATH": f"{FIRMWARE}:.frozen"},
    )  # fmt: skip
    try:
        yield f"board:{os.ttyname(port)}"
    finally:
        process.kill()
        process.wait()
        os.close(side)
        os.close(port)


def test_a_board_gives_the_same_trace_by_the_wall_clock_also_after_ctrl_c(
    micropython: Path,
) -> None:
    pytest.importorskip("serial", reason="NOT TESTED on a serial port: pip install pyserial")
    trace = recorded(task("hand_M", 20, "host"))[1]
    with board(micropython) as target:
        what = task("hand_M", 20, target)
        fake = FakeWall(3_000)
        fake.interrupt_at = 300
        with pytest.raises(KeyboardInterrupt):
            run(what, paced=PacedRun(1.0, fake.wall))
        assert recorded(what, PacedRun(1.0, FakeWall(3_000).wall))[1] == trace


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def view(at_s: float) -> View:
    return View(at_s, 3_725_000_000, EXECUTE, good=1234, rate=30.0, late_us=1234, answer_us=61)


def test_the_live_line_replaces_itself_and_does_not_wrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    with Live([task("foot_L", 20, "host")], 1.0, stream) as live:
        live.begin(task("foot_L", 20, "host"))
        for at_s in (5.0, 5.1, 5.3):
            live.show(view(at_s))
    first, *lines = stream.getvalue().split("\r")
    assert first.startswith("At real time: 1 runs, one after the other, 0:00:20 on the clock")
    line = "foot_L 1/1 1:02:05 Execute · 1234 good 30.0/min · late 1.2 ms · answer 61 µs"[:59]
    assert lines == [line, line, " " * 59, ""]


def test_in_a_file_the_live_line_is_a_line_now_and_then() -> None:
    stream = io.StringIO()
    with Live([task("foot_L", 20, "host")], 10.0, stream) as live:
        live.begin(task("foot_L", 20, "host"))
        for second in range(25):
            live.show(view(float(second)))
    assert "\r" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1 + 3
