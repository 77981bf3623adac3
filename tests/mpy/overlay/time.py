"""Stand-in for `time`: the clock of `chip`, which goes round at 2**30 µs as the board's does."""

import chip
from utime import ticks_add, ticks_diff  # noqa: F401 - as they are

origin_us = 0


def ticks_us():
    chip.wait(1000)
    return (chip.now_ns // 1000 + origin_us) & chip.MASK


def ticks_ms():
    return chip.now_ns // 1000000 & chip.MASK


def time():
    return chip.now_ns // 1000000000


def sleep_ms(ms):
    chip.wait(ms * 1000000)
