"""PackML on the running machine: each command's way through the states, and what it leaves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from histories import PUNCTUAL, hold_at_every_instant

from controller import events, modes, packml
from controller import signals as s
from controller.app import App
from host_sim.molds import load_machine, load_molds, settings
from host_sim.packml_names import state_name
from host_sim.twin import Twin


class Line:
    """A machine in production, and the states it goes through from there."""

    def __init__(self) -> None:
        machine, mold = settings(load_machine(), load_molds(["hand_M"])[0])
        self.app = App(machine, mold)
        self.states: list[int] = []
        self.twin = Twin(self.app, PUNCTUAL, machine, mold, 2, sink=self.sink)
        self.twin.on_scan = lambda now_us: hold_at_every_instant(self.twin, self.app)
        self.twin.operator.start_up(100_000)
        self.run(14)
        assert self.app.unit.state == packml.EXECUTE
        self.states.clear()

    def sink(self, ring: list[int], start: int, stop: int) -> None:
        for at in range(start, stop, 3):
            if ring[at + 1] == events.STATE:
                self.states.append(ring[at + 2])

    def run(self, seconds: float) -> None:
        self.twin.run(self.twin.now_us + int(seconds * 1_000_000))

    def into_the_stroke(self) -> None:
        """Go on to 0.3 s after the next stroke's beginning."""
        stroke = self.app.sequences[0]
        for active in (False, True):
            while stroke.active != active:
                self.run(0.05)
        self.run(0.3)

    def give(self, command: int, mode: int = 0, seconds: float = 6) -> list[str]:
        """Give a command, wait, and tell the states entered since."""
        self.twin.command(command, mode)
        self.run(seconds)
        entered = [state_name(state) for state in self.states]
        self.states.clear()
        return entered

    @property
    def parked(self) -> bool:
        do = self.app.outputs.do
        at_top = self.app.inputs.di & s.PRESS_TOP
        return bool(at_top) and not do & (
            s.SONICS_ENABLE | s.FEED_ENABLE | s.PRESS_DOWN | s.BELT_RUN
        )


@pytest.fixture
def line() -> Line:
    return Line()


def test_hold_and_unhold(line: Line) -> None:
    assert line.give(packml.CMD_HOLD) == ["Holding", "Held"]
    assert line.parked and not line.app.sequences[0].active
    made = line.app.tracker.serial
    assert line.give(packml.CMD_UNHOLD) == ["Unholding", "Execute"]
    line.run(4)
    assert line.app.tracker.serial > made


def test_suspend_and_unsuspend(line: Line) -> None:
    assert line.give(packml.CMD_SUSPEND) == ["Suspending", "Suspended"]
    assert line.parked
    assert line.give(packml.CMD_UNSUSPEND) == ["Unsuspending", "Execute"]


def test_stop_finishes_the_stroke_and_parks(line: Line) -> None:
    line.into_the_stroke()
    welds = line.app.horn.record.stack[0]
    assert line.give(packml.CMD_STOP) == ["Stopping", "Stopped"]
    assert line.parked and line.app.horn.record.stack[0] == welds + 1
    assert line.app.sequences[0].ended
    assert line.give(packml.CMD_RESET) == ["Resetting", "Idle"]
    assert line.give(packml.CMD_START) == ["Starting", "Execute"]


def test_abort_drops_everything_at_once(line: Line) -> None:
    line.into_the_stroke()
    line.twin.command(packml.CMD_ABORT)
    line.run(0.000_001)
    assert not line.app.outputs.do & (s.PRESS_DOWN | s.PRESS_UP | s.FEED_ENABLE | s.BELT_RUN)
    assert not line.twin.plant.gate.on
    line.run(3)
    assert line.app.unit.state == packml.ABORTED


def test_complete_empties_the_belt(line: Line) -> None:
    assert line.give(packml.CMD_COMPLETE, seconds=12) == ["Completing", "Complete"]
    assert line.app.tracker.n == 0 and line.parked
    assert line.give(packml.CMD_RESET) == ["Resetting", "Idle"]


def test_empty_out_brings_every_piece_past_the_eye(line: Line) -> None:
    line.give(packml.CMD_STOP)
    assert line.app.tracker.n or line.app.tracker.on_web
    assert line.give(0, modes.EMPTY_OUT) == []
    assert line.app.unit.mode == modes.EMPTY_OUT
    line.give(packml.CMD_RESET)
    entered = line.give(packml.CMD_START, seconds=15)
    assert entered == ["Starting", "Execute", "Completing", "Complete"]
    tracker = line.app.tracker
    assert tracker.n == 0 and not tracker.on_web
    assert sum(tracker.counts) == tracker.serial and tracker.lost == 0


def test_a_mode_without_work_of_its_own_does_not_move(line: Line) -> None:
    line.give(packml.CMD_STOP)
    line.twin.operator.hold("SERVICE", True)
    for mode in (modes.MAINTENANCE, modes.MANUAL, modes.CHANGE_OVER, modes.SET_UP):
        line.give(0, mode)
        assert line.app.unit.mode == mode
        line.give(packml.CMD_RESET)
        made = line.app.tracker.serial
        line.give(packml.CMD_START)
        assert line.app.unit.state == packml.EXECUTE
        assert line.app.tracker.serial == made and not line.twin.plant.web.moving
        line.give(packml.CMD_STOP)


def test_every_refused_command_is_recorded_and_changes_nothing(line: Line) -> None:
    before = line.app.outputs.do
    assert line.give(packml.CMD_CLEAR, seconds=0.001) == []
    assert line.give(packml.CMD_RESET, seconds=0.001) == []
    assert line.give(99, seconds=0.001) == []
    assert line.app.outputs.do & s.BELT_RUN == before & s.BELT_RUN


def test_the_grid_is_met_again_after_a_late_stroke(line: Line) -> None:
    begun: list[int] = []
    journal_put = line.app.bus.put

    def put(now: int, what: int, value: int) -> None:
        if what == events.LATE_US:
            begun.append(now - value)
        journal_put(now, what, value)

    line.app.bus.put = put
    line.twin.plant.press.stuck(True)
    line.run(0.5)
    line.twin.plant.press.stuck(False)
    line.run(20)
    gaps = {later - earlier for earlier, later in pairwise(begun)}
    assert gaps == {2_000_000}, "stroke k is due at t0 + k x takt, whatever came between"
