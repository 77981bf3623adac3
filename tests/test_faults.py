"""Each fault: its alarm, where the machine goes, and good pieces again after the remedy."""

from __future__ import annotations

import pytest
from histories import hold_at_every_instant
from takeaway_rig import TWO_UP, Keys, Line
from truth import Truth

from controller import alarm_codes as a
from controller import events, packml, tags
from controller.app import App
from controller.sequence import NAME
from host_sim.fault_table import TABLE, Row
from host_sim.faults import KINDS, Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

ABORTED, STOPPED, HELD = packml.ABORTED, packml.STOPPED, packml.HELD
SUSPENDED, EXECUTE = packml.SUSPENDED, packml.EXECUTE
START_US = 15_000_000
LONG_S = 6

LIES = {"mark_false", "mark_contrast", "splice_chatters", "encoder_loses_counts"}
# With these a reject lies on the stack, and REJECT_UNCONFIRMED says so; a start after a power
# cut knows nothing of what is on belt and stack.
SPOILS_THE_STACK = {"gate_stuck_shut", "brown_out"}
SETTLE_S = 2


def start() -> tuple[Twin, App, list[tuple[int, int]]]:
    machine, mold = settings(load_machine(), load_molds(["foot_M"])[0])
    app = App(machine, mold)
    seen: list[tuple[int, int]] = []

    def sink(ring: list[int], begin: int, stop: int) -> None:
        seen.extend((ring[at + 1], ring[at + 2]) for at in range(begin, stop, 3))

    twin = Twin(app, PlantParameters(), machine, mold, 5, sink=sink)
    twin.on_scan = lambda now_us: hold_at_every_instant(twin, app)
    twin.operator.start_up(100_000)
    twin.run(START_US)
    assert app.unit.state == EXECUTE
    seen.clear()
    return twin, app, seen


def test_every_fault_is_in_the_table() -> None:
    assert {row.name for row in TABLE} == set(KINDS)
    assert len(KINDS) >= 40


def every_third(stroke: int) -> tuple[int, int]:
    """Verdicts of left and right: one or the other is a reject."""
    return (2 if stroke % 6 == 2 else 0), (2 if stroke % 3 == 2 else 1)


def cases() -> list:
    """Every row of the table, those of the takeaway on both machines."""
    return [
        pytest.param(row, machine, id=f"{row.name} {row.shown_size} {row.shown_alarm} {name}")
        for row in TABLE
        for name, machine in (("1-up", None), ("2-up", TWO_UP))
        if row.rejects or not machine
    ]


@pytest.mark.parametrize(("row", "machine"), cases())
def test_fault(row: Row, machine: Keys | None) -> None:
    mold = {"limits": {"rejects_in_a_row": 1000 if row.rejects else 3}}
    for key in row.needs:
        section, name, value = key.replace("=", ".").split(".")
        mold.setdefault(section, {})[name] = int(value)
    keys = {"generator": {"f0_hz": 20000}, **(machine or {})}
    line = Line(keys, mold, seed=4, verdicts=every_third if row.rejects else None)
    truth = Truth(line.twin, line.app)
    line.run(30 if row.rejects else 15)
    assert line.state == EXECUTE
    stroke = line.app.sequences[0]
    line.until(lambda: stroke.active and row.during in ("", stroke.row[NAME]))
    line.events.clear()
    line.fault(row.name, row.lasts_s, row.size)
    line.run(max(row.lasts_s, LONG_S) + (14 if machine else SETTLE_S + 6 * row.rejects))
    expect(line, row)
    if row.clear:
        line.twin.operator.clear_belt()
    made = good(line)
    line.recover(15)
    assert line.state == EXECUTE and line.app.alarms.worst < a.REACT_HOLD
    assert good(line) >= made + 5, "no production after the remedy"
    line.check()
    for serial, end in line.ends.items():
        if end in ("good", "suspect"):
            number = line.numbers[serial]
            truth.check_good(number, marks=row.name not in LIES, splices=row.name not in LIES)
    if row.rejects and row.name not in SPOILS_THE_STACK:
        line.check_stack()


def expect(line: Line, row: Row) -> None:
    """Alarm and state of the row, and no others."""
    states = [value for what, value in line.events if what == events.STATE]
    raised = [value for what, value in line.events if what == events.RAISED]
    taken = [state for state in states if state in (ABORTED, STOPPED, HELD, SUSPENDED)]
    assert taken[:1] == ([] if row.state == EXECUTE else [row.state])
    assert line.state == (EXECUTE if row.state == SUSPENDED else row.state)
    reasons = [value for what, value in line.events if what == events.STOP_REASON]
    if row.name == "eye_stuck" and reasons[:1] == [a.PIECE_LOST]:
        return  # where a piece came just then
    if a.REACTION[row.alarm] >= a.REACT_HOLD and row.alarm:
        assert reasons[:1] == [row.alarm]
    else:
        assert set(raised) == ({row.alarm} if row.alarm else set())


def good(line: Line) -> int:
    """Pieces that were counted as good or suspect, by their events."""
    return sum(end in ("good", "suspect") for end in line.ends.values())


def recover(twin: Twin, app: App, clear_belt: bool) -> None:
    """What a technician does when the cause has gone: reset, start, and look again."""
    if clear_belt:
        twin.operator.clear_belt()
    for _look in range(2):  # pieces taken off by hand stop the machine once more
        if app.unit.state != EXECUTE:
            twin.operator.start_up(1_000_000)
        twin.run(twin.now_us + 20_000_000)
    assert app.unit.state == EXECUTE
    assert app.alarms.worst < a.REACT_HOLD


def test_a_stop_reason_is_the_first_out_and_a_held_reset_is_no_edge() -> None:
    twin, app, _ = start()
    twin.operator.hold("RESET", True)
    twin.run(twin.now_us + 500_000)
    twin.inject(Fault("web_break", twin.now_us + 1, 1_000_000))
    twin.inject(Fault("estop", twin.now_us + 300_000, 1_000_000))
    twin.run(twin.now_us + 5_000_000)
    assert app.alarms.stop_reason == a.WEB_BREAK
    assert app.alarms.is_active(a.SAFETY_OPEN) and app.unit.state == ABORTED
    twin.operator.reset_relay()
    twin.run(twin.now_us + 1_000_000)
    assert app.unit.state == ABORTED, "a held button must not reset"
    twin.operator.hold("RESET", False)
    twin.run(twin.now_us + 500_000)
    twin.operator.press("RESET")
    twin.run(twin.now_us + 1_000_000)
    assert app.unit.state == STOPPED and not tags.active(app)


def test_alarms_do_not_clear_while_their_cause_stands() -> None:
    twin, app, _ = start()
    twin.operator.estop(True)
    twin.run(twin.now_us + 1_000_000)
    for _press in range(3):
        twin.operator.press("RESET")
        twin.run(twin.now_us + 1_000_000)
    assert app.alarms.is_active(a.SAFETY_OPEN) and app.unit.state == ABORTED


def test_the_wrong_mold_blocks_homing_before_anything_moves() -> None:
    machine, mold = settings(load_machine(), load_molds(["foot_M"])[0])
    app = App(machine, mold)
    twin = Twin(app, PlantParameters(), machine, mold, 5, sink=lambda *ring: None)
    twin.plant.frame.insert(mold["code"] - 1)
    twin.plant.frame.clamp(True)
    for t_us, act in (
        (200_000, twin.operator.reset_relay),
        (1_000_000, lambda: twin.operator.press("RESET")),
        (2_000_000, lambda: twin.operator.press("RESET")),
    ):
        twin.at(t_us, act)
    moved = []
    twin.on_scan = lambda now_us: moved.append(twin.plant.web.moving or twin.plant.press.moving)
    twin.run(6_000_000)
    assert app.unit.state == STOPPED
    assert tags.active(app) == [a.MOLD_WRONG]
    assert not any(moved)


def test_a_stop_after_going_on_has_a_reason_of_its_own() -> None:
    twin, app, _ = start()
    twin.inject(Fault("mark_missing", START_US + 1, 0, 4.0))
    twin.run(twin.now_us + 12_000_000)
    assert app.unit.state == HELD and app.alarms.stop_reason == a.MARK_LOST
    recover(twin, app, clear_belt=False)
    assert app.alarms.stop_reason == 0
    twin.inject(Fault("web_break", twin.now_us + 1, 1_000_000))
    twin.run(twin.now_us + 1_000_000)
    assert app.alarms.stop_reason == a.WEB_BREAK
