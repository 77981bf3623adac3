"""Alarms: what holds after any sequence of events, on the whole machine, and on MicroPython."""

from __future__ import annotations

import io
import os
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

from alarm_rig import EVENTS, SECOND, SHELF_MIN, Bench
from hypothesis import given, settings
from hypothesis import strategies as st

import host_sim
from controller import alarm_codes as a
from controller import events, tags
from controller import signals as s
from controller.alarm_codes import GROUP, REACT_HOLD, REACTION
from controller.app import App
from host_sim.alarm_texts import STATES
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds
from host_sim.molds import settings as load_settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

UNSEEN = tuple(name for name in STATES if "unacknowledged" in name)

CODES = (
    a.SAFETY_OPEN, a.AIR_LOW, a.WEB_BREAK, a.REGISTRATION_WARN, a.MARK_LOST, a.PIECE_EXTRA,
    a.BELT_JAM, a.GEN_OVERLOAD,
)  # fmt: skip
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([event for event in EVENTS if event != "time"]),
                  st.sampled_from(CODES)),
        st.tuples(st.just("wait"), st.sampled_from((1, 2, 5, 30, SHELF_MIN * 60 + 1))),
    ),
    max_size=40,
)  # fmt: skip


@settings(deadline=None, max_examples=400, derandomize=True)
@given(steps, st.sampled_from((0, 2**30 - 300 * SECOND, 2**29 - 5)))
def test_no_sequence_loses_an_alarm_or_puts_safety_away(
    history: list[tuple[str, int]], origin: int
) -> None:
    bench = Bench(origin)
    put_away: dict[int, int] = {}  # seconds on the shelf
    for event, argument in history:
        unseen = {code for code in CODES if bench.state(code) in UNSEEN}
        standing = {code for code in bench.cause - bench.hidden if bench.alarms.is_active(code)}
        before = len(bench.events)
        if event == "wait":
            bench.wait(argument)
        else:
            bench.do(event, argument)
        said = {
            value & 0xFF
            for _, what, value in bench.events[before:]
            if what in (events.ACKNOWLEDGED, events.SHELVED)
        }
        for code in CODES:
            state = bench.state(code)
            if code in unseen and state not in UNSEEN:
                assert code in said, "an alarm that nobody saw is lost"
            if REACTION[code] > REACT_HOLD:
                assert state not in ("shelved", "out of service"), "put away"
            if state == "shelved":
                put_away[code] = put_away.get(code, 0) + (argument if event == "wait" else 0)
                if event == "shelve" and argument == code:
                    put_away[code] = 0
                assert put_away[code] <= SHELF_MIN * 60, "still on the shelf"
            else:
                put_away.pop(code, None)
        if event == "reset":
            assert all(bench.alarms.is_active(code) for code in standing)
        active = bench.active()
        assert sorted(active) == [code for code in range(128) if bench.alarms.is_active(code)]
        assert bench.alarms.worst == bench.hardest(active)
        loud = [code for code in active if bench.state(code) in UNSEEN]
        assert bench.alarms.loud == bench.hardest(loud)
        first = [GROUP[code] for code in active if bench.first(code)]
        assert len(first) == len(set(first)), "two first-outs in a group"
        assert bench.alarms.ticking_n <= len(CODES)


def test_the_stack_light_blinks_until_the_alarm_is_acknowledged() -> None:
    machine, mold = load_settings(load_machine(), load_molds(["hand_M"])[0])
    app = App(machine, mold)
    twin = Twin(app, PlantParameters(), machine, mold, 5, sink=lambda *ring: None)
    lamps: set[int] = set()
    twin.on_scan = lambda now_us: lamps.add(app.outputs.do & (s.LIGHT_RED | s.BUZZER))
    twin.run(3 * SECOND)  # the relay is not reset: the cause stands
    assert lamps == {0, s.LIGHT_RED | s.BUZZER}
    twin.operator.press("RESET")
    twin.run(4 * SECOND)
    lamps.clear()
    twin.run(7 * SECOND)
    assert lamps == {s.LIGHT_RED}, "acknowledged: no blinking, no buzzer, and still red"
    assert app.alarms.is_active(a.SAFETY_OPEN)


def test_the_history_has_times_and_tags_tell_states() -> None:
    machine, mold = load_settings(load_machine(), load_molds(["hand_M"])[0])
    app = App(machine, mold)
    twin = Twin(app, PlantParameters(), machine, mold, 5, sink=lambda *ring: None)
    twin.operator.start_up(100_000)
    twin.inject(Fault("estop", 20 * SECOND, 5 * SECOND))
    twin.run(23 * SECOND)
    codes = tags.history(app)[::2]
    assert codes[-1] in (a.POWER_UP, a.SAFETY_OPEN)
    seconds = tags.history(app)[1::2]
    assert dict(zip(codes[::-1], seconds[::-1], strict=True))[a.SAFETY_OPEN] == 21
    assert seconds == sorted(seconds, reverse=True)
    states = {each & 0xFF: each >> 8 for each in tags.states(app)}
    assert states[a.SAFETY_OPEN] == 1 << 4 | STATES.index("unacknowledged")
    assert STATES[states[a.WEB_BREAK]] == "suppressed by design"
    for _ in range(40):
        app.alarms.reset(twin.now_us)
        app.alarms.raise_(twin.now_us, a.BELT_JAM)
    assert tags.history(app)[::2] == [a.BELT_JAM] * 32


PROBE = """
import micropython
from controller.alarm_states import alarm_state, shelve
from controller.journal import Journal
from controller.packml import Unit
from controller.part import Bus, Part

bus = Bus(Journal(512), Unit())
alarms = bus.alarms
alarms.listener = alarms.lamps = Part(bus)
now = 0
alarms.scan(now)
def turn(k, code):
    alarms.stands(code, k & 1, k & 4)
    if k & 3:
        alarms.raise_(now, code)
    if k % 7 == 0:
        alarms.acknowledge(now, code, 1)
    if k % 11 == 0:
        alarms.reset(now)
    if k % 5 == 0:
        shelve(alarms, now, code, k % 3 - 1, 3)
    alarms.scan(now)
    alarm_state(code, alarms.flags[code])
for k in range(2, 600):
    now = k * 700000 & 0x3FFFFFFF
    code = (2, 10, 43, 45, 53, 14)[k % 6]
    micropython.heap_lock()
    turn(k, code)
    micropython.heap_unlock()
    print(alarms.n, alarms.worst, alarms.loud, alarms.up_s, *alarms.flags)
print(bus.put.__self__.lost if hasattr(bus.put, "__self__") else 0)
"""


def test_micropython_does_the_same_and_allocates_nothing(micropython: Path) -> None:
    board = subprocess.run(
        [micropython, "-X", "heapsize=192wK", "-c", PROBE],
        env={**os.environ, "MICROPYPATH": "firmware:.frozen"},
        cwd=host_sim.FIRMWARE.parent,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert board.returncode == 0, board.stderr or board.stdout
    here = io.StringIO()
    fake = "class micropython:\n    heap_lock = heap_unlock = staticmethod(lambda: None)\n"
    with redirect_stdout(here):
        exec(PROBE.replace("import micropython\n", fake), {})
    assert board.stdout.splitlines()[:-1] == here.getvalue().splitlines()[:-1]
    assert len(board.stdout.splitlines()) == 599
