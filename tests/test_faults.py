"""Each fault: its alarm, where the machine goes, and production again after the remedy."""

from __future__ import annotations

import pytest
import test_takeaway_faults as takeaway
from histories import hold_at_every_instant

from controller import alarm_codes as a
from controller import events, packml, tags
from controller.app import App
from host_sim.faults import KINDS, Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

ABORTED, STOPPED, HELD, EXECUTE = packml.ABORTED, packml.STOPPED, packml.HELD, packml.EXECUTE
START_US = 15_000_000
LONG_US = 6_000_000

# fault, size, how long, its alarm (the first that stops; 0: none), state it leads to
TABLE = (
    ("estop", None, LONG_US, a.SAFETY_OPEN, ABORTED),
    ("guard_open", None, LONG_US, a.SAFETY_OPEN, ABORTED),
    ("low_air", 1.6, LONG_US, a.AIR_LOW, HELD),
    ("low_air", 1.2, LONG_US, 0, EXECUTE),
    ("overload", None, LONG_US, a.GEN_OVERLOAD, STOPPED),
    ("mark_missing", 2.0, LONG_US, 0, EXECUTE),
    ("mark_missing", 4.0, 0, a.MARK_LOST, HELD),
    ("belt_jam", None, LONG_US, a.BELT_JAM, HELD),
    ("piece_taken", 1.0, 0, a.PIECE_LOST, HELD),
    ("web_break", None, LONG_US, a.WEB_BREAK, ABORTED),
    ("mold_pulled", None, LONG_US, a.MOLD_PULLED, ABORTED),
    ("press_stuck", None, LONG_US, a.PRESS_SLOW_UP, ABORTED),
    ("trigger_missing", None, LONG_US, a.NO_TRIGGER, STOPPED),
    ("eye_dirty", 50.0, LONG_US, 0, EXECUTE),
    ("roll_end", None, 12_000_000, a.UPPER_WEB_LATE, HELD),
    ("roll_low", 60.0, LONG_US, 0, EXECUTE),
    ("splice", 100.0, 0, 0, EXECUTE),
    ("splice_stuck", None, 20_000_000, a.REJECTS_IN_A_ROW, HELD),
    ("dancer_stuck_low", None, LONG_US, a.UPPER_WEB_LATE, HELD),
    ("dancer_stuck_high", None, LONG_US, a.UPPER_WEB_SLACK, HELD),
    ("static_off", None, LONG_US, 0, EXECUTE),
    ("waste_break", None, LONG_US, a.WASTE_BREAK, HELD),
    ("web_slip", 2.0, 0, 0, EXECUTE),
    ("web_slip", 10.0, 0, a.REGISTRATION_OFF, HELD),
    ("mark_false", 3.0, LONG_US, a.REGISTRATION_OFF, HELD),
    ("mark_false", 1.0, LONG_US, 0, EXECUTE),
    ("mark_contrast", 0.4, LONG_US, 0, EXECUTE),
    ("mark_contrast", 10.0, LONG_US, a.MARK_LOST, HELD),
    ("encoder_loses_counts", 1.0, 0, 0, EXECUTE),
    ("encoder_loses_counts", 10.0, 0, a.REGISTRATION_OFF, HELD),
    ("feed_drive_fault", None, LONG_US, a.FEED_DRIVE_FAULT, ABORTED),
    ("upstream_starved", None, LONG_US, 0, EXECUTE),
    ("downstream_blocked", None, LONG_US, 0, EXECUTE),
    ("dancer_chatters", 10.0, LONG_US, 0, EXECUTE),
    ("splice_chatters", 10.0, 20_000_000, a.REJECTS_IN_A_ROW, HELD),
    ("waste_chatters", 10.0, LONG_US, 0, EXECUTE),
    ("waste_chatters", 2.0, LONG_US, a.WASTE_BREAK, HELD),
    ("upstream_chatters", 10.0, LONG_US, 0, EXECUTE),
    ("jog_stuck", None, LONG_US, 0, EXECUTE),
    ("generator_off", None, LONG_US, a.GEN_NOT_READY, STOPPED),
    ("horn_crack", None, LONG_US, 0, EXECUTE),  # seen by limits: test_weld_faults.py
    ("frequency_drift", 100.0, LONG_US, 0, EXECUTE),
    ("power_noisy", 20.0, LONG_US, 0, EXECUTE),
    ("power_stuck", 5.0, 8_000_000, a.REJECTS_IN_A_ROW, HELD),
    ("ground_stuck", None, LONG_US, 0, EXECUTE),
    ("part_missing", 3.0, LONG_US, a.REJECTS_IN_A_ROW, HELD),
)

# What may be raised without stopping the machine
WARNINGS = {
    "roll_low": {a.UPPER_ROLL_LOW},
    "static_off": {a.STATIC_WARN},
}


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
    assert {row[0] for row in TABLE} | takeaway.NAMES == set(KINDS)


@pytest.mark.parametrize(("name", "size", "lasts_us", "alarm", "state"), TABLE)
def test_fault(name: str, size: float | None, lasts_us: int, alarm: int, state: int) -> None:
    twin, app, seen = start()
    made = app.tracker.serial
    twin.inject(Fault(name, START_US + 1, lasts_us, size))
    twin.run(START_US + max(LONG_US, lasts_us) + 2_000_000)
    assert app.alarms.stop_reason == alarm
    assert app.unit.state == state
    if alarm:
        assert (events.STOP_REASON, alarm) in seen
    else:
        raised = {value for what, value in seen if what == events.RAISED}
        assert raised == WARNINGS.get(name, set())
    recover(twin, app, clear_belt=name == "belt_jam")
    assert app.tracker.serial > made + 3, "no production after the remedy"
    assert twin.plant.pieces.conserved


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
