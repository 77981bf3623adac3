"""What the link reads and changes: recipes within their bounds, the journal, samples of tags."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from link_rig import Machine, running

from controller import alarm_codes, packml
from controller.alarm_states import SHELVED, alarm_state
from host_sim.link_table import table
from start.kept import Kept

TABLE = table()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_recipe_is_changed_within_its_bounds_and_kept(machine: Machine, tmp_path: Path) -> None:
    machine.run(1)
    machine.login(2)
    assert machine.call("set", key="pitch_mm", value=231.5) == []
    assert machine.call("set", key="machine.takt_ms", value=2200) == []
    code, why = machine.refused("set", key="weld.time_ms", value=40_000)
    assert code == -32006 and "weld.time_ms: 40000 is above" in why
    for key, value in (("id", "x"), ("code", 4), ("weld.x", 1), ("machine.cavities", 2),
                       ("pitch_mm", "wide"), ("weld.mode", "peak")):  # fmt: skip
        assert machine.refused("set", key=key, value=value)[0] == -32006
    app = machine.app
    assert (app.feed.pitch_um, app.pacing.takt_us) == (231_500, 2_200_000)
    changes = {"pitch_mm": 231.5, "machine.takt_ms": 2200}
    assert machine.call("recipe")[1] == changes
    assert Kept(str(tmp_path)).recipe() == ("hand_M", changes)
    assert machine.call("select", mold="foot_L") == []
    assert (app.recipe, app.feed.pitch_um, app.pacing.takt_us) == ("foot_L", 315_000, 2_000_000)
    assert Kept(str(tmp_path)).recipe() == ("foot_L", {})
    for mold in ("nobody", "../machine", ""):
        assert machine.refused("select", mold=mold)[0] == -32006
    assert app.recipe == "foot_L"


def test_a_recipe_changes_only_at_rest(machine: Machine) -> None:
    running(machine, 2)
    assert machine.refused("set", key="pitch_mm", value=200) == (-32004, packml.EXECUTE)
    assert machine.refused("select", mold="foot_L") == (-32004, packml.EXECUTE)
    assert machine.refused("recipe") == (-32004, packml.EXECUTE)


def test_a_record_that_cannot_be_written_leaves_the_recipe(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.run(1)
    machine.login(2)

    def full(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(machine.kept.store, "write", full)
    assert machine.refused("select", mold="foot_L") == (-32006, "no room")
    assert machine.app.recipe == "hand_M"


def test_the_journal_can_be_followed_without_a_gap(machine: Machine) -> None:
    running(machine)
    at, got = 0, []
    for _ in range(100):
        at, lost, events = machine.call("journal", **{"from": at, "most": 16})
        assert lost == 0 and len(events) <= 16
        got += [tuple(event) for event in events]
        machine.run(0.05)
    machine.run(0.001)
    machine.app.journal.drain(machine._sink)
    assert len(got) > 200 and got == machine.events[: len(got)]


def test_events_that_are_gone_are_counted(machine: Machine) -> None:
    running(machine)
    machine.run(60)
    at, lost, events = machine.call("journal", **{"from": 0, "most": 16})
    journal = machine.app.journal
    total = journal.drained + journal.held // 3 + journal.lost
    assert lost > 0 and total - 512 - 2 <= lost <= total - 512 and at == lost + len(events)


def test_samples_come_at_their_period_and_a_slow_reader_loses_some(machine: Machine) -> None:
    running(machine)
    mask = TABLE.mask(["Status.StateCurrent", "Pieces.Good", "Admin.AlarmHistory[]"])
    machine.call("monitor", mask=mask, period_ms=100)
    machine.run(20)
    got = [json.loads(line)["params"] for line in machine.wire.lines()]
    gaps = [later["ms"] - earlier["ms"] for earlier, later in pairwise(got)]
    assert min(gaps) >= 100 and max(gaps) < 1000  # none while a shot is on
    assert 100 < len(got) <= 200
    assert got[-1]["values"][0] == packml.EXECUTE and got[-1]["lost"] == 0
    assert got[-1]["values"][2] == machine.app.tracker.counts[0]
    machine.wire.room = 100
    good = machine.app.tracker.counts[0]
    machine.run(60)
    assert machine.app.tracker.counts[0] - good >= 29  # it waits for nobody
    assert machine.link.lost > 100
    machine.wire.room = None
    machine.run(1)
    machine.wire.lines()
    machine.run(0.5)
    last = json.loads(machine.wire.lines()[-1])["params"]
    assert last["lost"] == machine.link.lost
    machine.call("monitor", mask=0)
    machine.run(2)
    assert machine.wire.lines() == []


def test_alarms_are_acknowledged_and_set_aside_by_whoever_may(machine: Machine) -> None:
    alarms = machine.app.alarms
    alarms.raise_(machine.app.bus.now, alarm_codes.PIECE_EXTRA)
    machine.run(0.1)
    machine.login(1)
    assert machine.call("acknowledge", code=alarm_codes.PIECE_EXTRA) == []
    assert machine.refused("shelve", code=alarm_codes.PIECE_EXTRA, minutes=5) == (-32002, 2)
    assert machine.refused("acknowledge", code=alarm_codes.GUARD_OPEN) == (
        -32004, alarm_codes.GUARD_OPEN,
    )  # fmt: skip
    machine.login(2)
    assert machine.call("shelve", code=alarm_codes.PIECE_EXTRA, minutes=5) == []
    state = alarm_state(alarm_codes.PIECE_EXTRA, alarms.flags[alarm_codes.PIECE_EXTRA])
    assert state == SHELVED
    assert machine.call("shelve", code=alarm_codes.PIECE_EXTRA, minutes=0) == []
    for code in (alarm_codes.SAFETY_OPEN, alarm_codes.GUARD_OPEN, alarm_codes.WEB_BREAK):
        assert machine.refused("shelve", code=code, minutes=5) == (-32004, code)
    machine.login(3)
    assert machine.call("withdraw", code=alarm_codes.PIECE_EXTRA) == []
    assert machine.refused("withdraw", code=alarm_codes.SAFETY_OPEN)[0] == -32004
