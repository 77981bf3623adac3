"""Moves of the web and the belt: closed forms, true positions, marks, and pieces that fall."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plant_rig import MOTION, Bench

from controller import image, signals
from host_sim.plant.train import Train

moves = st.builds(
    Train, st.integers(50, 1_000_000), st.integers(10, 3000), st.integers(100, 50_000)
)


@given(st.integers(50, 1_000_000), st.integers(10, 3000), st.integers(100, 50_000))
def test_a_train_takes_the_time_of_its_trapezoid(length: int, speed: int, accel: int) -> None:
    mm = length / 1000
    short = mm < speed**2 / accel
    seconds = 2 * sqrt(mm / accel) if short else mm / speed + speed / accel
    assert -0.01 <= Train(length, speed, accel).duration - seconds * 1e6 <= 1.01


@given(moves, st.floats(0, 1), st.floats(0, 1))
def test_position_and_its_inverse_agree(train: Train, share: float, other: float) -> None:
    t, later = sorted((int(share * train.duration), int(other * train.duration)))
    assert 0 <= train.position(t) <= train.position(later) <= train.length
    x = int(share * train.length)
    # Within one µs of time, or one µm where the web hardly moves.
    at = train.time_at(x)
    slack = 2 + 3 * train.speed // 1000
    assert train.position(max(0, at - 2)) - slack <= x <= train.position(at + 2) + slack
    assert (train.position(0), train.position(train.duration)) == (0, train.length)


@given(moves, st.floats(0, 1))
def test_a_stopped_train_brakes_with_its_ramp(train: Train, share: float) -> None:
    way, duration, t = train.length, train.duration, int(share * train.duration)
    gone = train.position(t)
    train.stop(t)
    assert gone <= train.length <= way
    assert t <= train.duration <= max(duration, t + 1)
    brake_s = (train.duration - t) / 1e6
    assert train.length - gone <= train.speed * 1000 * brake_s + 2


def test_each_index_ends_short_by_what_its_trim_takes() -> None:
    bench = Bench().ready()
    for stroke in range(1, 200):
        target = stroke * bench.mold.values["pitch_um"]
        bench.move((target - bench.plant.web.position_um) // 50, image.PROFILE_INDEX)
        rest = target - bench.plant.web.position_um
        assert 0 < rest <= 7000 * 45**2 // 4000 + 50
        if rest >= 50:
            bench.move(rest // 50, image.PROFILE_TRIM)
        assert 0 <= target - bench.plant.web.position_um < 50


def test_marks_lie_a_pitch_apart_and_are_latched_a_look_ahead_before_register() -> None:
    bench = Bench("foot_L").ready()
    wires, pitch = bench.wires, bench.mold.values["pitch_um"]
    for stroke in range(1, 50):
        rest = stroke * pitch - bench.plant.web.position_um
        bench.move(rest // 50, image.PROFILE_INDEX)
        assert wires.mark_no == stroke
        assert wires.mark_pos == (stroke * pitch - 20_000) // 10


def test_a_mark_that_is_missing_is_not_latched() -> None:
    bench = Bench().ready()
    bench.plant.web.miss_marks(1)
    bench.move(4600, image.PROFILE_INDEX)
    assert bench.wires.mark_no == 0
    bench.move(4600, image.PROFILE_INDEX)
    assert bench.wires.mark_no == 1
    assert bench.wires.mark_pos == (2 * 230_000 - 20_000) // 10


@pytest.mark.parametrize("at_us", [1, 50_000, 128_571, 200_000, 300_000, 384_000])
def test_a_feed_stop_keeps_the_position_true(at_us: int) -> None:
    bench = Bench().ready()
    web = bench.plant.web
    web.move(1, 4600, image.PROFILE_INDEX)
    bench.numbers = 1
    bench.run(at_us)
    before = web.position_um
    bench.levels(0)
    echo = bench.go(lambda: bench.wires.feed_done == 1)
    assert echo >= 1 and not web.moving
    assert before <= web.position_um <= before + 900**2 * 1000 // (2 * 7000) + 1
    assert bench.wires.web_pos == web.position_um // 10
    # The rest of the pitch, in steps, brings the web to where the mark says.
    bench.levels(MOTION)
    rest = 230_000 - web.position_um
    bench.move(max(1, rest // 50), image.PROFILE_SLOW)
    if rest >= 50:
        assert 0 <= 230_000 - web.position_um < 50
    assert bench.wires.mark_no == 1


def test_moves_are_refused_without_permission_and_without_drive() -> None:
    bench = Bench().ready()
    bench.levels(0)
    assert bench.move(4600, image.PROFILE_INDEX) == 1
    bench.levels(MOTION)
    bench.plant.safety.estop(True)
    assert bench.move(4600, image.PROFILE_INDEX) == 1
    assert bench.plant.web.position_um == 0


def test_in_position_goes_at_the_start_of_a_move_and_comes_after_it() -> None:
    bench = Bench().ready()
    bench.plant.web.move(1, 4600, image.PROFILE_INDEX)
    assert bench.go(lambda: not bench.on(signals.FEED_IN_POS)) == 1
    bench.go(lambda: bench.wires.feed_done == 1)
    assert not bench.on(signals.FEED_IN_POS)
    assert bench.go(lambda: bench.on(signals.FEED_IN_POS)) < 20_000


def weld(bench: Bench) -> None:
    """One shot at the place where the web stands."""
    bench.down()
    number = bench.fire(5_000)
    bench.go(lambda: bench.wires.gate_done == number)
    bench.levels(MOTION | signals.PRESS_UP)
    bench.go(lambda: bench.on(signals.PRESS_TOP))


def test_a_piece_falls_when_the_web_has_stopped_half_a_pitch_further() -> None:
    bench = Bench(without=("pick",)).ready()
    pieces = bench.plant.pieces
    weld(bench)
    weld(bench)  # the same place: no second piece
    assert (pieces.made, pieces.on_web, pieces.on_belt) == (1, 1, 0)
    bench.move(2299, image.PROFILE_SLOW)
    assert (pieces.on_web, pieces.on_belt) == (1, 0)
    bench.move(1, image.PROFILE_SLOW)
    assert (pieces.on_web, pieces.on_belt) == (0, 1)
    weld(bench)
    assert pieces.made == 2 and pieces.conserved


def test_belt_position_is_the_integral_of_its_speed() -> None:
    bench = Bench(belt_drift_us=700_000)
    belt = bench.plant.belt
    way = 0.0
    for pm in (500, 900, 100, 0, 333):
        belt.set_point(pm)
        belt.run(pm != 333)
        for _ in range(3000):
            before = belt.speed_um_s
            bench.run(100)
            way += (before + belt.speed_um_s) / 2 * 100
    assert belt.travel_pm() == pytest.approx(way, rel=1e-4)
    assert bench.wires.belt_pos <= belt.latch() == belt.travel_pm() // 100_000_000


@pytest.mark.parametrize("drop_us", [0, 40_000, 1_000_000])
def test_edges_of_a_piece_pass_the_eye_where_they_ought_to(drop_us: int) -> None:
    """Also when the belt still speeds up, changes speed, and stops for a while."""
    bench = Bench()
    belt, eye, wires = bench.plant.belt, bench.plant.eye, bench.wires
    belt.run(True)
    belt.set_point(500)
    if drop_us:
        bench.run(drop_us)
    start = belt.latch()
    bench.plant.pieces.made += 1
    eye.fallen()
    bench.run(1_000_000)
    belt.set_point(200)
    bench.run(1_000_000)
    belt.run(False)
    bench.run(1_000_000)
    belt.run(True)
    bench.go(lambda: bench.on(signals.PIECE_EYE))
    assert abs(wires.eye_pos - start - 8000) <= 1
    bench.run(5_000)
    assert bench.on(signals.PIECE_EYE)
    bench.go(lambda: not bench.on(signals.PIECE_EYE))
    assert abs(wires.eye_pos - start - 8000 - 2100) <= 1
    assert bench.plant.pieces.passed == 1 and bench.plant.pieces.conserved


def test_the_eye_bounces_at_most_three_times_in_two_milliseconds() -> None:
    bench = Bench(belt_drift_sd_ppm=0)
    belt = bench.plant.belt
    belt.run(True)
    belt.set_point(500)
    bounces = []
    for _ in range(150):
        bench.plant.pieces.made += 1
        bench.plant.eye.fallen()
        bench.go(lambda: bench.on(signals.PIECE_EYE))
        first, changes = bench.now, 0
        level = True
        while bench.clock.peek() < first + 10_000:
            bench.clock.step()
            if bench.on(signals.PIECE_EYE) != level:
                level = not level
                changes += 1
                assert bench.now - first <= 2_000
        assert level
        bounces.append(changes // 2)
        bench.run(1_000_000)
    assert set(bounces) == {0, 1, 2, 3}
