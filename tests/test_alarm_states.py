"""Alarms: every state with every event; who may put what away; first-out; delays; suppression."""

from __future__ import annotations

import pytest
from alarm_rig import EVENTS, SECOND, Bench

from controller import alarm_codes as a
from controller import events, modes, packml
from controller import signals as s
from controller.alarm_codes import OFF_S, REACT_HOLD, REACT_STOP, REACTION
from controller.alarm_states import shelve
from controller.clock import add
from controller.roles import NOBODY, OPERATOR, SUPERVISOR, TECHNICIAN
from controller.sequence import Sequence
from controller.supervision import Supervision
from host_sim.alarm_texts import STATES

LATCHING, WARNING = a.MARK_LOST, a.POWER_UP  # neither has an off-delay

# How each state is reached
PATHS = {
    "normal": (),
    "unacknowledged": ("raise",),
    "acknowledged": ("raise", "acknowledge"),
    "latched, unacknowledged": ("raise", "clear"),
    "latched, acknowledged": ("raise", "acknowledge", "clear"),
    "returned, unacknowledged": ("raise", "clear"),
    "shelved": ("shelve",),
    "shelved, its cause there": ("raise", "shelve"),
    "suppressed by design": ("suppress",),
    "suppressed by design, its cause there": ("suppress", "raise"),
    "out of service": ("out",),
    "out of service, its cause there": ("raise", "out"),
}
N, U, A, LU, LA, R, SH, SU, O = STATES  # noqa: E741
# The state after each, in the order of EVENTS. `raise` and `clear`: supervision sees the cause
# come and go. `event`: a part raises what has no duration. `time`: eleven minutes. `unshelve` is
# a technician's, `in` a supervisor's.
# fmt: off
LATCHED_TABLE = {
    # from           raise clear event ack  reset shelve unsh. time suppr unsup out in
    N:              (U,    N,    LU,   N,   N,    SH,    N,    N,   SU,   N,    O,  N),
    U:              (U,    LU,   U,    A,   A,    SH,    U,    U,   LU,   U,    O,  U),
    A:              (A,    LA,   A,    A,   A,    SH,    A,    A,   LA,   A,    O,  A),
    LU:             (U,    LU,   LU,   LA,  N,    SH,    LU,   LU,  LU,   LU,   O,  LU),
    LA:             (U,    LA,   LU,   LA,  N,    SH,    LA,   LA,  LA,   LA,   O,  LA),
    SH:             (SH,   SH,   SH,   SH,  SH,   SH,    N,    N,   SH,   SH,   O,  N),
    f"{SH}, its cause there":
                    (SH,   SH,   SH,   SH,  SH,   SH,    U,    U,   SH,   SH,   O,  U),
    SU:             (SU,   SU,   LU,   SU,  SU,   SH,    SU,   SU,  SU,   N,    O,  SU),
    f"{SU}, its cause there":
                    (SU,   SU,   LU,   SU,  SU,   SH,    SU,   SU,  SU,   U,    O,  SU),
    O:              (O,    O,    O,    O,   O,    O,     O,    O,   O,    O,    O,  N),
    f"{O}, its cause there":
                    (O,    O,    O,    O,   O,    O,     O,    O,   O,    O,    O,  U),
}
WARNING_TABLE = {
    # from           raise clear event ack  reset shelve unsh. time suppr unsup out in
    N:              (U,    N,    R,    N,   N,    SH,    N,    N,   SU,   N,    O,  N),
    U:              (U,    R,    U,    A,   A,    SH,    U,    U,   R,    U,    O,  U),
    A:              (A,    N,    A,    A,   A,    SH,    A,    A,   SU,   A,    O,  A),
    R:              (U,    R,    R,    N,   N,    SH,    R,    R,   R,    R,    O,  R),
    SU:             (SU,   SU,   R,    SU,  SU,   SH,    SU,   SU,  SU,   N,    O,  SU),
}
# fmt: on
CASES = [
    (code, state, event, after)
    for code, table in ((LATCHING, LATCHED_TABLE), (WARNING, WARNING_TABLE))
    for state, row in table.items()
    for event, after in zip(EVENTS, row, strict=True)
]


@pytest.mark.parametrize(("code", "state", "event", "after"), CASES)
def test_every_event_in_every_state(code: int, state: str, event: str, after: str) -> None:
    bench = Bench()
    for step in PATHS[state]:
        bench.do(step, code)
    assert bench.state(code) == state.partition(", its cause")[0]
    before = len(bench.events)
    bench.do(event, code)
    assert bench.state(code) == after
    assert bench.alarms.is_active(code) == (after in (U, A, LU, LA, R))
    # An alarm that somebody ought to have seen never goes without a word of who put it away.
    if state in (U, LU, R) and after not in (U, LU, R):
        said = {what for _, what, value in bench.events[before:] if value & 0xFF == code}
        assert said & {events.ACKNOWLEDGED, events.SHELVED}


def test_the_table_has_every_state_of_the_standard() -> None:
    assert set(STATES) <= {after for *_, after in CASES}
    assert {state for _, state, *_ in CASES} | {f"{SH}, its cause there"} == set(PATHS)


# --- who may put what away


@pytest.mark.parametrize("code", range(1, len(REACTION)))
def test_what_stops_is_never_put_away_and_nothing_for_longer_than_a_shift(code: int) -> None:
    may = REACTION[code] <= REACT_HOLD
    for role in (NOBODY, OPERATOR, TECHNICIAN, SUPERVISOR):
        for minutes in (-1, 1, 480, 481, 100000):
            bench = Bench()
            least = SUPERVISOR if minutes < 0 else TECHNICIAN
            done = shelve(bench.alarms, bench.now, code, minutes, role)
            assert done == (may and role >= least and minutes <= 480)
            bench.scan()
            assert (bench.state(code) == "normal") is not done
            kept = [(what, value) for _, what, value in bench.events]
            value = code | role << 8 | max(minutes, 0) << 12
            assert kept == ([(events.SHELVED, value)] if done else [])
            assert value < 1 << 30


@pytest.mark.parametrize("code", [a.SAFETY_OPEN, a.GUARD_OPEN, a.INTERLOCK_DENIED, a.MOLD_PULLED])
def test_a_safety_trip_refuses_even_a_supervisor(code: int) -> None:
    bench = Bench()
    bench.do("raise", code)
    assert not bench.do("shelve", code) and not bench.do("out", code)
    assert bench.state(code) == "unacknowledged"


@pytest.mark.parametrize("origin", [0, 2**30 - 100 * SECOND, 2**29 - 7])
@pytest.mark.parametrize("minutes", [1, 60, 480])
def test_a_shelf_ends_in_time_and_says_so(minutes: int, origin: int) -> None:
    bench = Bench(origin)
    bench.wait(3)
    bench.now = add(bench.now, SECOND // 3)
    bench.do("raise", LATCHING)
    assert shelve(bench.alarms, bench.now, LATCHING, minutes, TECHNICIAN)
    bench.wait(minutes * 60 - 1)
    assert bench.state(LATCHING) == "shelved" and not bench.active()
    bench.wait(1)
    assert bench.state(LATCHING) == "unacknowledged"
    assert (events.BACK, LATCHING) in [(what, value) for _, what, value in bench.events]
    assert bench.alarms.reaction == REACT_HOLD


def test_what_is_shelved_neither_shows_nor_reacts() -> None:
    bench = Bench()
    bench.do("shelve", LATCHING)
    bench.do("raise", LATCHING)
    assert bench.alarms.worst == bench.alarms.loud == -1
    assert bench.alarms.reaction == bench.alarms.stop_reason == 0
    assert not bench.alarms.listener.timed and not bench.active()


def test_a_table_that_breaks_off_stops_the_machine_though_its_alarm_is_shelved() -> None:
    bench = Bench()
    rows = (("pick", "belt", None, lambda now: False, SECOND, a.BELT_JAM),)
    bench.do("shelve", a.BELT_JAM)
    bench.bus.tracks.append(None)
    table = Sequence(9, "test", 0, rows, bench.bus)
    table.begin(bench.now)
    bench.wait(1)
    table.step(bench.now)
    bench.scan()
    assert not table.active and bench.active() == [a.STROKE_LATE]
    assert bench.alarms.reaction == REACT_STOP


def test_power_up_forgets_what_was_put_away() -> None:
    bench = Bench()
    bench.do("shelve", LATCHING)
    bench.do("out", WARNING)
    assert Bench().state(LATCHING) == Bench().state(WARNING) == "normal"


# --- first-out


def test_the_first_of_a_group_is_marked_until_none_is_left() -> None:
    bench = Bench()
    bench.do("raise", a.REGISTRATION_WARN)  # warns only: it is no first-out
    for code in (a.WEB_BREAK, a.SAFETY_OPEN, a.FEED_LATE, a.MARK_LOST, a.GUARD_OPEN):
        bench.do("raise", code)
    first = [code for code in range(128) if bench.first(code)]
    assert first == [a.SAFETY_OPEN, a.WEB_BREAK]
    said = [value for _, what, value in bench.events if what == events.FIRST_OUT]
    assert said == [a.WEB_BREAK, a.SAFETY_OPEN]
    bench.do("clear", a.WEB_BREAK)
    bench.do("reset", 0)
    bench.do("raise", a.FEED_UNSETTLED)
    assert not bench.first(a.FEED_UNSETTLED), "the group is not yet clear"
    for code in (a.FEED_LATE, a.MARK_LOST, a.FEED_UNSETTLED):
        bench.do("clear", code)
    bench.do("reset", 0)
    bench.do("raise", a.MARK_LOST)
    assert bench.first(a.MARK_LOST)


# --- delays


def test_an_off_delay_keeps_a_chattering_alarm_from_flooding() -> None:
    bench = Bench()
    for _ in range(40):  # the web is a little off its mark at every stroke
        bench.do("event", a.REGISTRATION_WARN)
        bench.do("acknowledge", a.REGISTRATION_WARN)
        bench.wait(2)
    assert bench.state(a.REGISTRATION_WARN) == "acknowledged"
    kinds = [what for _, what, _ in bench.events]
    assert kinds.count(events.RAISED) == kinds.count(events.ACKNOWLEDGED) == 1
    bench.wait(OFF_S[a.REGISTRATION_WARN])
    assert bench.state(a.REGISTRATION_WARN) == "normal"
    assert [event[1:] for event in bench.events[-2:]] == [
        (events.CLEARED, a.REGISTRATION_WARN),
        (events.CHATTERED, a.REGISTRATION_WARN | 39 << 8),
    ]


def test_chatter_is_counted_up_to_255() -> None:
    bench = Bench()
    for _ in range(400):
        bench.do("event", a.PIECE_EXTRA)
    bench.do("acknowledge", a.PIECE_EXTRA)
    bench.wait(11)
    assert bench.events[-1][1:] == (events.CHATTERED, a.PIECE_EXTRA | 255 << 8)


def test_a_cause_stands_until_its_off_delay_is_over() -> None:
    bench = Bench()
    bench.do("raise", a.AIR_LOW)
    bench.do("clear", a.AIR_LOW)
    bench.do("reset", 0)
    assert bench.state(a.AIR_LOW) == "acknowledged"
    bench.wait(OFF_S[a.AIR_LOW])
    assert bench.state(a.AIR_LOW) == "latched, acknowledged"
    bench.do("reset", 0)
    assert bench.state(a.AIR_LOW) == "normal"


# --- suppressed by design


def test_supervision_suppresses_by_state_and_mode() -> None:
    bench = Bench()
    supervision = Supervision(bench.bus)
    unit, inputs = bench.bus.unit, bench.bus.inputs
    inputs.di = s.SAFETY_OK | s.GUARD_CLOSED | s.AIR_OK | s.FEED_READY  # the web is out
    inputs.dx = s.BELT_READY

    def states(mode: int, state: int) -> list[str]:
        unit.mode, unit.state = mode, state
        for _ in range(2):
            supervision.scan(bench.now)
            bench.now = add(bench.now, SECOND)
        bench.scan()
        return [bench.state(code) for code in (a.SAFETY_OPEN, a.WEB_BREAK, a.GEN_OVERLOAD)]

    assert states(modes.PRODUCE, packml.STOPPED) == [N, SU, SU]
    assert states(modes.MANUAL, packml.IDLE) == [N, SU, N]
    assert states(modes.CHANGE_OVER, packml.EXECUTE) == [N, SU, N]
    assert states(modes.PRODUCE, packml.RESETTING) == [N, U, SU]
    # Active, it stays until it is reset, however little it matters in that state.
    assert states(modes.PRODUCE, packml.ABORTED) == [N, LU, SU]
    bench.do("reset", 0)
    assert states(modes.PRODUCE, packml.ABORTED) == [N, SU, SU]
    inputs.di &= ~(s.SAFETY_OK | s.GUARD_CLOSED)
    assert states(modes.MANUAL, packml.ABORTED)[0] == U, "safety is never suppressed"
