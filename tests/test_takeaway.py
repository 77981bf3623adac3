"""The piece side of the stations: no piece is lost or counted twice, a reject never reaches the
stack, pairs stay pairs, batches have exactly their size, an order ends by itself."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from takeaway_rig import BAD, LENIENT, TWO_UP, Line

from controller import alarm_codes as a
from controller import events, modes, packml, tags
from controller import signals as s
from controller.schema import ConfigError
from hal.rp2 import io_map
from host_sim import FIRMWARE
from host_sim.files import load_json
from host_sim.link_table import table

QUICK = settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# Faults in which no sensor behind the eye lies and nothing lets a reject pass
HONEST = (
    "estop", "guard_open", "low_air", "overload", "mark_missing", "piece_taken",
    "piece_taken_right", "web_break", "press_stuck", "trigger_missing", "eye_dirty", "pick_lost",
    "pick_stuck", "belt_stopped", "gate_stuck_open", "stack_full", "piece_double", "belt_jam",
)  # fmt: skip
LYING = ("gate_stuck_shut", "reject_eye_blind", "reject_eye_stuck", "pusher_stuck", "eye_blind",
         "eye_stuck", "eye2_blind", "belt_slip")  # fmt: skip
SIZES = {"piece_double": 80.0, "low_air": 1.6, "eye_dirty": 50.0, "mark_missing": 4.0}

both = pytest.mark.parametrize("machine", [None, TWO_UP], ids=["1-up", "2-up"])


def histories(names: tuple[str, ...]) -> st.SearchStrategy:
    """Faults at any time in half a minute, each with how long it lasts, s; buttons as well."""
    fault = st.tuples(
        st.integers(0, 3_000), st.sampled_from((*names, "START", "STOP")), st.integers(1, 90)
    )
    return st.lists(fault, min_size=1, max_size=5)


def tag(line: Line, name: str) -> int:
    names = [tag for tag, _ in table().tags]
    return tags.values(line.app)[names.index(f"Status.EquipmentInterlock.{name}")]


def verdicts() -> st.SearchStrategy:
    return st.lists(st.sampled_from((0, 0, 0, 1, 2)), min_size=4, max_size=16)


def play(machine: dict | None, steps: list, given: list[int], seed: int) -> Line:
    def of(stroke: int) -> tuple[int, int]:
        return given[stroke % len(given)], given[7 * stroke % len(given)]

    line = Line(machine, LENIENT, seed, verdicts=of).run(10)
    for at_10ms, name, tenths in sorted(steps):
        seconds = 10 + at_10ms / 100 - line.twin.now_us / 1e6
        if seconds > 0:
            line.run(seconds)
        if name in ("START", "STOP"):
            line.twin.operator.press(name)
        else:
            line.fault(name, tenths / 10, SIZES.get(name))
        if tenths % 3 == 0:
            line.twin.operator.start_up(3_000_000)
    line.run(45 - line.twin.now_us / 1e6)
    line.twin.operator.estop(False)
    line.twin.operator.guard(False)
    line.recover(12)
    return line


@both
@QUICK
@given(histories(HONEST + LYING), verdicts(), st.integers(0, 3))
def test_books_balance_after_any_history(
    machine: dict | None, steps: list, given: list[int], seed: int
) -> None:
    play(machine, steps, given, seed).check()


@both
@QUICK
@given(histories(HONEST), verdicts(), st.integers(0, 3))
def test_no_reject_reaches_the_stack_and_pairs_stay_pairs(
    machine: dict | None, steps: list, given: list[int], seed: int
) -> None:
    line = play(machine, steps, given, seed)
    line.check()
    line.check_stack()


@both
def test_batches_have_exactly_their_size_with_rejects_in_between(machine: dict | None) -> None:
    line = Line(machine, BAD).run(300)
    line.check()
    line.check_stack()
    assert len(line.twin.plant.stack.batches) >= 8 and not line.reasons
    assert line.count(events.BATCH) == len(line.twin.plant.stack.batches)
    assert line.count(events.PIECE_REJECT) > 10


def test_a_partner_goes_out_with_its_reject_and_is_counted_by_its_own_reason() -> None:
    line = Line(TWO_UP, LENIENT, verdicts=lambda k: ((2, 0), (0, 1), (1, 2))[k % 3]).run(120)
    line.check()
    line.check_stack()
    rejects, partners = line.count(events.PIECE_REJECT), line.count(events.PIECE_PARTNER)
    assert rejects == partners > 10
    assert line.app.tracker.counts[2] == rejects + partners
    assert not line.count(events.PIECE_THROWN)


def test_a_pair_that_has_lost_one_goes_out() -> None:
    line = Line(TWO_UP).run(30)
    line.fault("piece_taken_right")
    line.run(20).recover()
    line.check()
    line.check_stack()
    assert (line.count(events.PIECE_LOST), line.count(events.PIECE_PARTNER)) == (1, 1)


def test_2_up_makes_thirty_pieces_in_fifteen_strokes_a_minute() -> None:
    line = Line(TWO_UP, name="foot_L").run(20)
    made, strokes = line.app.tracker.serial, line.count(events.LATE_US)
    line.run(120)
    assert line.app.tracker.serial - made == 60
    assert line.count(events.LATE_US) - strokes == 30
    assert (line.app.pacing.target_x10, line.app.pacing.current_x10) == (300, 300)


@both
def test_a_reject_counts_when_it_is_confirmed_and_not_before(machine: dict | None) -> None:
    line = Line(machine, LENIENT, verdicts=lambda k: (2 if k == 3 else 0, 0))
    line.until(lambda: bool(line.app.outputs.do & s.REJECT_GATE))
    assert not line.app.tracker.counts[2] and not line.twin.plant.outlet.rejected
    line.until(lambda: bool(line.twin.plant.outlet.rejected))
    assert not line.app.tracker.counts[2]
    line.until(lambda: bool(line.app.tracker.counts[2]), 3)
    assert not line.reasons
    line.run(5)
    assert not line.app.outputs.do & s.REJECT_GATE


def test_a_piece_that_nobody_knows_goes_out() -> None:
    line = Line().run(30)
    plant, tracker = line.twin.plant, line.app.tracker
    line.until(lambda: 2250 < tracker.gone(line.app.inputs.belt_pos, tracker.n - 1) < 2650)
    plant.pieces.made += 1
    plant.pieces.foreign += 1
    plant.eye.fallen()
    line.run(20)
    assert line.count(events.PIECE_EXTRA) == 1 and plant.outlet.rejected == [0]
    line.check()
    line.check_stack()


def test_the_pick_ends_inside_the_stroke_and_costs_it_nothing() -> None:
    line = Line(name="kids_hand").run(60)
    took = [value for what, value in line.events if what == 0x2102]  # takeaway: place
    assert len(took) > 20 and not line.app.alarms.n
    without = Line({"pick": None}, name="kids_hand").run(60)
    assert without.app.tracker.serial == line.app.tracker.serial


@pytest.mark.parametrize(
    "left_out",
    [["pick"], ["reject_gate"], ["stacker"], ["pick", "reject_gate", "stacker"],
     ["reject_gate", "stacker"]],
    ids="+".join,
)  # fmt: skip
@both
def test_a_machine_without_a_station_counts_all_the_same(
    machine: dict | None, left_out: list[str]
) -> None:
    keys = {**(machine or {}), **dict.fromkeys(left_out)}
    line = Line(keys, BAD).run(90)
    line.check()
    assert line.state == packml.EXECUTE and not line.reasons
    assert line.app.tracker.counts[0] > 10 and line.app.tracker.counts[2] > 2


@pytest.mark.parametrize("signal", ["PICK_HELD", "REJECT_EYE", "STACK_HOME", "STACK_FULL"])
def test_a_station_wants_its_inputs_wired(signal: str) -> None:
    wired = load_json(FIRMWARE / "io.json")
    needs = Line().app.bus.needs
    io_map.check(wired, "io.json", needs)
    del wired["inputs"][signal]
    with pytest.raises(ConfigError, match=f"io.json: inputs.{signal}: is missing, and a station"):
        io_map.check(wired, "io.json", needs)
    without = Line({"pick": None, "reject_gate": None, "stacker": None}).app.bus.needs
    io_map.check(wired, "io.json", without)


@pytest.mark.parametrize("without", [None, "line"], ids=["in a line", "alone"])
def test_a_full_stack_suspends_and_the_machine_goes_on_by_itself(without: str | None) -> None:
    keys = {"stacker": {"batch": 4}, **({without: None} if without else {})}
    line = Line(keys, LENIENT).run(20)
    line.fault("stack_full", 30)
    line.until(lambda: line.state == packml.SUSPENDED)
    stacker, stack = line.app.stacker, line.twin.plant.stack
    assert not line.reasons and stacker.blocked and tag(line, "Blocked") == 1
    assert len(stack.stack) == 3 and len(stack.before) <= 1, "the buffer takes one"
    made = line.app.tracker.serial
    line.twin.operator.press("START")
    line.run(8)
    assert line.state == packml.SUSPENDED, "it does not start while the stack is full"
    assert line.app.tracker.serial == made and len(stack.before) <= 1
    line.run(30)
    assert line.state == packml.EXECUTE and not stacker.blocked and tag(line, "Blocked") == 0
    assert line.app.tracker.serial > made + 3
    line.check_stack()


def test_a_full_stack_holds_where_a_mode_has_no_suspended() -> None:
    line = Line({"stacker": {"batch": 4}}, LENIENT).run(30)
    line.twin.operator.press("STOP")
    line.run(5)
    line.fault("stack_full", 20)
    line.twin.command(0, modes.EMPTY_OUT)
    line.run(1)
    line.twin.operator.press("RESET")
    line.run(6)
    line.twin.operator.press("START")
    line.until(lambda: bool(line.reasons))
    assert line.reasons == [a.STACK_FULL]
    line.run(20).recover(looks=1)
    assert not line.app.alarms.is_active(a.STACK_FULL)
    line.check()


def test_a_piece_that_finds_the_buffer_taken_holds() -> None:
    line = Line({"stacker": {"push_max_ms": 9000}})
    line.twin.plant.stack.take_long(5_000_000)
    line.until(lambda: bool(line.reasons))
    assert line.reasons == [a.STACK_OVERRUN]
    line.twin.plant.stack.take_long(0)
    line.run(10).recover()
    assert line.state == packml.EXECUTE
    line.check()


@both
def test_an_order_ends_by_itself_with_its_pieces_and_its_last_batch(machine: dict | None) -> None:
    lanes = 2 if machine else 1
    keys = {**(machine or {}), "stacker": {"batch": 5}, "order": {"pieces": 12 * lanes}}
    line = Line(keys, LENIENT, verdicts=lambda k: (2 if k % 4 == 1 else 0, 0))
    line.until(lambda: line.state == packml.COMPLETE, 150)
    stack = line.twin.plant.stack
    assert [len(batch) for batch in stack.batches] == [5 * lanes, 5 * lanes, 2 * lanes]
    assert (events.ORDER, 12 * lanes) in line.events
    assert not line.app.tracker.n and not stack.stack and not stack.before
    line.twin.operator.press("RESET")
    line.run(5)
    assert line.state == packml.IDLE
    line.twin.operator.press("START")
    line.until(lambda: line.state == packml.COMPLETE, 150)
    assert [value for what, value in line.events if what == events.ORDER] == [12 * lanes] * 2
    line.check()


def test_an_order_that_ends_on_a_full_stack_stops_and_says_so() -> None:
    line = Line({"order": {"pieces": 6}}).run(10)
    line.fault("stack_full")
    line.until(lambda: line.state == packml.STOPPED, 60)
    assert line.reasons == [a.STACK_FULL]
    assert len(line.twin.plant.stack.stack + line.twin.plant.stack.before) == 6
    line.check()


def test_a_stop_within_an_order_does_not_begin_it_anew() -> None:
    line = Line({"order": {"pieces": 20}}).run(30)
    line.twin.operator.press("STOP")
    line.run(5)
    line.twin.operator.start_up()
    line.until(lambda: line.state == packml.COMPLETE, 150)
    assert line.app.tracker.counts[0] == 20


def test_empty_out_brings_every_piece_to_the_packer() -> None:
    line = Line().run(40)
    line.twin.operator.press("STOP")
    line.run(5)
    line.twin.command(0, modes.EMPTY_OUT)
    line.run(1)
    line.twin.operator.press("RESET")
    line.run(6)
    line.twin.operator.press("START")
    line.until(lambda: line.state == packml.COMPLETE, 40)
    tracker, stack = line.app.tracker, line.twin.plant.stack
    assert not tracker.n and not tracker.on_web
    assert sorted(n for batch in stack.batches for n in batch) == list(
        range(1, tracker.serial + 1)
    )
