"""Decisions of the start: run, safe mode, or hold after crashes. Pure; called by run, idle.

A crash is a run that ended by an exception, or that nobody ended: the watchdog did, or a reset.
Switching the power off is no crash, and one that has come back begins anew: somebody was there.
"""

from micropython import const

from controller import modes, packml

RUN = const(0)
SAFE = const(1)  # the safe-mode pin asks for it
HOLD = const(2)  # crashes in a row

CRASHES_MOST = const(3)
PROVEN_MS = const(600000)  # a run as long as this had no fault of its start

_RESTING = 1 << packml.STOPPED | 1 << packml.ABORTED
_AT_REST = _RESTING | 1 << packml.IDLE | 1 << packml.COMPLETE


def crashes_before(crashes, running, power_on):
    """Crashes in a row before this start. `running`: the last run was not ended by anybody."""
    if power_on:
        return 0
    return crashes + 1 if running else crashes


def choose(crashes, safe_pin):
    """RUN, SAFE or HOLD."""
    if safe_pin:
        return SAFE
    return HOLD if crashes >= CRASHES_MOST else RUN


def crashes_after(crashes, ran_ms):
    """Crashes in a row after one more, at the end of a run of `ran_ms` (below 0: days)."""
    return crashes + 1 if 0 <= ran_ms < PROVEN_MS else 1


def in_service(state, mode):
    """Is this a state in which somebody may take the machine for service, by Ctrl-C?"""
    return mode != modes.PRODUCE or _AT_REST >> state & 1 == 1
