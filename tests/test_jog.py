"""Jog: the web creeps in Manual, with the key, while the button is held, and at no other time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from web_rig import Running, machine_file

from controller import alarm_codes as a
from controller import events, modes, packml
from controller import signals as s
from controller.sequence import NAME

FASTEST_MM_S = 250  # 15 m/min


def held(machine: Running, seconds: float = 1) -> int:
    """Hold the button for a while; µm of web that moved, the braking included."""
    was = machine.plant.web.position_um
    machine.operator.hold("JOG", True)
    machine.run(seconds)
    machine.operator.hold("JOG", False)
    machine.run(0.2)
    assert not machine.plant.web.moving
    return machine.plant.web.position_um - was


def test_it_creeps_while_held_and_brakes_the_moment_it_is_let_go() -> None:
    machine = Running().manual()
    assert 90_000 < held(machine) < 105_000  # 100 mm/s
    machine.operator.hold("JOG", True)
    machine.run(1)
    assert machine.plant.web.moving
    machine.app.bus.inputs.dx &= ~s.BTN_JOG
    machine.twin._changed()
    machine.run(0.000_002)
    assert not machine.app.outputs.do & s.FEED_ENABLE
    machine.run(0.02)  # 100 mm/s at 7 m/s²
    assert not machine.plant.web.moving


@pytest.mark.parametrize("speed", [1, 100, 250])
def test_it_is_never_faster_than_15_m_a_minute(speed: int) -> None:
    machine = Running(file=machine_file(feed={"slow_speed_mm_s": speed})).manual()
    assert held(machine, 1) <= FASTEST_MM_S * 1000 * 1.05


@pytest.mark.parametrize(
    ("manual", "key", "button", "guard"), list(itertools.product((False, True), repeat=4))
)
def test_nothing_moves_without_mode_key_and_button(
    manual: bool, key: bool, button: bool, guard: bool
) -> None:
    machine = Running()
    machine.manual(start=manual)
    if not manual:
        machine.twin.command(0, modes.SET_UP)
        machine.run(0.1)
        machine.press("RESET")
        machine.run(5)
        machine.press("START")
    assert machine.state == "Execute"
    if guard:
        machine.operator.guard(True)
    if not key:
        machine.operator.hold("SERVICE", False)
    machine.run(0.5)
    was = machine.plant.web.position_um
    if button:
        machine.operator.hold("JOG", True)
    machine.run(1)
    moved = machine.plant.web.position_um > was
    assert moved == (manual and key and button)
    # An open guard is nobody's affair in Manual with the key, and ends everything else.
    assert (machine.app.unit.state == packml.ABORTED) == (guard and not (manual and key))


def test_sonics_and_press_are_locked_out_while_it_creeps() -> None:
    machine = Running().manual()
    machine.operator.guard(True)
    machine.operator.hold("JOG", True)
    machine.run(0.5)
    assert machine.plant.web.moving and not machine.raised
    machine.app.bus.wish(s.PRESS_DOWN)
    machine.app.bus.want |= s.SONICS_ENABLE
    machine.app.panel.poke()
    machine.twin.extra_scan_at(machine.twin.now_us + 1)
    machine.run(0.01)
    assert not machine.app.outputs.do & (s.PRESS_DOWN | s.SONICS_ENABLE)
    assert a.INTERLOCK_DENIED in machine.raised and machine.state == "Aborting"


def test_a_button_that_was_down_before_is_no_new_press() -> None:
    machine = Running().manual(start=False)
    machine.operator.hold("JOG", True)
    machine.run(1)
    machine.press("RESET")
    machine.press("START")
    machine.run(1)
    assert machine.state == "Execute" and not machine.plant.web.moving
    machine.operator.hold("JOG", False)
    machine.run(0.1)
    assert held(machine) > 0


def test_a_bounce_ends_it_until_the_next_press() -> None:
    machine = Running().manual()
    machine.operator.hold("JOG", True)
    machine.run(0.5)
    for on in (False, True):
        machine.plant.panel._toggle(s.BTN_JOG)
        machine.run(0.001)
        assert bool(machine.app.inputs.dx & s.BTN_JOG) == on
    machine.run(1)
    assert not machine.plant.web.moving
    machine.operator.hold("JOG", False)
    machine.run(0.1)
    assert held(machine) > 0


@pytest.mark.parametrize("stops", ["key", "estop", "STOP", "abort"])
def test_it_ends_with_key_relay_and_state(stops: str) -> None:
    machine = Running().manual()
    machine.operator.hold("JOG", True)
    machine.run(0.5)
    assert machine.plant.web.moving
    if stops == "key":
        machine.operator.hold("SERVICE", False)
    elif stops == "estop":
        machine.operator.estop()
    elif stops == "STOP":
        machine.operator.press("STOP")
    else:
        machine.twin.command(packml.CMD_ABORT)
    machine.run(0.1)
    assert not machine.plant.web.moving and not machine.app.outputs.do & s.FEED_ENABLE
    machine.run(3)
    assert not machine.plant.web.moving


def test_manual_wants_the_key() -> None:
    machine = Running()
    machine.run(1)
    machine.operator.reset_relay()
    machine.run(1)
    machine.press("RESET")
    machine.twin.command(0, modes.MANUAL)
    machine.run(0.1)
    assert machine.app.unit.mode == modes.PRODUCE
    assert (events.REFUSED, modes.MANUAL << 8) in machine.story
    machine.operator.hold("SERVICE", True)
    machine.run(0.1)
    machine.twin.command(0, modes.MANUAL)
    machine.run(0.1)
    assert machine.app.unit.mode == modes.MANUAL


def test_neither_mold_nor_web_is_needed_to_jog() -> None:
    machine = Running()
    machine.plant.frame.pull()
    machine.plant.web.broken(True)
    machine.manual()
    machine.operator.hold("JOG", True)
    machine.run(1)
    assert machine.plant.web.moving and machine.state == "Execute"
    jog = next(each for each in machine.app.sequences if each.name == "jog")
    assert [row[NAME] for row in jog.rows] == ["raise", "drive", "let go"]


def test_production_after_a_jog_begins_with_homing_and_is_in_register() -> None:
    machine = Running().manual()
    held(machine, 1.3)
    machine.press("STOP")
    machine.twin.command(0, modes.PRODUCE)
    machine.run(0.5)
    machine.produce(20)
    machine.run(10)
    assert not machine.raised and machine.app.tracker.counts[2] == 0


ACTS = ("JOG down", "JOG up", "key on", "key off", "guard open", "guard closed", "RESET", "START",
        "STOP", "relay", "manual", "produce")  # fmt: skip


@budget(deadline=None, max_examples=150, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 700)), max_size=25))
def test_whatever_is_pressed_the_web_moves_in_manual_only_with_key_and_button(
    acts: list[tuple[str, int]],
) -> None:
    machine = Running().manual()
    app, operator = machine.app, machine.operator

    def look() -> None:
        if app.unit.mode == modes.MANUAL and app.outputs.do & s.FEED_ENABLE:
            assert app.inputs.dx & s.BTN_JOG and app.inputs.dx & s.KEY_SERVICE
            assert app.unit.state == packml.EXECUTE
        if not app.inputs.di & s.SAFETY_OK:
            assert not app.outputs.do & s.UNWIND

    machine.at_scan = look
    for name, ms in acts:
        what, _, how = name.partition(" ")
        if what == "JOG":
            operator.hold("JOG", how == "down")
        elif what == "key":
            operator.hold("SERVICE", how == "on")
        elif what == "guard":
            operator.guard(how == "open")
        elif what == "relay":
            operator.reset_relay()
        elif what in ("manual", "produce"):
            machine.twin.command(0, modes.MANUAL if what == "manual" else modes.PRODUCE)
        else:
            operator.press(what)
        machine.run(ms / 1000)
