"""The board keeps its records: the same code as on the board, around the simulated machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller import alarm_codes, events, packml, roles
from controller import signals as s
from controller.app import App
from host_sim.faults import Fault
from host_sim.journal_file import parse_segment
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin
from start.records import Records
from store.files import StoreError
from store.ring import Ring
from store.store import Store

SECOND = 1_000_000  # µs
RING = 512  # events that RAM holds


class Machine:
    """A machine with its records, and a clock for them; asks for a service as the HAL does."""

    def __init__(self, folder: Path, *faults: Fault, mold: str = "hand_M") -> None:
        machine, recipe = settings(load_machine(), load_molds([mold])[0])
        app = self.app = App(machine, recipe)
        self.twin = Twin(app, PlantParameters(), machine, recipe, 3, sink=None)
        self.us = 0
        self.events: list[tuple[int, int, int]] = []
        self.writes: list[tuple[int, int]] = []  # when, PackML state
        put = app.journal.put

        def tee(now: int, what: int, value: int) -> None:
            self.events.append((now, what, value))
            put(now, what, value)

        app.bus.put = app.journal.put = tee
        self.records = Records(app, Store(str(folder / "store")), str(folder), self)
        keep = self.records.keep

        def checked() -> None:
            di, do = app.inputs.di, app.outputs.do
            assert di & s.PRESS_TOP and not do & (s.SONICS_ENABLE | s.PRESS_DOWN)
            self.writes.append((self.us, app.unit.state))
            keep()

        self.records.keep = checked
        self.served = 0
        self.twin.on_scan = self.after_scan
        for fault in faults:
            self.twin.inject(fault)
            self.twin.at(fault.end_us + SECOND // 10, lambda: self.twin.operator.start_up(1))
        self.twin.operator.start_up(SECOND // 10)

    def ticks_ms(self) -> int:
        return self.us // 1000

    def since_ms(self, ticks: int) -> int:
        return self.us // 1000 - ticks

    def seconds(self) -> int:
        return self.us // SECOND

    def after_scan(self, us: int) -> None:
        self.us = us
        self.records.idle()
        if self.app.outputs.service_no != self.served and self.records.service():
            self.served = self.app.outputs.service_no

    def run(self, seconds: float) -> None:
        self.twin.run(round(seconds * SECOND))


def read_back(folder: Path) -> list[tuple[int, int, int]]:
    """Events of all segments, oldest first."""
    numbers = sorted(int(file.stem) for file in (folder / "journal").glob("*.jnl"))
    return [
        (int(event["tick"]), int(event["what"]), int(event["value"]))
        for number in numbers
        for drain in parse_segment(
            (folder / "journal" / f"{number}.jnl").read_bytes(), number
        ).drains
        for event in drain.events
    ]


def test_the_journal_on_flash_is_what_happened(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.run(240)
    kept = read_back(tmp_path)
    assert len(kept) > 4000
    assert kept == machine.events[: len(kept)] and machine.app.journal.lost == 0
    assert len(machine.events) - len(kept) <= RING
    # In production, and while each stroke was on time: no write held it up.
    assert sum(state == packml.EXECUTE for _, state in machine.writes) > 15


def test_flash_is_written_a_few_times_a_minute_in_production_and_less_at_rest(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path, Fault("estop", 120 * SECOND, 1800 * SECOND))
    machine.run(1900)
    producing = [us for us, _ in machine.writes if 30 * SECOND < us < 120 * SECOND]
    resting = [us for us, _ in machine.writes if us > 180 * SECOND]
    assert 4 <= len(producing) * 60 / 90 <= 8
    assert len(resting) <= 1 + (1900 - 180) // 60


def test_alarms_are_a_history(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Fault("estop", 20 * SECOND, 5 * SECOND))
    machine.run(90)
    rows = [row for _, row in Ring(Store(str(tmp_path / "store")), "alarms").rows()]
    kept = [(value, kind) for _, value, kind in rows]
    at = len(kept) - 1 - kept[::-1].index((alarm_codes.SAFETY_OPEN, events.RAISED & 255))
    rest = kept[at:]
    by = alarm_codes.SAFETY_OPEN | roles.OPERATOR << 8
    seen = rest.index((by, events.ACKNOWLEDGED & 255))
    assert rest.index((alarm_codes.SAFETY_OPEN, events.CLEARED & 255)) > seen
    # The seconds are those of the event, not of the write.
    assert 19 <= rows[at][0] <= 21
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


@pytest.mark.parametrize("seconds", [61.3, 87.9, 133.0])
def test_a_power_cut_costs_at_most_what_is_named(tmp_path: Path, seconds: float) -> None:
    machine = Machine(tmp_path)
    machine.run(seconds)
    before = machine.app.statistics.counters()
    again = Machine(tmp_path).app.statistics.counters()
    # seconds, indexes, serial, lost, extra, good, suspect, reject, seconds by state
    assert 0 <= before[5] - again[5] <= 11 and again[5] > 0
    assert before[2] <= again[2] <= before[2] + 32  # no serial number is given twice
    assert 0 <= before[0] - again[0] <= 60 + 22


def test_a_flash_that_fails_stops_nothing_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path)
    machine.run(60)
    tried = []

    def full(*_: object) -> None:
        tried.append(machine.us)
        raise StoreError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(machine.records.files, "drain", full)
        good = machine.app.tracker.counts[0]
        machine.run(240)
        assert machine.app.tracker.counts[0] - good >= 88
        assert machine.records.fault == "no room"
        assert 2 <= len(tried) <= 5
    machine.run(400)
    assert machine.records.fault == ""
    kept = read_back(tmp_path)
    assert kept[-1] in machine.events[-RING:]
    assert machine.app.journal.lost > 0


def test_counters_of_another_version_are_left_alone(tmp_path: Path) -> None:
    Store(str(tmp_path / "store")).write("counters", {"n": [1, 2, 3]})
    hand_m = 3  # the code of its mold
    assert set(Machine(tmp_path).app.statistics.counters()) == {0, hand_m}


GOOD, LOST = 0, 3


def switched(folder: Path, mold: str, *made: int) -> list[int]:
    """Switch a board on with this mold; let it make some more. What it counts for the mold."""
    machine = Machine(folder, mold=mold)
    tracker = machine.app.tracker
    for kind, n in enumerate(made):
        if kind == LOST:
            tracker.lost += n
        else:
            tracker.counts[kind] += n
    machine.run(5)
    return machine.app.statistics.of_mold()


def test_counters_of_a_mold_go_on_when_it_is_back(tmp_path: Path) -> None:
    assert switched(tmp_path, "hand_M", 10, 2, 1, 1) == [10, 2, 1, 1]
    assert switched(tmp_path, "foot_L") == [0, 0, 0, 0]
    assert switched(tmp_path, "foot_L", 5, 0, 3, 0) == [5, 0, 3, 0]
    assert switched(tmp_path, "hand_M", 7, 0, 0, 0) == [17, 2, 1, 1]
    assert switched(tmp_path, "foot_L") == [5, 0, 3, 0]
    assert switched(tmp_path, "hand_M") == [17, 2, 1, 1]


def test_a_recipe_loaded_in_a_run_changes_the_counters_before_the_next_piece(
    tmp_path: Path,
) -> None:
    switched(tmp_path, "foot_L", 5, 0, 0, 0)
    machine = Machine(tmp_path)
    machine.app.tracker.counts[GOOD] += 4
    machine.run(5)
    machine.twin.command(packml.CMD_STOP)
    machine.run(9)
    machine.app.load(settings(load_machine(), load_molds(["foot_L"])[0])[1])
    machine.run(9.1)
    assert machine.app.statistics.of_mold() == [5, 0, 0, 0]
    told = [value for _, what, value in machine.events if what == events.MOLD]
    assert told == [3, 8]
    assert switched(tmp_path, "hand_M") == [4, 0, 0, 0]


@pytest.mark.parametrize("cut", range(3))
def test_a_cut_while_the_counters_change_molds_counts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """After `cut` of the writes; the last one is the record of all counters."""
    switched(tmp_path, "hand_M", 10, 0, 0, 1)
    written = []
    write = Store.write

    def some(store: Store, name: str, payload: dict[str, list[int]]) -> None:
        if len(written) == cut:
            raise StoreError("cut")
        written.append(name)
        write(store, name, payload)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", some)
        Machine(tmp_path, mold="foot_L").run(5)
    assert switched(tmp_path, "foot_L") == [0, 0, 0, 0]
    assert switched(tmp_path, "hand_M") == [10, 0, 0, 1]


def test_a_flash_that_fails_at_the_change_of_molds_keeps_no_machine_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched(tmp_path, "hand_M", 10, 0, 0, 0)

    def full(*_: object) -> None:
        raise StoreError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", full)
        machine = Machine(tmp_path, mold="foot_L")
        machine.run(60)
        assert machine.app.unit.state == packml.EXECUTE and machine.records.fault == "no room"
    assert switched(tmp_path, "hand_M")[GOOD] >= 10
