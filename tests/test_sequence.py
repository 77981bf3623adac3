"""The engine of tables, with a journal and an alarm list made of lists."""

import host_sim  # noqa: F401
from controller import events
from controller import signals as s
from controller.clock import add
from controller.image import Inputs
from controller.journal import Journal
from controller.packml import Unit
from controller.part import Bus
from controller.sequence import Sequence, do


class Notes:
    """Stands for bus, journal and alarms at once."""

    def __init__(self) -> None:
        self.inputs = Inputs()
        self.wishes: list[int] = []
        self.tracks: list[Sequence | None] = [None]
        self.events: list[tuple[int, int, int]] = []
        self.alarms = self
        self.raised: list[int] = []

    def put(self, now: int, what: int, value: int) -> None:
        self.events.append((now, what, value))

    def wish(self, bits: int) -> None:
        self.wishes.append(bits)

    def raise_(self, now: int, code: int) -> None:
        self.raised.append(code)


def row(*fields: object) -> tuple[object, ...]:
    return (*fields, 0)[:6]


def make(notes: Notes, *rows: tuple[object, ...]) -> Sequence:
    return Sequence(3, "test", 0, rows, notes)


def test_rows_run_in_order_and_each_is_timed() -> None:
    notes, started, done = Notes(), [], set()
    rows = (
        row("a", "web", lambda now: started.append("a"), lambda now: "a" in done, 1000, 31),
        do("between", lambda now: started.append("between")),
        row("b", "press", lambda now: started.append("b"), None, 200),
    )
    sequence = make(notes, *rows)
    origin = 2**30 - 100
    sequence.begin(origin)
    sequence.step(add(origin, 50))
    assert started == ["a"]
    done.add("a")
    sequence.step(add(origin, 90))
    assert started == ["a", "between", "b"]
    assert sequence.active and sequence.wake == add(origin, 290)
    sequence.step(add(origin, 289))
    assert sequence.active
    sequence.step(add(origin, 295))
    assert not sequence.active and sequence.ended
    base = events.SEQUENCE + 3 * 256
    assert notes.events == [
        (origin, base + events.SEQ_BEGIN, 0),
        (add(origin, 90), base + 0, 90),
        (add(origin, 295), base + 2, 205),
        (add(origin, 295), base + events.SEQ_END, 295),
    ]


def test_a_row_that_takes_too_long_raises_its_alarm_once_and_stops() -> None:
    notes = Notes()
    sequence = make(notes, row("late", "web", None, lambda now: False, 1000, 40))
    sequence.begin(0)
    sequence.step(999)
    assert notes.raised == [] and sequence.active
    sequence.step(1000)
    sequence.step(1001)
    assert notes.raised == [40] and not sequence.active and not sequence.ended


def test_an_end_at_the_very_limit_is_an_end() -> None:
    notes, done = Notes(), []
    sequence = make(notes, row("just", "web", None, lambda now: bool(done), 1000, 40))
    sequence.begin(5)
    done.append(1)
    sequence.step(1005)
    assert sequence.ended and notes.raised == []


def test_cancel_is_recorded_with_the_row_it_stood_in() -> None:
    notes = Notes()
    sequence = make(notes, do("x", None), row("y", "web", None, None, 100))
    sequence.begin(0)
    sequence.step(0)
    sequence.cancel(40)
    sequence.cancel(50)
    assert notes.events[-1] == (40, events.SEQUENCE + 3 * 256 + events.SEQ_CANCEL, 1)
    assert not sequence.active and not sequence.ended and not sequence.timed


def test_a_dwell_of_nothing_ends_at_once() -> None:
    sequence = make(Notes(), row("none", "press", None, None, 0))
    sequence.begin(77)
    sequence.step(77)
    assert sequence.ended


def test_a_row_wishes_outputs_and_ends_when_all_of_its_inputs_are_on() -> None:
    notes = Notes()
    sequence = make(notes, row("lower", "press", 1, 6, 1000, 40), row("off", "press", -1, None, 0))
    sequence.begin(0)
    for di in (0, 2, 4, 9):
        notes.inputs.di = di
        sequence.step(5)
        assert sequence.active and notes.wishes == [1]
    notes.inputs.di = 7
    sequence.step(6)
    assert sequence.ended and notes.wishes == [1, -1]


def test_one_way_of_the_press_is_a_wish_against_the_other() -> None:
    bus = Bus(Journal(8), Unit())
    bus.wish(s.PRESS_DOWN | s.BELT_RUN)
    bus.wish(s.PRESS_UP)
    assert bus.want == s.PRESS_UP | s.BELT_RUN
    bus.wish(s.PRESS_DOWN)
    assert bus.want == s.PRESS_DOWN | s.BELT_RUN
    bus.wish(-s.BELT_RUN)
    assert bus.want == s.PRESS_DOWN
