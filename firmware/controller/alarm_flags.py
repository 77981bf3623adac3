"""The flags of an alarm, one byte. Set by alarms and by who puts one away."""

from micropython import const

ACTIVE = const(1)
CAUSE = const(2)  # a part says that it stands: a reset leaves the alarm active
KNOWN = const(4)  # acknowledged
SHELF = const(8)
DESIGN = const(16)  # supervision does not look at it in this state and mode
OUT = const(32)
FADING = const(64)  # its off-delay runs: as good as standing
FIRST = const(128)  # the first-out of its group

STANDING = const(CAUSE | FADING)
HIDDEN = const(SHELF | OUT)
