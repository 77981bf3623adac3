"""A second thing at the wrong moment: it neither hides the first nor makes another of it."""

from __future__ import annotations

import pytest
from remote_rig import task
from takeaway_rig import LENIENT, SECOND, TWO_UP, Line
from web_rig import Running

from controller import alarm_codes as a
from controller import events, packml
from controller import signals as s
from host_sim import FIRMWARE
from host_sim.errors import InputError
from host_sim.fault_table import TABLE, in_markdown
from host_sim.faults import KINDS, Fault
from host_sim.run import run


def row_of(line: Line) -> str:
    """Name of the stroke's row that runs."""
    stroke = line.app.sequences[0]
    return stroke.row[0] if stroke.active else ""


@pytest.mark.parametrize("by", ["panel", "link"])
def test_nothing_starts_while_the_stop_button_is_held(by: str) -> None:
    """It could not be pressed again."""
    machine = Running().produce()
    machine.operator.hold("STOP", True)
    machine.run(4)
    assert machine.state == "Stopped"
    for command, button in ((packml.CMD_RESET, "RESET"), (packml.CMD_START, "START")):
        if by == "link":
            machine.twin.command(command)
        else:
            machine.press(button)
        machine.run(4)
        assert machine.state == "Stopped"
    machine.operator.hold("STOP", False)
    machine.operator.start_up(100_000)
    machine.run(10)
    assert machine.state == "Execute"


def test_an_overload_in_the_last_stroke_before_a_stop_has_its_own_alarm() -> None:
    line = Line().run(12)
    line.until(lambda: row_of(line) == "lower")
    line.twin.command(packml.CMD_STOP)
    line.run(0.01)
    assert line.state == packml.STOPPING
    line.fault("overload")
    line.run(12)
    assert line.reasons == [a.GEN_OVERLOAD] and line.state in (packml.STOPPED, packml.ABORTED)
    assert not line.count(events.DENIED)
    line.recover(looks=2)
    assert line.state == packml.EXECUTE
    line.check()


def test_the_web_is_not_moved_before_both_switches_say_that_the_press_is_up() -> None:
    line = Line().run(12)
    line.twin.operator.press("STOP")
    line.run(5)
    line.twin.plant.press.blind(s.PRESS_CLEAR, True)
    line.twin.plant.wires.di &= ~s.PRESS_CLEAR
    line.twin.operator.press("RESET")
    line.run(4)
    assert line.reasons == [a.PRESS_NOT_TOP] and not line.count(events.DENIED)
    line.twin.plant.press.blind(s.PRESS_CLEAR, False)
    line.recover(looks=2)
    assert line.state == packml.EXECUTE


def test_a_piece_that_nobody_knows_and_nobody_saw_go_out_is_told() -> None:
    line = Line(None, LENIENT).run(20)
    line.fault("gate_stuck_shut", 20)
    line.fault("piece_double", 0, 400)
    line.run(12).recover(12, looks=1)
    assert (events.RAISED, a.PIECE_EXTRA) in line.events
    assert a.REJECT_UNCONFIRMED in [value for what, value in line.events if what == events.RAISED]


@pytest.mark.parametrize("fault", ["estop", "web_break"])
def test_an_abort_while_the_reject_gate_is_open_says_where_to_look(fault: str) -> None:
    line = Line(TWO_UP, LENIENT, verdicts=lambda k: (2 if k == 2 else 0, 0)).run(10)
    line.until(lambda: bool(line.app.outputs.do & s.REJECT_GATE))
    line.run(0.2)
    line.fault(fault, 3)
    line.run(5)
    raised = [value for what, value in line.events if what == events.RAISED]
    assert raised[-1] == a.REJECT_UNCONFIRMED and len(line.reasons) == 1
    line.recover(looks=2)
    assert line.state == packml.EXECUTE
    line.check()


def test_a_double_piece_that_stood_in_the_eye_over_a_stop_is_found() -> None:
    line = Line().run(20)
    line.fault("piece_double", 0, 80)
    line.until(lambda: line.twin.plant.pieces.foreign > 0)
    line.until(lambda: bool(line.app.inputs.di & s.PIECE_EYE))
    line.run(0.3)
    line.twin.command(packml.CMD_HOLD)
    line.until(lambda: line.state == packml.HELD)
    assert line.app.inputs.di & s.PIECE_EYE, "it stands in the eye"
    line.twin.command(packml.CMD_UNHOLD)
    line.run(6)
    assert line.reasons == [a.PIECE_DOUBLE]


def test_a_power_cut_in_a_weld_leaves_a_machine_at_rest_and_its_counters() -> None:
    line = Line().run(20)
    line.until(lambda: line.twin.plant.gate.on)
    counts, made = list(line.app.tracker.counts), line.app.tracker.serial
    line.twin.inject(Fault("brown_out", line.twin.now_us + 1, 0, 0.5))
    line.run(0.001)
    plant = line.twin.plant
    assert not plant.gate.on and not plant.do, "every driver is off in that instant"
    line.run(2)
    assert line.state == packml.ABORTED and not line.app.outputs.do & s.PRESS
    assert list(line.app.tracker.counts) == counts and line.app.tracker.serial >= made
    assert line.app.bus.inputs is plant.wires
    line.recover(looks=2)
    assert line.state == packml.EXECUTE and line.app.tracker.counts[0] > counts[0] + 5
    line.check()


def test_a_pick_that_comes_late_takes_the_piece_before_the_next_is_made() -> None:
    """The belt has stood; the pick waits for it, and the next weld does not."""
    line = Line(TWO_UP).run(12)
    line.until(lambda: row_of(line) == "weld")
    line.fault("belt_stopped", 3.8)
    line.run(30)
    assert not line.reasons and not line.count(events.PIECE_LOST)
    assert not line.count(events.PIECE_EXTRA)
    line.check_stack()


def test_the_power_of_a_controller_elsewhere_is_not_cut() -> None:
    with pytest.raises(InputError, match="leave brown_out out"):
        run(task("hand_M", 60, "mpy", 1, Fault("brown_out", SECOND)))


# --- the table


def test_the_document_shows_this_table() -> None:
    text = (FIRMWARE.parent / "host_sim" / "FAULTS.md").read_text("utf-8")
    assert "\n".join(in_markdown()) in text, "FAULTS.md: paste `sonomask faults --markdown`"


def test_a_size_in_the_table_is_one_that_the_fault_takes() -> None:
    for row in TABLE:
        Fault(row.name, 0, 0, row.size)
        ends = KINDS[row.name].end is not None
        assert bool(row.lasts_s) <= ends or not row.lasts_s, f"{row.name} passes by itself"
