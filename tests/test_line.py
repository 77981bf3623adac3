"""Starved and blocked: the machine waits in Suspended and goes on by itself, never by force."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from web_rig import SECOND, Running, machine_file

from controller import events, modes, packml, tags
from controller import signals as s
from host_sim.link_table import table

AND_BACK = ["Suspending", "Suspended", "Unsuspending", "Execute"]


def tag(machine: Running, name: str) -> int:
    names = [tag for tag, _ in table().tags]
    return tags.values(machine.app)[names.index(f"Status.EquipmentInterlock.{name}")]


@pytest.mark.parametrize(
    ("bit", "name"), [(s.UPSTREAM_OK, "Starved"), (s.DOWNSTREAM_OK, "Blocked")]
)
def test_it_waits_with_its_tag_and_goes_on_by_itself(bit: int, name: str) -> None:
    machine = Running().produce()
    machine.into_the_stroke()
    welds = machine.app.horn.record.stack[0]
    machine.plant.supply.shows(bit, False)
    machine.run(6)
    assert machine.states == ["Suspending", "Suspended"] and not machine.raised
    assert machine.app.horn.record.stack[0] == welds + 1, "the stroke is finished first"
    assert machine.app.sequences[0].ended
    assert [tag(machine, "Starved"), tag(machine, "Blocked")] == [name == "Starved",
                                                                  name == "Blocked"]  # fmt: skip
    assert not machine.app.outputs.do & (s.BELT_RUN | s.FEED_ENABLE | s.UNWIND | s.SONICS_ENABLE)
    machine.plant.supply.shows(bit, True)
    machine.run(8)
    assert machine.states == AND_BACK
    assert not tag(machine, "Starved") and not tag(machine, "Blocked")
    assert machine.app.horn.record.stack[0] > welds + 2


def test_the_grid_is_kept_before_and_after() -> None:
    machine = Running().produce()
    slots: list[int] = []
    put = machine.app.bus.put

    def note(now: int, what: int, value: int) -> None:
        if what == events.LATE_US:
            slots.append(now - value)
        put(now, what, value)

    machine.app.bus.put = note
    machine.run(8.2)
    machine.plant.supply.shows(s.DOWNSTREAM_OK, False)
    machine.run(7)
    stood = len(slots)
    machine.plant.supply.shows(s.DOWNSTREAM_OK, True)
    machine.run(20)
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert gaps.pop(stood - 1) > 2 * SECOND
    assert set(gaps) == {2 * SECOND}


def test_a_gap_shorter_than_its_delay_is_none() -> None:
    machine = Running().produce()
    for _ in range(5):
        machine.plant.supply.shows(s.UPSTREAM_OK, False)
        machine.run(0.4)
        machine.plant.supply.shows(s.UPSTREAM_OK, True)
        machine.run(0.2)
    machine.run(2)
    assert machine.states == []


def test_one_that_bounces_does_not_hide_the_other() -> None:
    machine = Running().produce()
    machine.plant.supply.shows(s.DOWNSTREAM_OK, False)
    for turn in range(40):
        machine.plant.supply.shows(s.UPSTREAM_OK, bool(turn & 1))
        machine.run(0.05)
    assert machine.states[0] == "Suspending"


def test_what_a_command_suspended_stays_so() -> None:
    machine = Running().produce()
    machine.twin.command(packml.CMD_SUSPEND)
    machine.run(5)
    machine.plant.supply.shows(s.UPSTREAM_OK, False)
    machine.run(2)
    machine.plant.supply.shows(s.UPSTREAM_OK, True)
    machine.run(5)
    assert machine.states == ["Suspending", "Suspended"]
    machine.twin.command(packml.CMD_UNSUSPEND)
    machine.run(5)
    assert machine.state == "Execute"


def test_reasons_add_up_and_the_last_one_counts() -> None:
    machine = Running().produce()
    line = machine.app.line
    machine.plant.supply.shows(s.DOWNSTREAM_OK, False)
    machine.run(5)
    line.blocked(s.STACK_FULL, True)
    line.blocked(s.STACK_FULL, True)
    machine.plant.supply.shows(s.DOWNSTREAM_OK, True)
    machine.run(3)
    assert machine.state == "Suspended" and tag(machine, "Blocked") == 1
    line.blocked(s.STACK_FULL, False)
    machine.twin.extra_scan_at(machine.twin.now_us + 1)
    machine.run(4)
    assert machine.state == "Execute" and tag(machine, "Blocked") == 0


def test_a_start_into_a_starved_line_waits_before_the_first_stroke() -> None:
    machine = Running()
    machine.plant.supply.shows(s.UPSTREAM_OK, False)
    machine.run(1)
    machine.operator.reset_relay()
    machine.run(1)
    for button in ("RESET", "RESET", "START"):
        machine.press(button)
        machine.run(4)
    assert machine.state == "Suspended" and machine.app.horn.record.stack[0] == 0
    machine.plant.supply.shows(s.UPSTREAM_OK, True)
    machine.run(6)
    assert machine.state == "Execute" and machine.app.horn.record.stack[0]


@pytest.mark.parametrize("how", ["STOP", "hold", "estop"])
def test_who_waits_can_be_stopped(how: str) -> None:
    machine = Running().produce()
    machine.plant.supply.shows(s.DOWNSTREAM_OK, False)
    machine.to(packml.SUSPENDED)
    if how == "STOP":
        machine.press("STOP")
    elif how == "hold":
        machine.twin.command(packml.CMD_HOLD)
    else:
        machine.operator.estop()
    machine.run(3)
    stood = {"STOP": "Stopped", "hold": "Held", "estop": "Aborted"}[how]
    assert machine.state == stood
    machine.plant.supply.shows(s.DOWNSTREAM_OK, True)
    machine.run(5)
    assert machine.state == stood, "what a person stopped, a person starts"


def test_an_unstable_line_loses_no_piece() -> None:
    machine = Running().produce()
    for turn in range(30):
        machine.plant.supply.shows(s.DOWNSTREAM_OK, bool(turn & 1))
        machine.run(0.3 + 0.37 * turn % 3)
    machine.plant.supply.shows(s.DOWNSTREAM_OK, True)
    machine.run(10)
    assert machine.state == "Execute" and not machine.raised
    assert machine.app.tracker.lost == 0


def test_empty_out_goes_on_whatever_the_neighbours_do() -> None:
    machine = Running().produce()
    machine.press("STOP")
    machine.run(3)
    machine.plant.supply.shows(s.DOWNSTREAM_OK, False)
    machine.plant.supply.shows(s.UPSTREAM_OK, False)
    machine.twin.command(packml.CMD_RESET, modes.EMPTY_OUT)
    machine.run(6)
    machine.story.clear()
    machine.twin.command(packml.CMD_START)
    machine.run(15)
    assert machine.states == ["Starting", "Execute", "Completing", "Complete"]
    tracker = machine.app.tracker
    assert tracker.n == 0 and not tracker.on_web
    assert sum(tracker.counts) == tracker.serial


def test_a_machine_without_neighbours_needs_no_signals() -> None:
    machine = Running(file=machine_file(without=("line",))).produce()
    assert not machine.app.bus.needs["x"] & (s.UPSTREAM_OK | s.DOWNSTREAM_OK)
    machine.run(6)
    assert machine.states == []


@budget(deadline=None, max_examples=100, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(
    st.lists(
        st.tuples(st.sampled_from((s.UPSTREAM_OK, s.DOWNSTREAM_OK)), st.booleans(),
                  st.integers(1, 3000)),
        min_size=1, max_size=14,
    )
)  # fmt: skip
def test_whatever_the_neighbours_do_strokes_are_whole_and_production_goes_on(
    acts: list[tuple[int, bool, int]],
) -> None:
    machine = Running().produce()
    for bit, on, ms in acts:
        machine.plant.supply.shows(bit, on)
        machine.run(ms / 1000)
    machine.plant.supply.shows(s.UPSTREAM_OK, True)
    machine.plant.supply.shows(s.DOWNSTREAM_OK, True)
    machine.run(9)
    assert machine.state == "Execute" and not machine.raised
    stroke = machine.app.sequences[0].what
    assert not [what for what, _ in machine.story if what == stroke + events.SEQ_CANCEL]
    begun = sum(what == stroke + events.SEQ_BEGIN for what, _ in machine.story)
    welds = sum(what == events.WELD_END for what, _ in machine.story)
    assert abs(welds - begun) <= 1  # one was under way at the beginning, one is at the end
    assert set(machine.states) <= {"Suspending", "Suspended", "Unsuspending", "Execute"}
    assert machine.app.tracker.lost == 0
