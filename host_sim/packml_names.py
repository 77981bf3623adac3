"""Names of PackML states, commands and modes, for people. The board knows the numbers only.

Source of the numbers: PackTags of ISA-TR88.00.02; modes 4 .. 7 from the OPC 30060 unit guide.
"""

from __future__ import annotations

from typing import Final

STATE_NAMES: Final[tuple[str, ...]] = (
    "Undefined",
    "Clearing",
    "Stopped",
    "Starting",
    "Idle",
    "Suspended",
    "Execute",
    "Stopping",
    "Aborting",
    "Aborted",
    "Holding",
    "Held",
    "Unholding",
    "Suspending",
    "Unsuspending",
    "Resetting",
    "Completing",
    "Complete",
)
"""Name of each state, indexed by its number."""

COMMAND_NAMES: Final[tuple[str, ...]] = (
    "None",
    "Reset",
    "Start",
    "Stop",
    "Hold",
    "Unhold",
    "Suspend",
    "Unsuspend",
    "Abort",
    "Clear",
    "Complete",
)
"""Name of each command, indexed by its number."""

MODE_NAMES: Final[tuple[str, ...]] = (
    "Invalid",
    "Produce",
    "Maintenance",
    "Manual",
    "Change over",
    "Clean",
    "Set up",
    "Empty out",
)
"""Name of each mode, indexed by its number. Invalid and Clean do not exist on this machine."""

PARAMETER_NAMES: Final[tuple[tuple[str, str], ...]] = (
    ("Pitch", "µm"),
    ("Weld energy", "mJ"),
    ("Longest shot", "µs"),
    ("Hold", "µs"),
    ("Amplitude", "permille"),
)
"""Name and unit of each PackTag Status.Parameter[n], indexed by n."""


def state_name(state: int) -> str:
    """Name of a state; a number outside the standard is shown as it is."""
    return _name(STATE_NAMES, state)


def command_name(command: int) -> str:
    """Name of a command; a number outside the standard is shown as it is."""
    return _name(COMMAND_NAMES, command)


def mode_name(mode: int) -> str:
    """Name of a mode; a number that nobody defined is shown as it is."""
    return _name(MODE_NAMES, mode)


def _name(names: tuple[str, ...], number: int) -> str:
    return names[number] if 0 <= number < len(names) else f"#{number}"
