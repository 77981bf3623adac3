"""Why a machine stood: the first alarm's code, or one of the reasons below that are no alarm."""

from collections.abc import Collection

from controller import modes, packml
from host_sim.packml_names import mode_name
from host_sim.trace_diff import ALARMS

# Causes that are no alarm are below 0.
ORDERED = -1  # somebody stopped it: operator, line, link
NEIGHBOUR = -2  # starved or blocked: it was suspended
COMPLETE = -3  # the order was complete
POWER = -4  # the controller started anew
ROLL = -5  # stopped to change a roll
_MODE = -100  # less the number of the unit mode that it was in

PLANNED_MODES = (modes.CHANGE_OVER, modes.SET_UP, modes.MAINTENANCE, modes.EMPTY_OUT)
"""Unit modes in which a machine stands because somebody planned it."""
SETUP_MODES = (modes.CHANGE_OVER, modes.SET_UP)
SCRAP_MODES = (modes.SET_UP, modes.MAINTENANCE)
"""Unit modes whose pieces are no production."""
ROLL_LOW = frozenset(code for code, name in ALARMS.items() if name.endswith("ROLL_LOW"))
"""Alarms that ask for a new roll: an ordered stop while one is active is for that."""
BY_PEOPLE = frozenset(("SAFETY_OPEN", "GUARD_OPEN"))
"""Alarms that somebody causes by opening something: stops, but no failures of the machine."""

_NAMES = {
    ORDERED: "ordered stop",
    NEIGHBOUR: "starved or blocked",
    COMPLETE: "order complete",
    POWER: "controller started anew",
    ROLL: "roll change",
}


def by_state(state: int, rolls: Collection[int] = ()) -> int:
    """What a stop without an alarm was for: by the first state after Execute, and by whether
    `rolls` asked to be changed.
    """
    if state == packml.SUSPENDING:
        return NEIGHBOUR
    if state == packml.COMPLETING:
        return COMPLETE
    return ROLL if rolls else ORDERED


def by_mode(mode: int) -> int:
    """The cause that a planned unit mode is."""
    return _MODE - mode


def is_setup(cause: int) -> bool:
    """Is it a change of molds, or setting up after one?"""
    return _MODE - cause in SETUP_MODES


def is_planned(cause: int) -> bool:
    """Was the stop planned?"""
    return cause <= _MODE or cause in (COMPLETE, ROLL)


def is_failure(cause: int) -> bool:
    """Did the machine itself fail, if the stop is long enough to be one?"""
    return cause > 0 and ALARMS.get(cause) not in BY_PEOPLE


def cause_name(cause: int) -> str:
    """Name of a cause, for people."""
    if cause <= _MODE:
        return f"mode {mode_name(_MODE - cause)}"
    if cause > 0:
        return f"{cause} {ALARMS[cause]}" if cause in ALARMS else f"alarm {cause}"
    return _NAMES.get(cause, f"cause {cause}")
