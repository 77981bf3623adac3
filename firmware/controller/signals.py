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

# do: outputs. The last two are permissions of timed devices: taking one away stops its device.
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
PRESS = const(PRESS_DOWN | PRESS_UP)
