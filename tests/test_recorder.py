"""The recorder: absolute times from ticks that wrap, one hash for one run, flat memory."""

import io
from array import array

import numpy as np
import pytest

from controller import events
from controller.journal import Journal
from host_sim.counts import CountBook
from host_sim.recorder import CHUNK, RECORD, RING, Recorder
from host_sim.stages import Stage, TableBook
from host_sim.strokes import StrokeBook

TAKT_US = 2_000_000


def drained(stream, origin=0, every=7, books=(), size=50, **kept):
    """A recorder that was fed (t_us, what, value) through a real journal, drained now and then."""
    journal = Journal(size)
    recorder = Recorder(books, origin, **kept)
    for number, (t_us, what, value) in enumerate(stream):
        journal.put((t_us + origin) % RING, what, value)
        if number % every == every - 1:
            journal.drain(recorder.sink)
            recorder.settle(t_us)
    journal.drain(recorder.sink)
    return recorder


def strokes(count, time_us=1_500_000, start_us=5_000_000, takt_us=TAKT_US):
    """A grid that is kept: `count` strokes with rows of 500 ms (row 0) and the rest (row 1)."""
    for k in range(count):
        t = start_us + k * takt_us
        yield t + 40, events.LATE_US, 40
        yield t + 40, events.SEQUENCE + events.SEQ_BEGIN, 0
        yield t + 500_040, events.SEQUENCE + 0, 500_000
        yield t + 500_040, events.SEQUENCE + 0x100 + events.SEQ_BEGIN, 0
        yield t + 800_040, events.SEQUENCE + 0x100 + 0, 300_000
        yield t + time_us + 40, events.SEQUENCE + 1, time_us - 500_000
        yield t + time_us + 40, events.SEQUENCE + events.SEQ_END, time_us


def stroke_book(width_us=600_000_000):
    table = TableBook(0, "stroke", [Stage("feed", "web", 0, 0), Stage("weld", "press", 0, 1)])
    branch = TableBook(1, "takeaway", [Stage("transfer", "belt", 0, 0)])
    return StrokeBook(table, [branch], TAKT_US, width_us)


def test_absolute_time_survives_the_wrap_of_the_ticks():
    stream = [(number * 97_000_000, 0x0101, -number) for number in range(60)]
    kept = []
    drained(stream, origin=RING - 5, keep=kept).settle(10**10)
    records = np.concatenate(kept)
    assert records["t_us"].tolist() == [t for t, _, _ in stream]
    assert records["value"].tolist() == [value for _, _, value in stream]


def test_a_pause_longer_than_the_ring_is_seen_when_settled():
    kept = []
    journal = Journal(10)
    recorder = Recorder(keep=kept)
    journal.put(100, 1, 1)
    journal.drain(recorder.sink)
    for minute in range(1, 41):
        recorder.settle(minute * 60_000_000)
    later = 40 * 60_000_000 + 7
    journal.put(later % RING, 1, 2)
    journal.drain(recorder.sink)
    recorder.settle(later)
    assert np.concatenate(kept)["t_us"].tolist() == [100, later]


def test_settling_before_a_known_event_is_refused():
    recorder = drained([(1000, 1, 1)])
    with pytest.raises(ValueError, match="lies after now"):
        recorder.settle(999)


@pytest.mark.parametrize("origin", [0, 12345, RING - 1])
@pytest.mark.parametrize("every", [1, 7, 40])
def test_hash_knows_neither_origin_nor_how_often_the_journal_is_drained(origin, every):
    assert drained(strokes(30), origin, every).trace == drained(strokes(30)).trace


def test_hash_sees_one_microsecond_one_code_and_one_value():
    base = drained([(10, 1, 1), (20, 2, 2)]).trace
    for other in ([(10, 1, 1), (21, 2, 2)], [(10, 1, 1), (20, 3, 2)], [(10, 1, 1), (20, 2, 0)]):
        assert drained(other).trace != base


def test_chunk_borders_do_not_show():
    stream = list(strokes(CHUNK // 6 * 3))
    book = stroke_book()
    whole = drained(stream, books=[book], every=40)
    assert whole.events == len(stream) > 2 * CHUNK
    assert book.time.count == len(stream) // 7
    for stage in book.table.stages:
        assert stage.time.least == stage.time.most
        assert stage.end.least == stage.end.most
    (transfer,) = book.branches[0].stages
    assert (transfer.begin.least, transfer.end.most) == (500_000, 800_000)


def test_events_are_written_only_when_asked():
    file = io.BytesIO()
    recorder = drained(strokes(3), file=file)
    recorder.settle(10**9)
    records = np.frombuffer(file.getvalue(), RECORD)
    assert len(records) == recorder.events == 21


def test_memory_is_flat():
    book = stroke_book()
    recorder = Recorder([book])
    recorder.sink(array("i", [v for event in strokes(200) for v in event]), 0, 200 * 21)
    recorder.settle(500_000_000)
    held = len(book.worst._open), len(book.time.bins)
    for hour in range(1, 20):
        base = hour * 3600_000_000
        values = [v for t, what, x in strokes(200, start_us=base) for v in (t % RING, what, x)]
        recorder.settle(base - 1)
        recorder.sink(array("i", values), 0, len(values))
    assert (len(book.worst._open), len(book.time.bins)) <= (held[0] + 400, held[1])


def test_grid_that_is_kept_gives_exactly_30():
    book = stroke_book()
    drained(strokes(900), books=[book]).settle(5_000_000 + 900 * TAKT_US)
    assert book.rate_per_min(5_000_000 + 900 * TAKT_US) == 30.0
    assert book.first_slot_us == 5_000_000
    assert book.worst.finish(5_000_000 + 900 * TAKT_US) == 300


def test_free_running_strokes_longer_than_the_takt_lose_the_rate():
    book = stroke_book()
    drained(strokes(900, 2_500_000, takt_us=2_500_000), books=[book])
    assert book.rate_per_min(2_255_000_000) == pytest.approx(24, rel=1e-6)
    assert book.worst.finish(2_255_000_000) in (239, 240)


def test_a_machine_that_stopped_is_charged_for_the_rest_of_the_horizon():
    book = stroke_book()
    drained(strokes(450), books=[book]).settle(1_805_000_000)
    assert book.rate_per_min(1_805_000_000) == pytest.approx(15, rel=1e-3)
    assert book.worst.finish(1_805_000_000) == 0


def test_state_times_and_alarms_are_counted():
    book = CountBook()
    stream = [
        (0, events.STATE, 2),
        (5_000, events.STATE, 6),
        (6_000, events.RAISED, 31),
        (6_000, events.STATE, 8),
        (6_500, events.RAISED, 31),
    ]
    drained(stream, books=[book]).settle(10_000)
    book.close(10_000)
    assert book.execute_us == 5_000
    assert book.alarms == {31: 2}
    assert book.state_us == {2: 5_000, 6: 1_000, 8: 4_000}
