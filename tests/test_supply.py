"""Unwinds, dancers, rolls, splices, static bar, waste: what each does to the machine, and when."""

from __future__ import annotations

import pytest
from histories import PUNCTUAL
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from web_rig import Running, machine_file

from controller import alarm_codes as a
from controller import events, packml
from controller import signals as s
from host_sim.faults import Fault
from host_sim.plant import PlantParameters

MINE = (
    s.ROLL_LOW | s.ROLL2_LOW | s.DANCER_LOW | s.DANCER_HIGH | s.DANCER2_LOW | s.DANCER2_HIGH
    | s.SPLICE | s.STATIC_OK | s.WASTE_OK
)  # fmt: skip
STATIONS = ("supply", "rewind", "line")


def verdicts(machine: Running) -> list[int]:
    machine.run(0)
    return [value & 15 for what, value in machine.story if what == events.WELD_VERDICT]


def watch_splices(machine: Running) -> list[bool]:
    """Whether a splice lay under the horn, weld by weld: the truth of the plant."""
    carried: list[bool] = []
    welded = machine.plant.strip.welded

    def note(at: int) -> None:
        carried.append(machine.plant.web.carries_splice)
        welded(at)

    machine.plant.strip.welded = note
    return carried


@budget(deadline=None, max_examples=60, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(
    st.lists(st.tuples(st.integers(0, 8_000), st.integers(1, 1_500)), min_size=1, max_size=3),
    st.sampled_from(["kids_hand", "hand_M", "foot_L"]),
    st.sampled_from([0, 2500, 4900]),
)
def test_pieces_that_carry_a_splice_are_always_rejects(
    splices: list[tuple[int, int]], mold: str, stop_ms: int
) -> None:
    machine = Running(mold, seed=3).produce()
    carried = watch_splices(machine)
    begun = machine.twin.now_us
    for wait_ms, away_mm in splices:
        machine.twin.inject(Fault("splice", begun + 1 + wait_ms * 1000, 0, float(away_mm)))
    if stop_ms:  # in the middle of a stroke, at an index, at rest
        machine.run(stop_ms / 1000)
        machine.operator.estop()
        machine.run(0.3)
        machine.operator.estop(False)
    for _ in range(4):  # three rejects in a row hold the machine
        machine.operator.start_up(10_000)
        machine.run(15)
    found = verdicts(machine)
    assert len(found) == len(carried)
    # After a stop in the middle of an index a splice may lie between two pieces.
    assert len(carried) > 8 and (any(carried) or stop_ms)
    for bad, verdict in zip(carried, found, strict=True):
        assert verdict == 2 or not bad, "a splice was sold"
    # One splice spoils two pieces, and what lies between two of them is not trusted.
    if len(splices) == 1 and not stop_ms:
        assert sum(verdict == 2 for verdict in found) <= 2


def test_a_splice_takes_with_it_no_more_than_two_pieces_and_is_in_the_record() -> None:
    machine = Running().produce()
    machine.twin.inject(Fault("splice", machine.twin.now_us + 1, 0, 300.0))
    machine.run(30)
    assert 1 <= sum(verdict == 2 for verdict in verdicts(machine)) <= 2
    marked = sum(what == events.SPLICE_WELD for what, _ in machine.story)
    assert marked == sum(verdict == 2 for verdict in verdicts(machine))
    assert machine.states == [] and not machine.raised


def test_a_roll_is_changed_on_the_run_when_the_machine_asks() -> None:
    plant = PUNCTUAL.override({"plant.roll_pieces": 220})
    machine = Running("foot_L", plant=plant).produce()
    machine.run(1200)
    assert machine.states == [], "it never stopped"
    asked = [bool(value & s.ROLL_CHANGE) for what, value in machine.story if what == events.OUTPUT]
    assert sum(now and not was for was, now in zip([False, *asked], asked, strict=False)) >= 4
    assert set(machine.raised) == {a.UPPER_ROLL_LOW, a.LOWER_ROLL_LOW}
    assert machine.plant.pieces.conserved


def test_a_roll_that_nobody_changes_holds_the_machine_before_the_web_is_out() -> None:
    plant = PUNCTUAL.override({"plant.roll_pieces": 220, "plant.roll_change_mean_us": 10**10,
                               "plant.roll_change_high_us": 10**11,
                               "plant.roll_change_sd_us": 1})  # fmt: skip
    machine = Running("foot_L", plant=plant).produce()
    machine.to(packml.HELD, 900)
    machine.run(0)
    assert machine.app.alarms.stop_reason == a.LOWER_WEB_LATE
    assert machine.app.inputs.di & s.WEB_OK and all(
        unwind.level_um > 0 for unwind in machine.plant.supply.unwinds
    )
    assert machine.app.outputs.do & s.ROLL_CHANGE
    machine.plant.change_rolls()
    machine.run(1)
    assert not machine.app.outputs.do & s.ROLL_CHANGE
    machine.operator.start_up(1)
    machine.run(20)
    assert machine.state == "Execute"


@pytest.mark.parametrize("mold", ["kids_hand", "foot_L"])
def test_production_touches_no_switch_of_a_dancer(mold: str) -> None:
    machine = Running(mold, plant=PlantParameters()).produce()
    machine.run(300)
    shown = {value & MINE for what, value in machine.story if what == events.INPUT_X}
    assert len(shown) < 2
    assert min(unwind.level_um for unwind in machine.plant.supply.unwinds) > 600_000


def test_unwinds_run_with_the_web_and_their_brakes_hold_it_at_rest() -> None:
    machine = Running().produce()
    assert machine.app.outputs.do & s.UNWIND
    machine.twin.command(packml.CMD_HOLD)
    machine.run(5)
    assert machine.state == "Held" and not machine.app.outputs.do & s.UNWIND
    machine.twin.command(packml.CMD_UNHOLD)
    machine.run(5)
    assert machine.app.outputs.do & s.UNWIND
    machine.operator.estop()
    machine.run(0.000_002)
    assert not machine.app.outputs.do & s.UNWIND


@pytest.mark.parametrize("kind", ["dancer_stuck_low", "dancer_stuck_high", "waste_break"])
def test_what_stands_still_says_nothing(kind: str) -> None:
    machine = Running().produce()
    machine.press("STOP")
    machine.run(4)
    machine.twin.inject(Fault(kind, machine.twin.now_us + 1, 20_000_000))
    machine.run(22)
    assert machine.state == "Stopped" and not machine.raised


def test_a_dancer_that_is_low_for_a_moment_is_no_alarm() -> None:
    machine = Running().produce()
    for _ in range(4):
        machine.twin.inject(Fault("dancer_stuck_low", machine.twin.now_us + 1, 2_400_000))
        machine.run(3)
    assert not machine.raised


@pytest.mark.parametrize(("choice", "alarm", "state"), [
    ("none", None, "Execute"), ("warn", a.STATIC_WARN, "Execute"), ("hold", a.STATIC_OFF, "Held"),
])  # fmt: skip
def test_a_static_bar_without_voltage_does_as_the_machine_file_says(
    choice: str, alarm: int | None, state: str
) -> None:
    keys: dict[str, object] = {"static": choice}
    file = machine_file(supply=keys)
    if choice == "none":
        del file.data["supply"]["static_ms"]
    machine = Running(file=file).produce()
    machine.twin.inject(Fault("static_off", machine.twin.now_us + 1, 6_000_000))
    machine.run(8)
    assert machine.state == state
    assert machine.raised == ([alarm] if alarm else [])


def test_one_unwind_needs_and_heeds_no_second() -> None:
    machine = Running(file=machine_file(supply={"unwinds": 1})).produce()
    second = s.ROLL2_LOW | s.DANCER2_LOW | s.DANCER2_HIGH
    assert not machine.app.bus.needs["x"] & second
    machine.app.inputs.dx |= second
    machine.twin._changed()
    machine.run(10)
    assert machine.states == [] and not machine.raised
    assert not machine.app.outputs.do & s.ROLL_CHANGE


def test_a_machine_without_these_stations_needs_and_heeds_none_of_their_signals() -> None:
    machine = Running(file=machine_file(without=STATIONS)).produce()
    needs = machine.app.bus.needs
    assert not needs["x"] & MINE and not needs["o"] & (s.UNWIND | s.ROLL_CHANGE)
    machine.app.inputs.dx ^= MINE
    machine.twin._changed()
    machine.run(10)
    assert machine.states == [] and not machine.raised
    assert not machine.app.outputs.do & (s.UNWIND | s.ROLL_CHANGE)
    assert {2} & set(verdicts(machine)) == set()


def test_what_is_fitted_must_be_wired() -> None:
    needs = Running().app.bus.needs
    assert needs["x"] & MINE == MINE
    assert needs["x"] & (s.UPSTREAM_OK | s.DOWNSTREAM_OK) == s.UPSTREAM_OK | s.DOWNSTREAM_OK
    assert needs["o"] & (s.UNWIND | s.ROLL_CHANGE) == s.UNWIND | s.ROLL_CHANGE


def test_every_key_of_the_reference_machine_is_read() -> None:
    unread = {key.split(".")[0] for key in Running().unread}
    assert not unread & {"supply", "rewind", "line", "registration"}
