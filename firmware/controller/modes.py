"""The unit modes of this machine: the states each has and those in which it may be changed.
Called by packml, in the scan.

States are bits, 1 << number. The numbers of the states are written here as private constants
because a compiler folds only those of its own file; tests hold them against packml.
"""

from micropython import const

PRODUCE = const(1)
MAINTENANCE = const(2)
MANUAL = const(3)
CHANGE_OVER = const(4)
SET_UP = const(6)
EMPTY_OUT = const(7)

_ALL = const(0x3FFFE)  # states 1 .. 17
_HOLD = const(1 << 10 | 1 << 11 | 1 << 12)  # Holding, Held, Unholding
_SUSPEND = const(1 << 5 | 1 << 13 | 1 << 14)  # Suspended, Suspending, Unsuspending
_COMPLETE = const(1 << 16 | 1 << 17)  # Completing, Complete
_AT_REST = const(1 << 2 | 1 << 9)  # Stopped, Aborted
_READY = const(1 << 4 | 1 << 17)  # Idle, Complete

# By number of the mode; 0: this machine has no such mode (Invalid, Clean).
_STATES = (
    0,
    # Produce: everything.
    _ALL,
    # Maintenance: strokes by the fitter, no batch to complete, no neighbour to wait for.
    _ALL & ~(_SUSPEND | _COMPLETE),
    # Manual: single motions while a button is held. To let go is to stop: nothing to hold.
    _ALL & ~(_HOLD | _SUSPEND | _COMPLETE),
    # Change over: a list of steps that is completed or stopped, never held half-way.
    _ALL & ~(_HOLD | _SUSPEND),
    0,
    # Set up: as Maintenance; its pieces are scrap.
    _ALL & ~(_SUSPEND | _COMPLETE),
    # Empty out: the last pieces go, whatever the neighbours do.
    _ALL & ~_SUSPEND,
)

# The states in which a mode may be left and entered. A change needs its state in the masks of
# both modes. Stopped and Aborted: nothing moves, and whatever the new mode does next begins with
# Reset, hence with homing and a check of mold and recipe. Idle and Complete only between Produce
# and Empty out: a Reset made for one is good for the other, since both run the same recipe on the
# same mold with the same interlocks. From Idle of any other mode a Start in Produce would rest on
# a Reset that never looked at the mold.
_CHANGE = (
    0,
    _AT_REST | _READY,
    _AT_REST,
    _AT_REST,
    _AT_REST,
    0,
    _AT_REST,
    _AT_REST | _READY,
)


def states(mode):
    """Bit mask of the states that `mode` has; 0 for a mode that this machine does not have."""
    return _STATES[mode] if 0 <= mode <= EMPTY_OUT else 0


def changes(mode):
    """Bit mask of the states in which `mode` may be left and entered."""
    return _CHANGE[mode] if 0 <= mode <= EMPTY_OUT else 0


def may_change(old, new, state):
    """1 when mode `old` may be left for `new` in `state`, else 0."""
    return (changes(old) & changes(new)) >> state & 1
