"""Time and position on a ring of 2**30 ticks. Called by every part, in any context.

A tick is 1 µs for time and one encoder count for position. No value here reaches 2**30, on the
way to a result either: beyond it a board allocates.
"""

from micropython import const

HALF = const(0x20000000)
LAST = const(0x3FFFFFFF)


def add(tick, ahead):
    """The tick that lies `ahead` (0 .. HALF - 1) after `tick`."""
    tick -= HALF
    tick += ahead
    if tick >= 0:
        # Past the half: subtracting 2**30 in one step would need the literal 2**30.
        return tick - HALF if tick >= HALF else tick + HALF
    return tick + HALF


def diff(later, earlier):
    """How far `later` lies after `earlier`, -HALF .. HALF - 1."""
    gap = later - earlier
    if gap >= HALF:
        gap -= HALF
        return gap - HALF
    if gap < -HALF:
        gap += HALF
        return gap + HALF
    return gap
