"""PackML: every state, command and mode against tables written out for people."""

from __future__ import annotations

import io
import os
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import pytest

import host_sim
from controller import modes, packml, tags
from controller.app import App
from controller.config import Settings, check
from controller.schema import MOLD_SCHEMA
from host_sim.errors import InputError
from host_sim.files import load_json
from host_sim.link_table import table
from host_sim.packml_names import COMMAND_NAMES, MODE_NAMES, PARAMETER_NAMES, STATE_NAMES

# state: command > state entered ...; what is not listed is refused
COMMANDS = """
Undefined:
Clearing:     Abort > Aborting
Stopped:      Abort > Aborting, Reset > Resetting
Starting:     Abort > Aborting, Stop > Stopping
Idle:         Abort > Aborting, Stop > Stopping, Start > Starting
Suspended:    Abort > Aborting, Stop > Stopping, Unsuspend > Unsuspending, Hold > Holding,
              Complete > Completing
Execute:      Abort > Aborting, Stop > Stopping, Hold > Holding, Suspend > Suspending,
              Complete > Completing
Stopping:     Abort > Aborting
Aborting:
Aborted:      Clear > Clearing
Holding:      Abort > Aborting, Stop > Stopping
Held:         Abort > Aborting, Stop > Stopping, Unhold > Unholding, Complete > Completing
Unholding:    Abort > Aborting, Stop > Stopping
Suspending:   Abort > Aborting, Stop > Stopping
Unsuspending: Abort > Aborting, Stop > Stopping
Resetting:    Abort > Aborting, Stop > Stopping
Completing:   Abort > Aborting, Stop > Stopping
Complete:     Abort > Aborting, Stop > Stopping, Reset > Resetting
"""

# acting state > state entered when its work is complete
COMPLETED = """
Clearing > Stopped, Starting > Execute, Execute > Completing, Stopping > Stopped,
Aborting > Aborted, Holding > Held, Unholding > Execute, Suspending > Suspended,
Unsuspending > Execute, Resetting > Idle, Completing > Complete
"""

# mode: states it has not
MISSING = """
Produce:
Maintenance: Suspending, Suspended, Unsuspending, Completing, Complete
Manual:      Suspending, Suspended, Unsuspending, Completing, Complete, Holding, Held, Unholding
Change over: Suspending, Suspended, Unsuspending, Holding, Held, Unholding
Set up:      Suspending, Suspended, Unsuspending, Completing, Complete
Empty out:   Suspending, Suspended, Unsuspending
"""

# Mode changes: from any mode to any other in Stopped and Aborted, and these
CHANGES_READY = {("Produce", "Empty out"), ("Empty out", "Produce")}
READY = {"Idle", "Complete"}
REST = {"Stopped", "Aborted"}


def _rows(text: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    name = ""
    for line in text.strip().splitlines():
        if ":" in line:
            name, line = line.split(":")
            rows[name] = []
        rows[name] += [item.strip() for item in line.split(",") if item.strip()]
    return rows


def _arrows(items: list[str]) -> dict[str, str]:
    return dict(item.split(" > ") for item in items)


TARGETS = {state: _arrows(items) for state, items in _rows(COMMANDS).items()}
AFTER = _arrows(COMPLETED.replace("\n", " ").strip().split(", "))
STATES_OF = {mode: set(STATE_NAMES[1:]) - set(missing) for mode, missing in _rows(MISSING).items()}


def _unit(mode: str, state: str) -> packml.Unit:
    unit = packml.Unit()
    unit.mode = MODE_NAMES.index(mode)
    unit.state = STATE_NAMES.index(state)
    return unit


def test_the_written_tables_are_complete() -> None:
    assert list(TARGETS) == list(STATE_NAMES)
    assert len(STATE_NAMES) == 18 and len(COMMAND_NAMES) == 11 and len(STATES_OF) == 6
    assert {c for row in TARGETS.values() for c in row} == set(COMMAND_NAMES[1:])


@pytest.mark.parametrize("names, prefix", [(STATE_NAMES, ""), (COMMAND_NAMES[1:], "CMD_")])
def test_numbers_have_their_standard_names(names: tuple[str, ...], prefix: str) -> None:
    for number, name in enumerate(names, start=1 if prefix else 0):
        assert getattr(packml, prefix + name.upper()) == number
    for mode in STATES_OF:
        assert getattr(modes, mode.upper().replace(" ", "_")) == MODE_NAMES.index(mode)


@pytest.mark.parametrize("state", STATE_NAMES)
@pytest.mark.parametrize("mode", STATES_OF)
def test_every_command_in_every_state_and_mode(mode: str, state: str) -> None:
    for number, command in enumerate(COMMAND_NAMES):
        target = TARGETS[state].get(command)
        taken = target in STATES_OF[mode]
        unit = _unit(mode, state)
        assert packml.next_state(unit.state, number) == STATE_NAMES.index(target or "Undefined")
        assert unit.command(number) is taken, command
        assert STATE_NAMES[unit.state] == (target if taken else state)
        assert MODE_NAMES[unit.mode] == mode


@pytest.mark.parametrize("state", STATE_NAMES)
@pytest.mark.parametrize("mode", STATES_OF)
def test_every_state_complete(mode: str, state: str) -> None:
    unit = _unit(mode, state)
    target = AFTER.get(state)
    assert packml.after(unit.state) == STATE_NAMES.index(target or "Undefined")
    assert bool(packml.ACTING >> unit.state & 1) is (target is not None)
    assert unit.complete() is (target in STATES_OF[mode])
    assert STATE_NAMES[unit.state] == (target if target in STATES_OF[mode] else state)


@pytest.mark.parametrize("old", STATES_OF)
def test_every_mode_change_in_every_state(old: str) -> None:
    for state in STATE_NAMES:
        for number, new in enumerate((*MODE_NAMES, "#8")):
            allowed = new in STATES_OF and (
                state in REST or (state in READY and (old, new) in CHANGES_READY)
            )
            unit = _unit(old, state)
            assert unit.change_mode(number) is (allowed or new == old), (old, state, new)
            assert MODE_NAMES[unit.mode] == (new if allowed else old)
            assert STATE_NAMES[unit.state] == state
            if allowed:
                assert state in STATES_OF[old] and state in STATES_OF[new]


@pytest.mark.parametrize("mode", range(-1, 10))
def test_a_mode_has_the_states_that_the_table_says(mode: int) -> None:
    name = MODE_NAMES[mode] if 0 <= mode < len(MODE_NAMES) else ""
    has = {STATE_NAMES[s] for s in range(18) if modes.states(mode) >> s & 1}
    assert has == STATES_OF.get(name, set())
    assert modes.states(mode) < 1 << 18
    assert modes.changes(mode) & ~modes.states(mode) == 0


@pytest.mark.parametrize("mode", STATES_OF)
def test_stop_and_abort_are_always_at_hand(mode: str) -> None:
    for state in STATES_OF[mode]:
        stop = _unit(mode, state).command(packml.CMD_STOP)
        abort = _unit(mode, state).command(packml.CMD_ABORT)
        assert stop is (state not in {"Stopped", "Stopping", "Clearing", "Aborting", "Aborted"})
        assert abort is (state not in {"Aborting", "Aborted"})
    assert _unit(mode, "Resetting").command(packml.CMD_STOP)
    assert _unit(mode, "Resetting").command(packml.CMD_ABORT)


def _reach(mode: str, start: str) -> set[str]:
    """States that commands and completed work lead to from `start`."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        state = ahead.pop()
        if state in seen:
            continue
        seen.add(state)
        for command in range(1, 11):
            unit = _unit(mode, state)
            if unit.command(command):
                ahead.append(STATE_NAMES[unit.state])
        unit = _unit(mode, state)
        if unit.complete():
            ahead.append(STATE_NAMES[unit.state])
    return seen


@pytest.mark.parametrize("mode", STATES_OF)
def test_from_power_up_every_state_of_a_mode_is_reached_and_none_is_a_dead_end(mode: str) -> None:
    for state in STATES_OF[mode]:
        assert _reach(mode, state) == STATES_OF[mode]


def test_power_up_is_aborted_and_only_clear_reset_start_lead_to_execute() -> None:
    unit = packml.Unit()
    assert (unit.state, unit.mode) == (packml.ABORTED, modes.PRODUCE)
    assert not unit.command(packml.CMD_RESET) and not unit.command(packml.CMD_START)
    for command in (packml.CMD_CLEAR, packml.CMD_RESET, packml.CMD_START):
        assert unit.command(command) and unit.complete()
    assert unit.state == packml.EXECUTE


@pytest.mark.parametrize("state, command", [(-1, 3), (18, 3), (6, 0), (6, 11), (6, -1), (0, 8)])
def test_numbers_outside_the_tables_are_refused(state: int, command: int) -> None:
    assert packml.next_state(state, command) == 0
    assert packml.after(state) in (0, packml.COMPLETING)


PROBE = """
from controller import modes, packml
for mode in range(-1, 10):
    print("mode", mode, modes.states(mode), modes.changes(mode))
    for state in range(20):
        unit = packml.Unit()
        unit.mode = mode
        row = [packml.after(state)]
        for command in range(-1, 12):
            unit.state = state
            row += [packml.next_state(state, command), int(unit.command(command)), unit.state]
        unit.state = state
        row += [int(unit.complete()), unit.state]
        for new in range(-1, 10):
            unit.mode = mode
            unit.state = state
            row += [int(unit.change_mode(new)), unit.mode]
        print(state, *row)
"""


def test_micropython_gives_the_same_answers(micropython: Path) -> None:
    board = subprocess.run(
        [micropython, "-c", PROBE],
        env={**os.environ, "MICROPYPATH": "firmware:.frozen"},
        cwd=host_sim.FIRMWARE.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert board.returncode == 0, board.stderr
    here = io.StringIO()
    with redirect_stdout(here):
        exec(PROBE, {})
    assert board.stdout.splitlines() == here.getvalue().splitlines()
    assert len(board.stdout.splitlines()) == 11 * 21


def test_every_tag_can_be_read_from_the_app(machine: Settings) -> None:
    file = "molds/hand_M.json"
    mold = check(MOLD_SCHEMA, load_json(host_sim.FIRMWARE / file), file, machine)
    app = App(machine, mold)
    app.scan(0)
    names = [name for name, _ in table().tags]
    assert len(set(names)) == len(names)
    values = dict(zip(names, tags.values(app), strict=False))
    for name, kind in table().tags[: len(values)]:
        if kind == "list":
            assert all(isinstance(each, int) for each in values[name])
        else:
            assert isinstance(values[name], str if kind == "text" else int), name
    assert values["Status.StateCurrent"] == packml.ABORTED
    assert values["Status.UnitModeCurrent"] == modes.PRODUCE
    assert values["Status.MachSpeed"] == 300  # 30.0 pieces a minute
    assert values["Status.EquipmentInterlock.Starved"] in (0, 1)
    assert values["Admin.StopReason"] in values["Admin.Alarm[]"]
    with pytest.raises(InputError, match="there is no such tag"):
        table().mask(["Status.Nothing"])
    parameters = [name for name in names if name.startswith("Status.Parameter[")]
    assert parameters == [f"Status.Parameter[{n}].Value" for n in range(len(PARAMETER_NAMES))]
    assert values["Status.Parameter[0].Value"] == 230_000
