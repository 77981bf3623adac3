"""Why a machine stood: the first alarm's code, or one of the reasons below that are no alarm."""

from controller import modes, packml
from host_sim.packml_names import mode_name
from host_sim.trace_diff import ALARMS

# Causes that are no alarm are below 0.
ORDERED = -1  # somebody stopped it: operator, line, link
NEIGHBOUR = -2  # starved or blocked: it was suspended
COMPLETE = -3  # the order was complete
POWER = -4  # the controller started anew
_MODE = -100  # less the number of the unit mode that it was in

PLANNED_MODES = (modes.CHANGE_OVER, modes.SET_UP, modes.MAINTENANCE, modes.EMPTY_OUT)
"""Unit modes in which a machine stands because somebody planned it."""
SETUP_MODES = (modes.CHANGE_OVER, modes.SET_UP)
SCRAP_MODES = (modes.SET_UP, modes.MAINTENANCE)
"""Unit modes whose pieces are no production."""
PLANNED_ALARMS = frozenset(("ROLL_CHANGE", "ROLL_END", "BATCH_END", "ORDER_END"))
"""Alarms that only ask for what was planned, by name; a machine need not have all of them."""
BY_PEOPLE = frozenset(("SAFETY_OPEN", "GUARD_OPEN"))
"""Alarms that somebody causes by opening something: stops, but no failures of the machine."""

_NAMES = {
    ORDERED: "ordered stop",
    NEIGHBOUR: "starved or blocked",
    COMPLETE: "order complete",
    POWER: "controller started anew",
}


def by_state(state: int) -> int:
    """What a stop without an alarm was for, by the first state after Execute."""
    if state == packml.SUSPENDING:
        return NEIGHBOUR
    return COMPLETE if state == packml.COMPLETING else ORDERED


def by_mode(mode: int) -> int:
    """The cause that a planned unit mode is."""
    return _MODE - mode


def is_setup(cause: int) -> bool:
    """Is it a change of molds, or setting up after one?"""
    return _MODE - cause in SETUP_MODES


def is_planned(cause: int) -> bool:
    """Was the stop planned?"""
    return cause <= _MODE or cause == COMPLETE or ALARMS.get(cause) in PLANNED_ALARMS


def is_failure(cause: int) -> bool:
    """Did the machine itself fail, if the stop is long enough to be one?"""
    return cause > 0 and not is_planned(cause) and ALARMS.get(cause) not in BY_PEOPLE


def cause_name(cause: int) -> str:
    """Name of a cause, for people."""
    if cause <= _MODE:
        return f"mode {mode_name(_MODE - cause)}"
    if cause > 0:
        return f"{cause} {ALARMS[cause]}" if cause in ALARMS else f"alarm {cause}"
    return _NAMES.get(cause, f"cause {cause}")
