"""Step times of one profile of the feed drive, as words of the PIO train. Made by train at start.

A move is played from three buffers: `up` to speed, the `ring` of cruising over and over, `down` to
standstill. Step k of a ramp from standstill comes at sqrt(2 k step / accel); cruising takes whole
clocks whose sum is exact once round the ring. Integers beyond 2**30 are formed while it is made,
never while it is used.
"""

from array import array

from micropython import const

from controller.config import ConfigError
from controller.image import PROFILE_INDEX, PROFILE_SLOW, PROFILE_TRIM

RUN_BITS = const(6)  # as in programs.py, which only a board can read
STEP_CLOCKS = const(40)
START_CLOCKS = const(33)

RING = const(128)  # words: runs of steps, two to each part of the ring
PARTS = const(64)
RAMP_MOST = const(1500)  # steps; what the board has memory for
PERIOD_LEAST = const(64)  # clocks of the fastest step
_EXACT = const(16)  # middles of short moves that are worked out one by one
_PERIOD_MOST = const(16000000)  # clocks: a word keeps below 2**30


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
        each = Profile(
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


def word(clocks, steps=1):
    """One run of the train."""
    return (clocks - STEP_CLOCKS) << RUN_BITS | steps - 1


class Profile:
    """One speed and acceleration.

    ring: array of RING words or more for this profile, from index `at`.
    """

    def __init__(self, step_um, speed_mm_s, accel_mm_s2, ring, at):
        self.fault = ""
        v, a, s = speed_mm_s, accel_mm_s2, step_um
        most = 500 * v * v // (a * s)  # steps that end while it still accelerates
        self.ramp = most
        if most > RAMP_MOST:
            self.fault = f"takes {most} steps to its speed, above {RAMP_MOST}"
            return
        if 12500 * s < PERIOD_LEAST * v or 12500 * s > _PERIOD_MOST * v:
            self.fault = f"makes a step each {1000 * s // v} µs, not 6 to 1200000"
            return
        square = 312500000000 * s  # (clocks of the first step)² times a

        def after(steps_by_2):
            return root(square * steps_by_2 // (2 * a))

        # Speed is reached at v / 2a + k s / v.
        cruise = (12500000 * v * v + 25000 * s * (most + 1) * a + a * v) // (2 * a * v)
        up = array("I", bytes(4 * most + 4))
        down = array("I", bytes(4 * most + 12))
        before = 0
        for step in range(1, most + 1):
            at_step = after(2 * step)
            down[most + 2 - step] = up[step - 1] = word(at_step - before)
            before = at_step
        down[1] = up[most] = word(cruise - before)  # from ramp to cruising
        up[0] += START_CLOCKS << RUN_BITS
        self.up = up  # most + 1 words; the first also bridges the start
        self.down = down  # a run of what the ring has left, then up[most] .. up[0], and the end
        self._middles(after, v, a, s)
        self._cruise(v, s, ring, at)

    def _middles(self, after, v, a, s):
        """The step in the middle of a move of 2 h + 1 steps, which is both ramps' last."""
        most = self.ramp
        self.middles = array("I")
        for h in range(min(most, _EXACT)):
            self.middles.append(word(2 * (after(2 * h + 1) - after(2 * h))))
        square = (2 * most + 1) * s * a
        if square >= 1000 * v * v:  # it just comes to speed
            clocks = (12500 * (2 * most + 1) * s * a + 12500000 * v * v) // (a * v)
            clocks -= 2 * after(2 * most)
        else:
            clocks = 2 * (after(2 * most + 1) - after(2 * most))
        self.middle = word(clocks)

    def _middle_of(self, h):
        """The middle step of a move of 2 h + 1 steps, h <= ramp."""
        if h == self.ramp:
            clocks = self.middle
        elif h < _EXACT:
            clocks = self.middles[h]
        else:
            # 2 sqrt(h + 1/2) - sqrt(h) - sqrt(h + 1), from the length of the step after it
            period = (self.up[h] >> RUN_BITS) + STEP_CLOCKS
            return word(period + (period + 4 * h + 2) // (8 * h + 4))
        return clocks + (0 if h else START_CLOCKS << RUN_BITS)

    def _cruise(self, v, s, ring, at):
        """Runs of whole clocks whose sum is exact after one turn."""
        turn = v
        left = 12500 * s
        while left:
            turn, left = left, turn % left
        turn = v // turn  # steps after which a whole number of clocks is gone
        steps = turn
        while steps < 2 * PARTS:
            steps += turn
        self.turn = steps
        self.starts = array("H", bytes(2 * PARTS + 2))
        period = 12500 * s // v
        gone = 0
        for part in range(PARTS):
            first = steps * part // PARTS
            last = steps * (part + 1) // PARTS
            self.starts[part + 1] = last
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
        self.ring = ring
        self.at = at

    def plan(self, steps):
        """Work out a move: up_words of `up`, ring_words of the ring or the word `lone`, and `down`
        from down_at to its end."""
        ramp = self.ramp
        self.ring_words = self.lone = 0
        if steps >= 2 * ramp + 2:
            self.up_words = ramp + 1
            self.down_at = 0 if self._cut(steps - 2 * ramp - 2) else 1
            return
        half = steps // 2
        self.up_words = half
        self.down_at = ramp + 2 - half
        if steps & 1:
            self.lone = self._middle_of(half)

    def _cut(self, steps):
        """Words of the ring that make `steps` steps; True if a part of one is left for down[0]."""
        turns = steps // self.turn
        rest = steps - turns * self.turn
        part = rest * PARTS // self.turn
        starts = self.starts
        while starts[part] > rest:
            part -= 1
        while part < PARTS and starts[part + 1] <= rest:
            part += 1
        words = 2 * part
        rest -= starts[part]
        run = self.ring[self.at + words] if rest else 0
        if rest > run & 63:
            rest -= (run & 63) + 1
            words += 1
            run = self.ring[self.at + words]
        if rest:
            self.down[0] = run & ~63 | rest - 1
        self.ring_words = turns * RING + words
        return rest > 0
