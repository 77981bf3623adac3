"""Plain-length feed: no marks, a servo or a stepper, and every pitch as long as the mold says."""

from __future__ import annotations

import copy
import dataclasses
from itertools import pairwise

import pytest
from web_rig import SECOND, Running, machine_file, two_up

from controller import alarm_codes as a
from controller import events, modes, packml
from controller import signals as s
from controller.config import check as check_file
from controller.schema import MACHINE_SCHEMA, ConfigError
from hal.rp2 import io_map
from host_sim import FIRMWARE
from host_sim.faults import Fault
from host_sim.files import load_json
from host_sim.molds import DataFile
from host_sim.run import run, tasks
from host_sim.scenario import Wishes, build

PLAIN = ("registration",)
TYPES = ("servo", "stepper")


def plain(feed_type: str = "stepper", **feed: object) -> DataFile:
    return machine_file(without=PLAIN, feed={"type": feed_type, **feed})


@pytest.mark.parametrize("feed_type", TYPES)
def test_every_pitch_is_as_long_as_the_mold_says(feed_type: str) -> None:
    machine = Running("foot_L", file=plain(feed_type)).produce()
    places: list[int] = []
    welded = machine.plant.strip.welded

    def note(at: int) -> None:
        places.append(machine.plant.web.position_um)
        welded(at)

    machine.plant.strip.welded = note
    machine.run(60)
    assert len(places) == 30
    assert all(abs(b - a - 315_000) <= 100 for a, b in pairwise(places))
    assert not machine.raised and machine.states == []
    assert machine.app.tracker.counts[2] == 0


def test_homing_teaches_the_place_of_rest_and_moves_nothing() -> None:
    machine = Running(file=plain())
    machine.run(1)
    machine.operator.reset_relay()
    machine.run(1)
    for _ in range(2):
        machine.press("RESET")
    machine.run(4)
    assert machine.state == "Idle" and machine.plant.web.position_um == 0
    assert machine.app.feed.target == machine.app.inputs.web_pos


def test_a_stepper_needs_no_signal_and_the_press_waits_for_its_time_to_settle() -> None:
    machine = Running(file=plain(settle_ms=150)).produce()
    waited: list[int] = []
    seen = {"still": True, "down": False, "ended": 0}

    def look() -> None:
        app, now_us = machine.app, machine.twin.now_us
        assert not app.inputs.di & s.FEED_IN_POS
        still = app.inputs.feed_done == app.outputs.feed_no
        down = bool(app.outputs.do & s.PRESS_DOWN)
        if still and not seen["still"]:
            seen["ended"] = now_us
        if down and not seen["down"]:
            waited.append(now_us - seen["ended"])
        seen.update(still=still, down=down)

    machine.at_scan = look
    machine.run(20)
    assert len(waited) >= 9 and min(waited) >= 150_000


@pytest.mark.parametrize("feed_type", TYPES)
def test_a_slip_is_made_good_up_to_the_longest_trim_and_refused_beyond(feed_type: str) -> None:
    for slip_mm, alarm in ((3.0, 0), (30.0, a.REGISTRATION_OFF)):
        machine = Running(file=plain(feed_type)).produce()
        machine.twin.inject(Fault("web_slip", machine.twin.now_us + 1, 0, slip_mm))
        machine.run(4)
        assert machine.app.alarms.stop_reason == alarm
        machine.run(4)
        verdicts = [value & 15 for what, value in machine.story if what == events.WELD_VERDICT]
        assert (2 in verdicts) == bool(alarm), "what is out of place is a reject"
        if alarm:
            machine.operator.start_up(1)
            machine.run(10)
            assert machine.state == "Execute"


def test_marks_in_the_wiring_count_for_nothing() -> None:
    machine = Running(file=plain("servo")).produce()
    inputs = machine.app.inputs
    for _ in range(20):
        inputs.mark_no += 1
        inputs.mark_pos = inputs.web_pos
        inputs.devices = inputs.devices + 1 & 0x7FFF
        machine.twin._changed()
        machine.run(0.37)
    assert not machine.raised and machine.app.feed.missed == 0


def test_two_up_holds_thirty_pieces_a_minute() -> None:
    machine = Running("foot_L", file=two_up()).produce()
    assert machine.unread == Running(file=two_up()).unread
    begun = machine.twin.now_us
    machine.run(120)
    welds = sum(what == events.WELD_END for what, _ in machine.story)
    assert welds == 30  # strokes of two
    assert machine.twin.now_us - begun == 120 * SECOND
    assert not machine.raised


@pytest.mark.parametrize("file", [two_up(), plain(), plain("servo")])
def test_empty_out_brings_every_piece_past_the_eye(file: DataFile) -> None:
    machine = Running(file=file).produce()
    machine.press("STOP")
    machine.run(3)
    machine.twin.command(packml.CMD_RESET, modes.EMPTY_OUT)
    machine.run(5)
    machine.story.clear()
    machine.twin.command(packml.CMD_START)
    machine.run(15)
    assert machine.states == ["Starting", "Execute", "Completing", "Complete"]
    tracker = machine.app.tracker
    assert tracker.n == 0 and not tracker.on_web and tracker.lost == 0
    assert sum(tracker.counts) == tracker.serial


def test_a_shift_of_it_runs_and_every_key_is_read() -> None:
    scenario = build(Wishes(molds=("hand_M",), hours=0.05, replications=2))
    scenario = dataclasses.replace(scenario, machine=two_up())
    result = run(tasks(scenario)[0])
    assert result.rate == pytest.approx(15, abs=0.01)


def test_it_needs_neither_mark_sensor_nor_in_position_signal() -> None:
    io = load_json(FIRMWARE / "io.json")
    less = copy.deepcopy(io)
    del less["pins"]["mark_eye"], less["inputs"]["FEED_IN_POS"]
    assert io_map.check(less, "io.json", Running(file=plain()).app.bus.needs)
    for file, key in (
        (plain("servo"), "inputs.FEED_IN_POS"),
        (machine_file(feed={"type": "stepper"}), "pins.mark_eye"),
    ):
        with pytest.raises(ConfigError, match=f"{key}: is missing, and a station"):
            io_map.check(less, "io.json", Running(file=file).app.bus.needs)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"trim_max_mm": 100, "trim_max_ms": 100}, "feed.trim_max_mm: 100 takes"),
        ({"warn_mm": 2}, "feed.warn_mm: 2 is above 1 (feed.alarm_mm)"),
        ({"settle_ms": 500}, "feed.settle_ms: 500 is not below 500 (feed.settle_max_ms)"),
    ],
)
def test_what_cannot_be_is_refused(keys: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError) as error:
        check_file(MACHINE_SCHEMA, plain(**keys).data, "machine.json")  # type: ignore[arg-type]
    assert says in str(error.value)


def test_a_key_of_the_other_kind_of_feed_is_read_by_nobody() -> None:
    assert "feed.trim_max_um" in Running(file=machine_file(feed={"trim_max_mm": 5})).unread
    assert "feed.settle_ms" in Running(file=plain("servo", settle_ms=50)).unread
