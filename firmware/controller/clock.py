"""Time and position on a ring of 2**30 ticks. Called by every part, in any context.

A tick is 1 µs for time and one encoder count for position. No value here reaches 2**30, on the
way to a result either: beyond it a board allocates.
"""

from micropython import const

HALF = const(0x20000000)
LAST = const(0x3FFFFFFF)


def add(tick, ahead):
    """The tick that lies `ahead` (0 .. HALF - 1) after `tick`."""
    # Half a ring lower, so that the sum stays small, and up again by its top bit.
    return (tick - HALF + ahead) & LAST ^ HALF


def diff(later, earlier):
    """How far `later` lies after `earlier`, -HALF .. HALF - 1."""
    return ((later - earlier) & LAST ^ HALF) - HALF
