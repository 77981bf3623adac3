"""The step train makes exactly the steps it is asked for, each when the profile says.

Times are clocks of the PIO, 12.5 to a µs. Reference: the trapezoid of the simulated machine, from
the same formulae in decimals, and its own whole µs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pio_rig import PROGRAMS, Machine

from hal.rp2.profile import PARTS, RING, Profile
from hal.rp2.ramp import PERIOD_LEAST, RAMP_MOST, make, root
from host_sim import FIRMWARE
from host_sim.files import load_json
from host_sim.plant.train import Train

US = PROGRAMS.TRAIN_HZ / 1e6
FEED = load_json(FIRMWARE / "machine.json")["feed"]
STEP_UM = FEED["step_um"]
INDEX = (FEED["speed_mm_s"], FEED["accel_mm_s2"])
TRIM = (FEED["trim_speed_mm_s"], FEED["trim_accel_mm_s2"])
SLOW = (FEED["slow_speed_mm_s"], FEED["accel_mm_s2"])
MOLDS = sorted((FIRMWARE / "molds").glob("*.json"))
EXACT = 2.0  # clocks: each step is rounded once, and where ramp and cruising meet once more
RUN = 8.0  # clocks by which a step may be off that shares a word of a ramp with others


@cache
def profile(speed: int, accel: int, step_um: int = STEP_UM) -> Profile:
    return make(step_um, speed, accel, array("I", bytes(4 * RING)), 0)


def words(made: Profile, steps: int) -> list[int]:
    """What DMA feeds to the train in this move."""
    made.plan(steps)
    middle = [*made.lone[: made.lones]] or [made.ring[i % RING] for i in range(made.ring_words)]
    return [*made.up[: made.up_words], *middle, *made.down[made.down_at :]]


def ideal(steps: int, speed: int, accel: int, step_um: int) -> Iterator[float]:
    """Clocks from the start to each step."""
    way, v, a = steps * step_um / 1e3, float(speed), float(accel)
    top = min(v, sqrt(way * a))
    ramp = top * top / 2 / a * (1 + 1e-12)
    total = (way / v + v / a) if top == v else 2 * sqrt(way / a)
    for step in range(1, steps + 1):
        x = step * step_um / 1e3
        if x <= ramp:
            yield sqrt(2 * x / a) * 1e6 * US
        elif way - x <= ramp:
            yield (total - sqrt(2 * max(0.0, way - x) / a)) * 1e6 * US
        else:
            yield (v / 2 / a + x / v) * 1e6 * US


def played(fed: list[int]) -> list[int]:
    """Clocks to each step, as the program plays these words; the emulator says that it does."""
    assert fed[-1] == 0
    assert 0 not in fed[:-1]
    at, times = -PROGRAMS.START_CLOCKS, []
    for word in fed[:-1]:
        for _ in range((word & 63) + 1):
            at += (word >> 6) + PROGRAMS.STEP_CLOCKS
            times.append(at)
    return times


def emulated(fed: list[int]) -> list[int]:
    machine = Machine(PROGRAMS.train)
    machine.put(*fed)
    machine.run(lambda state: bool(state.receive_fifo), pass_loops=True)
    ups = [clock for clock, level in machine.edges if level]
    downs = [clock for clock, level in machine.edges if not level]
    assert {down - up for up, down in zip(ups, downs, strict=True)} == {PROGRAMS.PULSE_CLOCKS}
    assert not machine.state.transmit_fifo
    return ups


@pytest.mark.parametrize("mold", MOLDS, ids=lambda path: path.stem)
def test_the_index_of_every_mold_is_exact(mold: Any) -> None:
    pitch_um = int(load_json(mold)["pitch_mm"] * 1000)
    steps = pitch_um // STEP_UM
    times = emulated(words(profile(*INDEX), steps))
    assert len(times) == steps
    off = [got - want for got, want in zip(times, ideal(steps, *INDEX, STEP_UM), strict=True)]
    ramp = profile(*INDEX).ramp
    assert max(map(abs, off)) < RUN
    assert max(map(abs, off[ramp : steps - ramp])) < EXACT > abs(off[-1])
    # From one step to the next; and against the simulated machine, which rounds twice to 1 µs
    assert max(abs(b - a) for a, b in pairwise(off)) < EXACT + RUN / 2
    train = Train(pitch_um, *INDEX)
    for step in range(1, steps + 1, 7):
        assert abs(times[step - 1] / US - train.time_at(step * STEP_UM)) < 2 + RUN / US
    assert abs(times[-1] / US - train.duration) < 2


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 28, 29, 30, 100, 255, 256, 257, 258, 400])
@pytest.mark.parametrize("kind", [TRIM, SLOW], ids=["trim", "slow"])
def test_trims_and_creeping_are_exact(kind: tuple[int, int], steps: int) -> None:
    times = emulated(words(profile(*kind), steps))
    assert len(times) == steps
    for got, want in zip(times, ideal(steps, *kind, STEP_UM), strict=True):
        assert abs(got - want) < (RUN if kind == TRIM else EXACT)


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 64)), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_the_program_plays_its_words_as_they_say(runs: list[tuple[int, int]]) -> None:
    fed = [*(clocks << 6 | steps - 1 for clocks, steps in runs), 0]
    assert emulated(fed) == played(fed)


@given(steps=st.integers(1, 30000), kind=st.sampled_from([INDEX, TRIM, SLOW]))
@settings(max_examples=40, deadline=None)
def test_any_length_of_move_is_exact(steps: int, kind: tuple[int, int]) -> None:
    times = played(words(profile(*kind), steps))
    assert len(times) == steps
    for got, want in zip(times, ideal(steps, *kind, STEP_UM), strict=True):
        assert abs(got - want) < 2 * RUN  # a run that is cut at the top counts twice


def test_the_longest_move_keeps_its_steps() -> None:
    made = profile(*SLOW)
    made.plan(2_000_000)
    ring = sum((word & 63) + 1 for word in made.ring[:RING])
    turns, rest = divmod(made.ring_words, RING)
    cruising = turns * ring + sum((word & 63) + 1 for word in made.ring[:rest])
    left = (made.down[0] & 63) + 1 if made.down_at == 0 else 0
    assert 2 * (made.ramp + 1) + cruising + left == 2_000_000


@given(
    speed=st.integers(1, 3000),
    accel=st.integers(100, 50000),
    step_um=st.integers(1, 1000),
    steps=st.integers(1, 6000),
)
@settings(max_examples=150, deadline=None)
def test_any_machine_keeps_step_times_to_1_us_or_is_refused(
    speed: int, accel: int, step_um: int, steps: int
) -> None:
    made = make(step_um, speed, accel, array("I", bytes(4 * RING)), 0)
    ramp = speed * speed / 2 / accel * 1000 / step_um
    if ramp >= RAMP_MOST + 1 or 12500 * step_um / speed < PERIOD_LEAST:
        assert made.fault
        return
    assert not made.fault
    fed = words(made, steps)
    assert max(fed) < 1 << 30
    times = played(fed)
    assert len(times) == steps
    for got, want in zip(times, ideal(steps, speed, accel, step_um), strict=True):
        assert abs(got - want) <= US + 1


@given(st.integers(2, 3000), st.integers(1, 1000))
@settings(max_examples=100, deadline=None)
def test_cruising_loses_no_clock_in_a_turn(speed: int, step_um: int) -> None:
    if 12500 * step_um < PERIOD_LEAST * speed or speed * speed * 500 // (50000 * step_um) > 1500:
        return
    made = make(step_um, speed, 50000, array("I", bytes(4 * RING)), 0)
    steps = sum((word & 63) + 1 for word in made.ring[:RING])
    clocks = sum(
        ((word & 63) + 1) * ((word >> 6) + PROGRAMS.STEP_CLOCKS) for word in made.ring[:RING]
    )
    assert clocks * speed == 12500 * step_um * steps
    assert steps >= 2 * PARTS


@given(st.integers(0, 1 << 60))
@settings(deadline=None)
def test_root_is_the_nearest_whole_number(square: int) -> None:
    got = root(square)
    assert (2 * got - 1) ** 2 <= 4 * square + 1
    assert 4 * square <= (2 * got + 1) ** 2
