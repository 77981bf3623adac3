"""Interlocks: the last word on the outputs. They only take permission away, and never grant it.

Called once at the end of each scan. Nothing else writes Outputs.do.
"""

from micropython import const

from controller import signals as s
from controller.image import PROFILE_SLOW
from controller.modes import MANUAL

# What no single input tells
WEB_STILL = const(1 << 0)  # no move is running and the drive is in position
SHOT_OVER = const(1 << 1)  # no shot is running
NOT_LOWERING = const(1 << 2)  # PRESS_DOWN is off
MOLD_OK = const(1 << 3)  # the recipe's mold is in, identified and clamped
NO_OVERLOAD = const(1 << 4)
# The guard is closed; in Manual the jog button is held with the key, and the web only creeps
MAY_CREEP = const(1 << 5)
NO_JOG = const(1 << 6)
IN_AIR = const(1 << 7)  # the mold asks for a shot before contact, or after the weld (Bus.in_air)

_SAFE = s.SAFETY_OK | s.GUARD_CLOSED

# outputs, fast inputs that must be on, truths that must hold. PRESS_DOWN first: NOT_LOWERING
# speaks of what it was granted.
TABLE = (
    (s.PRESS_DOWN, _SAFE, WEB_STILL | MOLD_OK | NO_JOG),
    (s.PRESS_UP, _SAFE, NOT_LOWERING),
    (
        s.SONICS_ENABLE,
        _SAFE | s.PRESS_BOTTOM | s.TRIGGER,
        WEB_STILL | MOLD_OK | NO_OVERLOAD | NO_JOG,
    ),
    (s.FEED_ENABLE, s.SAFETY_OK | s.PRESS_CLEAR, SHOT_OVER | NOT_LOWERING | MAY_CREEP),
    (s.BELT_RUN | s.STATIC_BAR | s.REWIND | s.UNWIND, _SAFE, 0),
    (s.PICK | s.REJECT_GATE | s.PUSHER, _SAFE, 0),
)
# What is moving or sounding, so that its refusal is worth an alarm
MOTION = s.PRESS_DOWN | s.PRESS_UP | s.SONICS_ENABLE | s.FEED_ENABLE | s.BELT_RUN


def truths(bus, mold_ok, still):
    """The truth word, from images and mode. NOT_LOWERING is added by `permit`."""
    word = NO_JOG | MOLD_OK if mold_ok else NO_JOG
    inputs = bus.inputs
    di = inputs.di
    if bus.unit.mode != MANUAL:
        if di & s.GUARD_CLOSED:
            word |= MAY_CREEP
    elif bus.jogs():
        word ^= NO_JOG
        if bus.outputs.feed_profile == PROFILE_SLOW:
            word |= MAY_CREEP
    if still:
        word |= WEB_STILL
    if inputs.gate_done == bus.outputs.gate_no:
        word |= SHOT_OVER
    if not di & s.GEN_OVERLOADS:
        word |= NO_OVERLOAD
    return word


def permit(want, di, word):
    """What of `want` is allowed with these inputs and truths."""
    word |= NOT_LOWERING
    if word & IN_AIR and want & s.PRESS:
        di |= s.PRESS_BOTTOM | s.TRIGGER  # in air while the press moves, and at no other time
    for output, needs_di, needs in TABLE:
        if want & output:
            if di & needs_di != needs_di or word & needs != needs:
                want &= ~output
            elif output == s.PRESS_DOWN:
                word &= ~NOT_LOWERING
    return want
