"""All digital inputs and outputs, and their bits. Read by every part and by HALs.

Inputs come in two words: `di` for what must be seen at once (direct pins), `dx` for what may come
over a shift-register chain. Logic is positive: 1 means what the name says; HALs do the inverting.
"""

from micropython import const

# di: fast inputs
SAFETY_OK = const(1 << 0)  # the safety relay is closed (monitored only)
GUARD_CLOSED = const(1 << 1)  # the guard is closed (monitored only)
PRESS_TOP = const(1 << 2)
PRESS_CLEAR = const(1 << 3)  # at or above the height at which the web may move
PRESS_BOTTOM = const(1 << 4)
TRIGGER = const(1 << 5)  # trigger force reached
GEN_READY = const(1 << 6)
GEN_OVERLOAD = const(1 << 7)
FEED_READY = const(1 << 8)  # feed drive enabled and without fault
FEED_IN_POS = const(1 << 9)  # feed drive within its in-position window
PIECE_EYE = const(1 << 10)  # blocked by a piece
WEB_OK = const(1 << 11)  # no web break
AIR_OK = const(1 << 12)  # supply pressure above its switch
# Those of machines with options
PRE_TRIGGER = const(1 << 13)  # distance switch: the horn is about to touch
GROUND = const(1 << 14)  # a horn touches the anvil: ground detect of the generators
GEN2_READY = const(1 << 15)  # generators of the second to fourth horn
GEN2_OVERLOAD = const(1 << 16)
GEN3_READY = const(1 << 17)
GEN3_OVERLOAD = const(1 << 18)
GEN4_READY = const(1 << 19)
GEN4_OVERLOAD = const(1 << 20)
PIECE_EYE2 = const(1 << 21)  # blocked by a piece of the right lane, beside PIECE_EYE
REJECT_EYE = const(1 << 22)  # behind the reject gate: sees what was rejected; the last of 23

# dx: slow inputs
BTN_START = const(1 << 0)
BTN_STOP = const(1 << 1)
BTN_RESET = const(1 << 2)
BTN_JOG = const(1 << 3)
KEY_SERVICE = const(1 << 4)  # key switch: service modes permitted
MOLD_CLAMPED = const(1 << 5)
MOLD_ID_SHIFT = const(6)  # five coded bits ...
MOLD_ID_MASK = const(0x1F << 6)
MOLD_PARITY = const(1 << 11)  # ... and odd parity over them and itself
BELT_READY = const(1 << 12)  # belt drive without fault
# Those of stations that a machine may have
ROLL_LOW = const(1 << 13)  # little web is left on the upper unwind
ROLL2_LOW = const(1 << 14)  # on the lower one
DANCER_HIGH = const(1 << 15)  # upper dancer: much web in store
DANCER_LOW = const(1 << 16)  # little web in store
DANCER2_HIGH = const(1 << 17)
DANCER2_LOW = const(1 << 18)
SPLICE = const(1 << 19)  # a splice passes its sensor
STATIC_OK = const(1 << 20)  # high voltage of the static bar is there
WASTE_OK = const(1 << 21)  # waste web is not broken
PICK_HELD = const(1 << 22)  # vacuum of the pick: it holds a piece
STACK_HOME = const(1 << 23)  # pusher of the stacker is back
STACK_FULL = const(1 << 24)  # no room behind the stacker
UPSTREAM_OK = const(1 << 25)  # the line before delivers
DOWNSTREAM_OK = const(1 << 26)  # the line behind takes

# do: outputs. SONICS_ENABLE and FEED_ENABLE are permissions of timed devices: taking one away
# stops its device.
PRESS_DOWN = const(1 << 0)
PRESS_UP = const(1 << 1)
GEN_RESET = const(1 << 2)
BELT_RUN = const(1 << 3)
STATIC_BAR = const(1 << 4)
REWIND = const(1 << 5)
LIGHT_RED = const(1 << 6)
LIGHT_AMBER = const(1 << 7)
LIGHT_GREEN = const(1 << 8)
BUZZER = const(1 << 9)
SONICS_ENABLE = const(1 << 10)
FEED_ENABLE = const(1 << 11)
UNWIND = const(1 << 12)  # drives of the unwinds follow their dancers; off: brakes hold
ROLL_CHANGE = const(1 << 13)  # asks for a new roll
PICK = const(1 << 14)  # vacuum of the takeaway pick
REJECT_GATE = const(1 << 15)
PUSHER = const(1 << 16)  # of the stacker
BATCH_DONE = const(1 << 17)  # to the packer: a batch is complete
WELD_SUSPECT = const(1 << 18)  # verdict of the last weld
WELD_REJECT = const(1 << 19)
PRESS = const(PRESS_DOWN | PRESS_UP)
WELD_VERDICTS = const(WELD_SUSPECT | WELD_REJECT)
GEN_OVERLOADS = const(GEN_OVERLOAD | GEN2_OVERLOAD | GEN3_OVERLOAD | GEN4_OVERLOAD)
