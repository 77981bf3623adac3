"""Step times of the profiles of the feed drive, as words of the PIO train. Made by train at start.

A move is played from three buffers: `up` to speed, the `ring` of cruising over and over, `down` to
standstill. Step k of a ramp from standstill comes at sqrt(2 k step / accel); where steps have
nearly the same length, up to eight share a word, and each is at its time to 8 clocks, the last one
of a ramp to one. Cruising takes whole clocks whose sum is exact once round the ring. Integers
beyond 2**30 are formed here, and nowhere while a machine runs.
"""

from array import array

from micropython import const

from controller.image import PROFILE_INDEX, PROFILE_SLOW, PROFILE_TRIM
from controller.schema import ConfigError
from hal.rp2.profile import PARTS, RING, RUN_BITS, START_CLOCKS, Profile, word

RAMP_MOST = const(4000)  # steps; what the board has memory for
PERIOD_LEAST = const(64)  # clocks of the fastest step
_EXACT = const(16)  # middles of short moves that are worked out one by one
_PERIOD_MOST = const(16000000)  # clocks: a word keeps below 2**30
_RUN_MOST = const(8)  # steps that share a word of a ramp
_BEND = const(64)  # 16 times the clocks by which a run may depart from the ramp

_PROFILES = (
    (PROFILE_INDEX, "feed.speed_mm_s", "feed.accel_mm_s2"),
    (PROFILE_TRIM, "feed.trim_speed_mm_s", "feed.trim_accel_mm_s2"),
    (PROFILE_SLOW, "feed.slow_speed_mm_s", "feed.accel_mm_s2"),
)


def profiles(settings, ring, at):
    """All profiles of a machine, by number; `ring` has 3 * RING words for them from index `at`.

    Raises ConfigError when the board cannot play one.
    """
    made = []
    for number, speed, accel in _PROFILES:
        each = make(
            settings["feed.step_um"], settings[speed], settings[accel], ring, at + number * RING
        )
        if each.fault:
            wrong = f"{settings[speed]} {each.fault}. Change it, {accel} or feed.step_um."
            raise ConfigError(settings.file, speed, wrong)
        made.append(each)
    return made


def root(square):
    """Square root of a whole number, rounded."""
    if square < 2:
        return square
    square *= 4
    guess = 1
    while guess * guess < square:
        guess *= 2
    while True:
        better = (guess + square // guess) // 2
        if better >= guess:
            return (guess + 1) // 2
        guess = better


def make(step_um, speed_mm_s, accel_mm_s2, ring, at):
    """The profile of one speed and acceleration; `ring`: array of RING words from index `at`."""
    made = Profile()
    v, a, s = speed_mm_s, accel_mm_s2, step_um
    most = made.ramp = 500 * v * v // (a * s)  # steps that end while it still accelerates
    if most > RAMP_MOST:
        made.fault = f"takes {most} steps to its speed, above {RAMP_MOST}"
    elif 12500 * s < PERIOD_LEAST * v or 12500 * s > _PERIOD_MOST * v:
        made.fault = f"makes a step each {1000 * s // v} µs, not 6 to 1200000"
    else:
        made.lone = array("I", bytes(12))
        _ramps(made, v, a, s)
        _cruise(made, v, s, ring, at)
    return made


def _ramps(made, v, a, s):
    most = made.ramp

    def after(half_steps):
        # Clocks from the start to a step, in half steps
        return root(312500000000 * s * half_steps // (2 * a))

    up = array("I")
    ends = array("H")
    at_step = gone = 0
    while at_step < most:
        period = after(2 * at_step + 2) - after(2 * at_step)
        run = min(max(root(_BEND * (at_step + 1) // period), 1), _RUN_MOST, most - at_step)
        at_step += run
        clocks = (after(2 * at_step) - gone + run // 2) // run
        gone += clocks * run
        up.append(word(clocks, run))
        ends.append(at_step)
    # Speed is reached at v / 2a + k s / v.
    cruise = (12500000 * v * v + 25000 * s * (most + 1) * a + a * v) // (2 * a * v)
    up.append(word(cruise - gone))  # from ramp to cruising
    down = array("I", bytes(4))
    for each in range(len(up)):
        down.append(up[-1 - each])
    down.append(0)
    up[0] += START_CLOCKS << RUN_BITS
    made.up, made.down, made.ends = up, down, ends
    made.middles = array("I")
    for h in range(min(most, _EXACT)):
        made.middles.append(word(2 * (after(2 * h + 1) - after(2 * h))))
    if (2 * most + 1) * s * a >= 1000 * v * v:  # it just comes to speed
        clocks = (12500 * (2 * most + 1) * s * a + 12500000 * v * v) // (a * v)
        clocks -= 2 * after(2 * most)
    else:
        clocks = 2 * (after(2 * most + 1) - after(2 * most))
    made.middle = word(clocks)


def _cruise(made, v, s, ring, at):
    """Runs of whole clocks whose sum is exact after one turn."""
    turn = v
    left = 12500 * s
    while left:
        turn, left = left, turn % left
    turn = v // turn  # steps after which a whole number of clocks is gone
    steps = turn
    while steps < 2 * PARTS:
        steps += turn
    made.turn = steps
    made.starts = array("H", bytes(2 * PARTS + 2))
    period = 12500 * s // v
    gone = 0
    for part in range(PARTS):
        first = steps * part // PARTS
        last = steps * (part + 1) // PARTS
        made.starts[part + 1] = last
        clocks = (last * 25000 * s + v) // (2 * v)
        longer = clocks - gone - (last - first) * period
        gone = clocks
        shorter = last - first - longer
        one, other = period, period + 1
        if not longer or not shorter:
            one = other = other if longer else period
            longer, shorter = 1, last - first - 1
        ring[at + 2 * part] = word(one, shorter)
        ring[at + 2 * part + 1] = word(other, longer)
    made.ring = ring
    made.at = at
