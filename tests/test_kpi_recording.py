"""Recordings give the figures of the run itself: raw files, and the journal of a board."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kpi_rig import TAKT_US, History, S
from test_records import Machine

from controller import events, packml
from controller.journal import Journal
from host_sim.errors import InputError
from host_sim.faults import Fault
from host_sim.kpi.book import KpiBook
from host_sim.kpi.recording import feed, figures, is_recording, read_recording
from host_sim.recorder import RECORD
from host_sim.run import run, stroke_rows, tasks
from host_sim.scenario import Wishes, build
from store.journal_file import JournalFile

RING = 1 << 30
FAULTS = (Fault("belt_jam", 60 * S, 20 * S), Fault("web_break", 150 * S, 60 * S))


def test_a_file_of_events_gives_the_figures_of_its_run(tmp_path: Path) -> None:
    task = tasks(build(Wishes(molds=("hand_M",), hours=0.1, faults=FAULTS)))[0]
    path = tmp_path / "run.events"
    with path.open("wb") as file:
        result = run(task, file=file)
    assert is_recording(str(path))
    recording = read_recording(path)
    book = KpiBook(TAKT_US, 1, [(n, s.name, s.chain) for n, s in numbered(result)])
    feed(book, recording.records)
    again, first = book.finish(result.until_us), result.figures
    assert first is not None and first.stops and first.horizon_us == 360 * S
    assert (again.stops, again.pieces, again.state_us) == (
        first.stops,
        first.pieces,
        first.state_us,
    )
    assert again.waterfall() == first.waterfall()
    made = first.made
    assert made.good == result.counts["pieces_good"] and made.lost == result.counts["pieces_lost"]
    until_us = figures(recording, KpiBook(TAKT_US, 1, ())).horizon_us
    assert 0 <= first.horizon_us - until_us < 2 * S, "a file ends with its last event"


def numbered(result):
    return [(stage.number, stage) for stage in result.stages]


def test_a_journal_of_a_board_gives_the_figures_of_its_events(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Fault("estop", 60 * S, 20 * S))
    machine.run(300)
    machine.twin.command(packml.CMD_STOP)
    machine.run(300)
    kept = read_recording(tmp_path / "journal")
    assert (kept.lost, kept.damaged, kept.unclear) == (0, 0, 0)
    whole = np.array(machine.events, RECORD)
    start = int(whole["t_us"][0])
    assert (kept.records["t_us"] + start == whole["t_us"][: len(kept.records)]).all()
    rows = stroke_rows(machine.app)
    found = figures(kept, KpiBook(TAKT_US, 1, rows))
    book = KpiBook(TAKT_US, 1, rows)
    feed(book, whole[: len(kept.records)])
    same = book.finish(int(whole["t_us"][len(kept.records) - 1]))
    assert (found.stops, found.pieces, found.run_us) == (same.stops, same.pieces, same.run_us)
    assert found.pieces[3].good > 20 and found.stops


def write(folder: Path, drains: list[tuple[int, list[tuple[int, int, int]]]]) -> Path:
    """Segments as a board writes them: (stamp in seconds, events in absolute µs)."""
    file = JournalFile(str(folder), 4000, 99)
    for stamp_s, put in drains:
        journal = Journal(512)
        for t_us, what, value in put:
            journal.put(t_us % RING, what, value)
        file.drain(journal, stamp_s)
    return folder


@pytest.mark.parametrize("pause_s", [5, 600, 1_073, 1_074, 3_600, 100_000])
def test_a_pause_longer_than_a_turn_of_the_ticks_is_measured_by_the_stamps(
    tmp_path: Path, pause_s: int
) -> None:
    first = History().run().strokes(5)
    split = len(first.events)
    first.state(packml.STOPPING)
    stop_us = first.t_us
    first.wait(pause_s).run().strokes(5)
    late_s = 40  # a machine at rest keeps its events once a minute
    folder = write(
        tmp_path,
        [
            (1000 + stop_us // S, first.events[: split + 1]),
            (1000 + first.t_us // S + late_s, first.events[split + 1 :]),
        ],
    )
    found = figures(read_recording(folder), KpiBook(TAKT_US, 1, ()))
    assert [stop.us for stop in found.stops.values()] == [pause_s * S]


def test_the_time_without_power_is_known_where_a_calendar_ran(tmp_path: Path) -> None:
    before, after = History().run().strokes(5), History().wait(1).run().strokes(5)
    for stamp_s, unclear, off_s in ((8620, 0, 3600), (20, 1, 1)):
        folder = tmp_path / str(stamp_s)
        folder.mkdir()
        write(folder, [(5010, before.events), (stamp_s, after.events)])
        recording = read_recording(folder)
        assert recording.unclear == unclear
        (stop,) = figures(recording, KpiBook(TAKT_US, 1, ())).stops.values()
        assert stop.us == pytest.approx(off_s * S, abs=2 * S)


def test_a_calendar_that_is_set_makes_no_pause(tmp_path: Path) -> None:
    h = History().run().strokes(10)
    half = len(h.events) // 2
    five_years_s = 5 * 365 * 86_400
    folder = write(tmp_path, [(1000, h.events[:half]), (1010 + five_years_s, h.events[half:])])
    recording = read_recording(folder)
    assert recording.unclear == 1
    found = figures(recording, KpiBook(TAKT_US, 1, ()))
    assert found.run_us == found.horizon_us == h.events[-1][0]


def test_what_a_journal_has_lost_is_said(tmp_path: Path) -> None:
    journal = Journal(10)
    for t_us, what, value in History().run().strokes(9).events:
        journal.put(t_us, what, value)
    JournalFile(str(tmp_path)).drain(journal, 0)
    assert read_recording(tmp_path).lost == journal.lost > 0


def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path) -> None:
    cut, falls, empty = tmp_path / "cut", tmp_path / "falls", tmp_path / "empty"
    cut.write_bytes(b"x" * 17)
    falls.write_bytes(np.array([(5, events.BOOT, 1), (4, events.BOOT, 1)], RECORD).tobytes())
    empty.write_bytes(b"")
    (tmp_path / "none").mkdir()
    for path, line in (
        (cut, "was cut"),
        (falls, "its times fall"),
        (empty, "holds no events"),
        (tmp_path / "none", "holds no events"),
    ):
        with pytest.raises(InputError, match=line):
            read_recording(path)
    assert not is_recording("hand_M") and not is_recording("shift.toml")
