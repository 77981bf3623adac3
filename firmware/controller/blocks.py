"""Small blocks out of which parts are made: latch, on-delay, one-shot, debounce, rate.

A block that waits says so in `timed` and says until when in `wake`; its part passes that on. All
are fed with `now`, so they can be tested with numbers alone.
"""

from controller.clock import add, diff


class Latch:
    """Set-dominant memory. in: set, reset. out: on."""

    def __init__(self):
        self.on = False

    def feed(self, set_, reset):
        if set_:
            self.on = True
        elif reset:
            self.on = False
        return self.on


class OnDelay:
    """Output follows the input's rise after `delay_us`, its fall at once. out: on."""

    def __init__(self, delay_us):
        self.delay_us = delay_us
        self.on = False
        self.timed = False
        self.wake = 0

    def feed(self, now, level):
        if not level:
            self.on = False
            self.timed = False
        elif not self.on:
            if not self.timed:
                self.wake = add(now, self.delay_us)
                self.timed = True
            if diff(now, self.wake) >= 0:
                self.on = True
                self.timed = False
        return self.on


class OneShot:
    """On for `width_us` from each call of `fire`. out: on."""

    def __init__(self, width_us):
        self.width_us = width_us
        self.on = False
        self.timed = False
        self.wake = 0

    def fire(self, now):
        self.on = True
        self.timed = True
        self.wake = add(now, self.width_us)

    def feed(self, now):
        if self.timed and diff(now, self.wake) >= 0:
            self.on = False
            self.timed = False
        return self.on


class Debounce:
    """Output takes over a value that has not changed for `stable_us`. out: value.

    The value may be a level or a whole code; `value` starts as given and is never guessed.
    """

    def __init__(self, stable_us, value):
        self.stable_us = stable_us
        self.value = value
        self.raw = value
        self.timed = False
        self.wake = 0

    def feed(self, now, raw):
        if raw != self.raw:
            self.raw = raw
            if raw == self.value:
                self.timed = False
            else:
                self.timed = True
                self.wake = add(now, self.stable_us)
        if self.timed and diff(now, self.wake) >= 0:
            self.value = raw
            self.timed = False
        return self.value


class Rate:
    """Speed of a counter between two calls, in counts per second. out: per_s."""

    def __init__(self):
        self.per_s = 0
        self.at = 0
        self.count = 0

    def begin(self, now, count):
        self.at = now
        self.count = count
        self.per_s = 0

    def feed(self, now, count):
        """Call at least 1 ms and at most 500 s apart, with less than 2**20 counts between."""
        ms = diff(now, self.at) // 1000
        if ms > 0:
            self.per_s = diff(count, self.count) * 1000 // ms
            self.at = now
            self.count = count
        return self.per_s
