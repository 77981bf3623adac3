"""One speed and acceleration of the feed drive: which words of its tables a move is played from.

Called by train, in the scan. `ramp` makes the tables at start, and is forgotten then.
"""

from micropython import const

RUN_BITS = const(6)  # as in programs.py, which only a board can read
STEP_CLOCKS = const(40)
START_CLOCKS = const(33)

RING = const(128)  # words: runs of steps, two to each part of the ring
PARTS = const(64)


def word(clocks, steps=1):
    """One run of the train."""
    return (clocks - STEP_CLOCKS) << RUN_BITS | steps - 1


class Profile:
    """Made by ramp.make, of a speed and an acceleration.

    up: from standstill, ..., and one word from ramp to cruising. down: a run of what the ring has
    left, then `up` backwards, and the end. ends: steps up to the end of each word of `up` but the
    last. ring: RING words from `at`, again and again; starts: steps before each of its parts.
    middles: the step in the middle of a move of 2 h + 1 steps, for the first h; middle: for the
    whole ramp.
    """

    fault = ""  # why the board cannot play it
    up_words = ring_words = lones = 0

    def plan(self, steps):
        """Work out a move: up_words of `up`, ring_words of the ring or `lones` of `lone`, and
        `down` from down_at to its end."""
        ramp = self.ramp
        self.ring_words = self.lones = 0
        if steps >= 2 * ramp + 2:
            self.up_words = len(self.up)
            self.down_at = 0 if self._cut(steps - 2 * ramp - 2) else 1
            return
        half = steps // 2
        runs = self._runs(half)
        self.up_words = runs
        self.down_at = len(self.up) + 1 - runs
        left = half - (self.ends[runs - 1] if runs else 0)
        if left:
            self._alone(self.up[runs] & ~63 | left - 1)
        if steps & 1:
            self._alone(self._middle_of(half, runs))
        if left:
            self._alone(self.lone[0])

    def _alone(self, word):
        self.lone[self.lones] = word
        self.lones += 1

    def _runs(self, steps):
        """How many words of `up` end within so many steps."""
        ends = self.ends
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            if ends[middle] <= steps:
                low = middle + 1
            else:
                high = middle
        return low

    def _middle_of(self, h, runs):
        """The middle step of a move of 2 h + 1 steps, h <= ramp."""
        if h == self.ramp:
            clocks = self.middle
        elif h < len(self.middles):
            clocks = self.middles[h]
        else:
            # 2 sqrt(h + 1/2) - sqrt(h) - sqrt(h + 1), from the length of the step after it
            period = (self.up[runs] >> RUN_BITS) + STEP_CLOCKS
            return word(period + (period + 4 * h + 2) // (8 * h + 4))
        return clocks + (0 if h else START_CLOCKS << RUN_BITS)

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
