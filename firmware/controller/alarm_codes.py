"""Codes of all alarms and what the machine does about each. Read by every part that raises one.

The texts for the operator are in texts/alarms.txt; the board knows codes only.
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
PRESS_SWITCHES = const(29)  # one is closed where the press cannot be
PRESS_SLOW_UP = const(30)
PRESS_SLOW_DOWN = const(31)
NO_TRIGGER = const(32)
PRESS_NOT_TOP = const(33)
WELD_TIMEOUT = const(34)
REJECTS_IN_A_ROW = const(35)
PRE_NO_CONTACT = const(36)  # sonics before contact, and no contact came
SETUP_ONLY = const(37)  # a recipe that welds continuously
REJECT_RESET = const(38)  # a rejected weld that asks for a reset
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
# web supply
UPPER_ROLL_LOW = const(80)
LOWER_ROLL_LOW = const(81)
UPPER_WEB_LATE = const(82)  # its dancer is low for too long
LOWER_WEB_LATE = const(83)
UPPER_WEB_SLACK = const(84)  # its dancer is high for too long
LOWER_WEB_SLACK = const(85)
STATIC_OFF = const(86)
STATIC_WARN = const(87)
WASTE_BREAK = const(88)

# What an alarm does, the harder the higher
REACT_WARN = const(0)  # it is shown
REACT_HOLD = const(1)  # Hold; Stop where Hold is not possible
REACT_STOP = const(2)  # the stroke is finished, then Stop
REACT_ABORT = const(3)  # Abort: all outputs off at once


_CODES = const(128)  # room for as many


def _reactions():
    """Reaction by code. A number that is no alarm aborts: its part has a fault."""
    table = bytearray([REACT_ABORT] * _CODES)
    for code in (
        POWER_UP,
        REGISTRATION_WARN,
        PIECE_EXTRA,
        UPPER_ROLL_LOW,
        LOWER_ROLL_LOW,
        STATIC_WARN,
    ):
        table[code] = REACT_WARN
    for code in (
        AIR_LOW,
        REJECTS_IN_A_ROW,
        REJECT_RESET,
        MARK_LOST,
        REGISTRATION_OFF,
        BELT_JAM,
        PIECE_LOST,
        UPPER_WEB_LATE,
        LOWER_WEB_LATE,
        UPPER_WEB_SLACK,
        LOWER_WEB_SLACK,
        STATIC_OFF,
        WASTE_BREAK,
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
        PRE_NO_CONTACT,
        SETUP_ONLY,
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
# FEED_DRIVE_FAULT MOLD_PULLED PRESS_SWITCHES PRESS_SLOW_UP WELD_TIMEOUT
REACTION = _reactions()


# Off-delay, s: its cause must have been gone so long, or the event not have come again. On-delays
# are those of `supervision`.
OFF_S = {AIR_LOW: 2, REGISTRATION_WARN: 10, PIECE_EXTRA: 10}


def _groups(runs):
    """Group by code: the first of each that stops the machine is its first-out."""
    table = b""
    for run in runs:
        table += bytes((run & 7,)) * (run >> 3)
    return table


# A run of codes, from 0 up, is three octal digits: how many, and last their group.
GROUP = _groups(
    b"\120"  # 0 safety and control
    b"\011\025\016"  # 1 air: AIR_LOW; 5 web: WEB_BREAK FEED_DRIVE_FAULT; 6 belt: BELT_DRIVE_FAULT
    b"\064"  # 4 horn and generator, from GEN_OVERLOAD
    b"\112"  # 2 mold, from MOLD_MISSING
    b"\063\054"  # 3 press, from PRESS_SWITCHES; 4 from REJECTS_IN_A_ROW
    b"\125\126\127"  # 5 from FEED_LATE; 6 from BELT_SLOW; 7 sequences, from STROKE_LATE
    b"\124\175\316\100"  # 4 from 70; 5 from 80; 6 from 95; 0 from 120
)

del _reactions, _groups  # they have done what they are for
