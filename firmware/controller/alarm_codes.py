"""Codes of all alarms and what the machine does about each. Read by every part that raises one.

The texts for the operator are in texts/alarms.json; the board knows codes only.
"""

from micropython import const

# the controller itself
POWER_UP = const(1)  # the controller has started
SAFETY_OPEN = const(2)
GUARD_OPEN = const(3)
SCAN_FAULT = const(4)  # the parts did not come to rest in one scan
INTERLOCK_DENIED = const(5)  # movement or sonics were wished and refused
STILL_MOVING = const(6)  # shot or web went on after an abort
# supplies and drives
AIR_LOW = const(10)
WEB_BREAK = const(11)
FEED_DRIVE_FAULT = const(12)
BELT_DRIVE_FAULT = const(13)
GEN_OVERLOAD = const(14)
GEN_NOT_READY = const(15)
# mold
MOLD_MISSING = const(20)
MOLD_WRONG = const(21)
MOLD_PARITY = const(22)
MOLD_PULLED = const(23)
# press and horn
PRESS_SLOW_UP = const(30)
PRESS_SLOW_DOWN = const(31)
NO_TRIGGER = const(32)
PRESS_NOT_TOP = const(33)
WELD_TIMEOUT = const(34)
REJECTS_IN_A_ROW = const(35)
# web
FEED_LATE = const(40)
TRIM_LATE = const(41)
FEED_UNSETTLED = const(42)
MARK_LOST = const(43)
REGISTRATION_OFF = const(44)
REGISTRATION_WARN = const(45)
SEEK_FAILED = const(46)
# belt and pieces
BELT_SLOW = const(50)
BELT_JAM = const(51)
PIECE_LOST = const(52)
PIECE_EXTRA = const(53)
PICK_FAILED = const(95)  # the pick did not get hold of the piece
PICK_STUCK = const(96)  # the pick does not let go, or holds something before it has taken it
PIECE_DOUBLE = const(97)  # two pieces lie on each other, or touch
REJECT_UNCONFIRMED = const(99)  # nobody saw the reject go out
GOOD_REJECTED = const(100)  # a good piece went out
REJECT_JAM = const(101)
PUSHER_STUCK = const(102)
STACK_OVERRUN = const(103)  # a piece came before the pusher was back
STACK_FULL = const(104)
# sequences
STROKE_LATE = const(60)
SERVICE_LATE = const(61)

# What an alarm does, the harder the higher
REACT_WARN = const(0)  # it is shown
REACT_HOLD = const(1)  # Hold; Stop where Hold is not possible
REACT_STOP = const(2)  # the stroke is finished, then Stop
REACT_ABORT = const(3)  # Abort: all outputs off at once


_CODES = const(128)  # room for as many


def _reactions():
    """Reaction by code. A number that is no alarm aborts: its part has a fault."""
    table = bytearray([REACT_ABORT] * _CODES)
    for code in (POWER_UP, REGISTRATION_WARN, PIECE_EXTRA):
        table[code] = REACT_WARN
    for code in (
        AIR_LOW,
        REJECTS_IN_A_ROW,
        MARK_LOST,
        REGISTRATION_OFF,
        BELT_JAM,
        PIECE_LOST,
        PICK_FAILED,
        PICK_STUCK,
        PIECE_DOUBLE,
        REJECT_UNCONFIRMED,
        GOOD_REJECTED,
        REJECT_JAM,
        PUSHER_STUCK,
        STACK_OVERRUN,
        STACK_FULL,
    ):
        table[code] = REACT_HOLD
    for code in (
        BELT_DRIVE_FAULT,
        GEN_OVERLOAD,
        GEN_NOT_READY,
        MOLD_MISSING,
        MOLD_WRONG,
        MOLD_PARITY,
        PRESS_SLOW_DOWN,
        NO_TRIGGER,
        PRESS_NOT_TOP,
        FEED_LATE,
        TRIM_LATE,
        FEED_UNSETTLED,
        SEEK_FAILED,
        BELT_SLOW,
        STROKE_LATE,
        SERVICE_LATE,
    ):
        table[code] = REACT_STOP
    return bytes(table)


# The rest abort: SAFETY_OPEN GUARD_OPEN SCAN_FAULT INTERLOCK_DENIED STILL_MOVING WEB_BREAK
# FEED_DRIVE_FAULT MOLD_PULLED PRESS_SLOW_UP WELD_TIMEOUT
REACTION = _reactions()
