"""In which state of ISA-18.2 an alarm is, and putting it away for a time. Called by tags and link.

What is put away neither shows nor reacts, and its interlock stays. It comes back by itself, by
hand, and at power-up: nothing of it is kept.
"""

from micropython import const

from controller import events
from controller.alarm_codes import REACT_HOLD, REACTION
from controller.alarm_flags import ACTIVE, CAUSE, DESIGN, HIDDEN, KNOWN, OUT, SHELF, STANDING
from controller.roles import SUPERVISOR, TECHNICIAN

NORMAL = const(0)
UNACKED = const(1)
ACKED = const(2)
LATCHED_UNACKED = const(3)  # its cause has gone, but it stopped the machine
LATCHED_ACKED = const(4)  # it waits for the reset alone
RETURNED = const(5)  # a warning: its cause has gone, nobody has acknowledged it
SHELVED = const(6)
SUPPRESSED = const(7)
RETIRED = const(8)  # out of service

_MOST = const(480)  # minutes


def alarm_state(code, flags):
    """The state of an alarm."""
    if flags & HIDDEN:
        return RETIRED if flags & OUT else SHELVED
    if not flags & ACTIVE:
        return SUPPRESSED if flags & DESIGN else NORMAL
    state = ACKED if flags & KNOWN else UNACKED
    if flags & STANDING:
        return state
    return state + 2 if REACTION[code] else RETURNED


def shelve(alarms, now, code, minutes, role):
    """In the scan: shelve an alarm, at most 480 minutes; -1: out of service; 0: back from either.

    False: refused. What stops or aborts, safety before all, is never put away.
    """
    flags = alarms.flags[code]
    if (
        role < (SUPERVISOR if minutes < 0 or flags & OUT else TECHNICIAN)
        or REACTION[code] > REACT_HOLD
        or minutes > _MOST
        or not (minutes or flags & HIDDEN)
    ):
        return False
    if minutes:
        alarms.flags[code] = flags & (CAUSE | DESIGN) | (OUT if minutes < 0 else SHELF)
        minutes = max(minutes, 0)
        alarms.look_in(code, minutes * 60 or 1)
        alarms.bus.put(now, events.SHELVED, code | role << 8 | minutes << 12)
        alarms.poke()
    else:
        alarms.show(now, code, role)
    return True
