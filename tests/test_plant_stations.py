"""Gate, generator, press, safety chain, panel, faults and streams, each by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from plant_rig import MOTION, Bench

from controller import image, signals
from host_sim.faults import KINDS, Fault
from host_sim.plant import PlantParameters, Streams
from host_sim.plant.streams import normal, truncated_to

DOWN = MOTION | signals.PRESS_DOWN
UP = MOTION | signals.PRESS_UP


def ended(bench: Bench, number: int) -> tuple[int, int]:
    bench.go(lambda: bench.wires.gate_done == number)
    assert not bench.plant.gate.on
    return bench.wires.gate_end, bench.wires.gate_on_us


def test_a_shot_without_permission_is_denied() -> None:
    bench = Bench().ready()
    bench.levels(0)
    begin = bench.now
    assert ended(bench, bench.fire(100_000)) == (image.END_DENIED, 0)
    assert bench.now == begin + 1
    assert not bench.plant.gate.shots


def test_a_shot_ends_at_its_maximum_and_is_sampled_each_millisecond() -> None:
    bench = Bench().ready()
    bench.down()
    assert ended(bench, bench.fire(100_500)) == (image.END_TIME, 100_500)
    assert len(bench.monitor.samples) == 100
    assert all(0 <= raw < 4096 for raw in bench.monitor.samples)


def test_a_shot_ends_on_the_monitors_word() -> None:
    bench = Bench().ready()
    bench.down()
    bench.monitor.stop = 20_000
    end, on_us = ended(bench, bench.fire(400_000))
    assert end == image.END_ENERGY
    assert on_us == 1000 * len(bench.monitor.samples) < 400_000


@pytest.mark.parametrize(("at_us", "samples"), [(1, 0), (1000, 0), (1001, 1), (57_321, 57)])
def test_a_shot_cut_short_tells_the_monitor_only_what_came_before(
    at_us: int, samples: int
) -> None:
    bench = Bench().ready()
    bench.down()
    whole = bench.fire(400_000)
    told = list(bench.monitor.samples)
    bench.run(at_us)
    bench.levels(DOWN & ~signals.SONICS_ENABLE)
    assert not bench.plant.gate.on
    assert ended(bench, whole) == (image.END_STOP, at_us)
    assert bench.monitor.samples == told[:samples]


def test_a_second_shot_while_one_is_on_is_refused() -> None:
    bench = Bench().ready()
    bench.down()
    first = bench.fire(50_000)
    second = bench.fire(50_000)
    bench.go(lambda: bench.wires.gate_done == second)
    assert (bench.wires.gate_end, bench.wires.gate_on_us) == (image.END_DENIED, 0)
    assert ended(bench, first) == (image.END_TIME, 50_000)


def test_an_overload_drops_the_gate_latches_and_needs_a_reset() -> None:
    bench = Bench().ready()
    bench.down()
    number = bench.fire(400_000)
    bench.run(30_000)
    bench.plant.generator.overload(now=True)
    assert not bench.plant.gate.on
    assert ended(bench, number) == (image.END_OVERLOAD, 30_000)
    assert bench.on(signals.GEN_OVERLOAD) and not bench.on(signals.GEN_READY)
    bench.levels(DOWN | signals.GEN_RESET)
    bench.run(50_000)
    bench.levels(DOWN)  # too short a pulse
    bench.run(1_000_000)
    assert bench.on(signals.GEN_OVERLOAD) and not bench.on(signals.GEN_READY)
    bench.levels(DOWN | signals.GEN_RESET)
    bench.run(200_000)
    assert not bench.on(signals.GEN_OVERLOAD)
    bench.levels(DOWN)
    assert 80_000 <= bench.go(lambda: bench.on(signals.GEN_READY)) <= 400_000


def test_a_pending_overload_strikes_in_the_next_shot() -> None:
    bench = Bench().ready()
    bench.down()
    bench.plant.generator.overload(now=False)
    assert ended(bench, bench.fire(400_000)) == (image.END_OVERLOAD, 50_000)


def test_without_air_or_coil_the_press_stays_where_it_is() -> None:
    bench = Bench().ready()
    press = bench.plant.press
    bench.levels(DOWN)
    bench.run(120_000)
    assert press.moving and 0 < press.position_pm < 1000
    bench.plant.safety.estop(True)
    place = press.position_pm
    bench.run(1_000_000)
    assert press.position_pm == place and not press.moving
    bench.plant.safety.estop(False)
    bench.levels(0)
    bench.plant.safety.reset()
    bench.run(1_000_000)
    assert press.position_pm == place
    bench.levels(UP)
    bench.go(lambda: bench.on(signals.PRESS_TOP))
    assert press.position_pm == 0 and bench.on(signals.PRESS_CLEAR)


def test_switches_of_the_press_agree_with_its_position() -> None:
    bench = Bench().ready()
    press = bench.plant.press
    orders = [DOWN, UP, MOTION, UP, DOWN, DOWN | UP, DOWN, MOTION, DOWN, UP]
    for turn in range(300):
        bench.levels(orders[turn * 7 % len(orders)])
        stop = bench.now + 1 + turn * 7919 % 230_000
        while bench.clock.peek() < stop:
            bench.clock.step()
            assert not bench.on(signals.PRESS_TOP) or press.position_pm == 0
            above = press.position_pm <= 400
            assert press.position_pm == 400 or bench.on(signals.PRESS_CLEAR) == above
            assert not bench.on(signals.PRESS_BOTTOM) or press.position_pm == 1000
            assert not bench.on(signals.TRIGGER) or press.forced
        bench.clock.run(until=stop)


def test_safety_comes_back_only_by_its_own_reset() -> None:
    bench = Bench().ready()
    safety = bench.plant.safety
    bench.down()
    number = bench.fire(400_000)
    bench.run(10_500)
    safety.guard(True)
    assert not bench.on(signals.SAFETY_OK | signals.GUARD_CLOSED)
    assert not bench.plant.gate.on
    assert ended(bench, number) == (image.END_STOP, 10_500)
    safety.reset()
    bench.run(1_000_000)
    safety.guard(False)
    bench.run(1_000_000)
    assert not safety.ok
    safety.reset()
    bench.run(1_000_000)
    assert safety.ok


def test_buttons_bounce_and_come_to_rest() -> None:
    bench = Bench()
    bounced = 0
    for _ in range(60):
        before = len(bench.changes)
        bench.plant.panel.press("RESET", 100_000)
        bench.run(50_000)
        assert bench.wires.dx & signals.BTN_RESET
        bench.run(150_000)
        assert not bench.wires.dx & signals.BTN_RESET
        bounced += len(bench.changes) - before > 2
    assert bounced > 10
    with pytest.raises(ValueError, match="no such button"):
        bench.plant.panel.press("DOOR")


def test_a_mold_shows_its_code_with_odd_parity() -> None:
    bench = Bench()
    for code in range(1, 32):
        bench.plant.frame.insert(code)
        dx = bench.wires.dx
        assert (dx & signals.MOLD_ID_MASK) >> signals.MOLD_ID_SHIFT == code
        ones = bin(dx & (signals.MOLD_ID_MASK | signals.MOLD_PARITY)).count("1")
        assert ones % 2 == 1
        assert not dx & signals.MOLD_CLAMPED
        bench.plant.frame.insert(code, bad_parity=True)
        assert (bench.wires.dx ^ dx) == signals.MOLD_PARITY


FAULTS: dict[str, tuple[Callable[[Bench], bool], bool]] = {
    # what it looks like, and whether it passes with its duration
    "estop": (lambda b: not b.plant.safety.ok and b.plant.safety.estop_pressed, False),
    "guard_open": (lambda b: not b.on(signals.GUARD_CLOSED), True),
    "low_air": (lambda b: not b.on(signals.AIR_OK), True),
    "web_break": (lambda b: not b.on(signals.WEB_OK), True),
    "mold_pulled": (lambda b: not b.wires.dx & signals.MOLD_CLAMPED, True),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_begins_and_ends(name: str) -> None:
    looks, passes = FAULTS[name]
    bench = Bench().ready()
    before = bench.wires.di, bench.wires.dx
    fault = Fault(name, 0, 1_000)
    assert not looks(bench)
    fault.begin(bench.plant)
    assert looks(bench)
    fault.end(bench.plant)
    assert not looks(bench)
    assert not passes or name == "guard_open" or (bench.wires.di, bench.wires.dx) == before


def test_a_stuck_press_and_a_dead_trigger_come_free_again() -> None:
    bench = Bench().ready()
    Fault("press_stuck", 0).begin(bench.plant)
    bench.levels(DOWN)
    bench.run(1_000_000)
    assert bench.on(signals.PRESS_TOP)
    Fault("press_stuck", 0).end(bench.plant)
    Fault("trigger_missing", 0).begin(bench.plant)
    bench.run(1_000_000)
    assert bench.on(signals.PRESS_BOTTOM) and not bench.on(signals.TRIGGER)
    Fault("trigger_missing", 0).end(bench.plant)
    bench.run(300_000)
    assert bench.on(signals.TRIGGER)


def fill_belt(bench: Bench, count: int) -> None:
    bench.plant.belt.run(True)
    bench.plant.belt.set_point(500)
    for _ in range(count):
        bench.plant.pieces.made += 1
        bench.plant.eye.fallen()
        bench.run(1_000_000)


def test_a_jam_holds_a_piece_in_the_eye_until_it_is_cleared() -> None:
    bench = Bench()
    fill_belt(bench, 1)
    Fault("belt_jam", 0).begin(bench.plant)
    fill_belt(bench, 1)
    bench.run(8_000_000)
    assert bench.on(signals.PIECE_EYE) and bench.plant.pieces.passed == 0
    Fault("belt_jam", 0).end(bench.plant)
    bench.run(5_000_000)
    assert not bench.on(signals.PIECE_EYE)
    assert bench.plant.pieces.passed == 2 and bench.plant.pieces.conserved


def test_taken_pieces_never_reach_the_eye() -> None:
    bench = Bench()
    fill_belt(bench, 1)
    Fault("piece_taken", 0, size=2).begin(bench.plant)  # this one, and the next to come
    fill_belt(bench, 2)
    bench.run(5_000_000)
    pieces = bench.plant.pieces
    assert (pieces.made, pieces.removed, pieces.passed) == (3, 2, 1) and pieces.conserved


def test_false_pulses_of_a_dirty_eye_are_shorter_than_the_filter() -> None:
    bench = Bench()
    Fault("eye_dirty", 0, size=100).begin(bench.plant)
    since, longest, pulses = 0, 0, 0
    while bench.now < 2_000_000:
        was = bench.on(signals.PIECE_EYE)
        bench.clock.step()
        if bench.on(signals.PIECE_EYE) != was:
            longest = max(longest, bench.now - since if was else 0)
            since, pulses = bench.now, pulses + (not was)
    assert 100 < pulses < 300 and longest < 5_000
    Fault("eye_dirty", 0).end(bench.plant)
    bench.run(100_000)
    assert not bench.on(signals.PIECE_EYE)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("flood", 0), "flood: no such fault. Known: estop, guard_open"),
        (("estop", -1), "cannot be below 0"),
        (("estop", 0, 0, 3), "has no size"),
        (("low_air", 0, 0, 0.5), "size 0.5 is out of bounds. Write 1 or more times"),
    ],
)
def test_a_wrong_fault_is_refused(arguments: tuple, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Fault(*arguments)


def test_the_list_of_faults_is_closed() -> None:
    assert sorted(KINDS) == sorted(
        """
        estop guard_open low_air overload mark_missing belt_jam piece_taken web_break mold_pulled
        press_stuck trigger_missing eye_dirty
        roll_end roll_low splice splice_stuck dancer_stuck_low dancer_stuck_high static_off
        waste_break web_slip mark_false mark_contrast encoder_loses_counts feed_drive_fault
        upstream_starved downstream_blocked dancer_chatters splice_chatters waste_chatters
        upstream_chatters jog_stuck
        generator_off horn_crack frequency_drift power_noisy power_stuck ground_stuck part_missing
        piece_double piece_taken_right belt_slip belt_stopped eye_blind eye_stuck eye2_blind
        pick_lost pick_stuck gate_stuck_shut gate_stuck_open reject_eye_blind reject_eye_stuck
        pusher_stuck pusher_slow stack_full
        stop_held start_held reset_held buttons_mashed safety_chatters valve_slow bottom_bounces
        bottom_blind clear_blind top_blind bottom_stuck clear_stuck trigger_stuck
        brown_out long_collection wake_late link_lost
        """.split()  # noqa: SIM905
    )


def test_streams_do_not_depend_on_the_order_of_use() -> None:
    def drawn(names: str, each: int) -> dict[str, list[int]]:
        luck = Streams(7)
        draws = {name: luck.draws(name, normal(1000, 100)) for name in names}
        numbers: dict[str, list[int]] = {name: [] for name in names}
        for _ in range(each):
            for name in names:
                numbers[name].append(next(draws[name]))
        return numbers

    ab, ba, a = drawn("ab", 600), drawn("ba", 600), drawn("a", 600)
    assert ab["a"] == ba["a"] == a["a"] and ab["b"] == ba["b"] != ab["a"]
    with pytest.raises(ValueError, match="has a user already"):
        luck = Streams(7)
        luck.generator("a"), luck.generator("a")


def test_a_truncated_normal_keeps_its_mean_and_spread() -> None:
    shape = truncated_to(45, 8, 25, 90)
    numbers = shape(Streams(1).generator("x"), 200_000)
    assert numbers.mean() == pytest.approx(45, rel=0.002)
    assert numbers.std() == pytest.approx(8, rel=0.01)
    assert numbers.min() >= 25


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("plant.press_facto", 2, "no such number of the plant. Known: plant.press_factor"),
        ("plant.lower_mean_us", 2.5, "2.5 is not a whole number ≥ 0 .unit µs"),
        ("plant.press_factor", "fast", "'fast' is not a number"),
        ("plant.press_factor", -1, "-1 is not a number"),
    ],
)
def test_a_wrong_override_is_refused(key: str, value: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        PlantParameters().override({key: value})
