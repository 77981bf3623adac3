"""PackML states of ISA-TR88.00.02: which state follows which. Called by app, in the scan.

Pure decisions: no time, no journal, no texts. The numbers are those of the PackTags. The commands
follow the 2022 edition: Hold is also taken in Suspended, Complete also in Held and Suspended.
"""

from micropython import const

from controller import modes

UNDEFINED = const(0)
CLEARING = const(1)
STOPPED = const(2)
STARTING = const(3)
IDLE = const(4)
SUSPENDED = const(5)
EXECUTE = const(6)
STOPPING = const(7)
ABORTING = const(8)
ABORTED = const(9)
HOLDING = const(10)
HELD = const(11)
UNHOLDING = const(12)
SUSPENDING = const(13)
UNSUSPENDING = const(14)
RESETTING = const(15)
COMPLETING = const(16)
COMPLETE = const(17)

CMD_RESET = const(1)
CMD_START = const(2)
CMD_STOP = const(3)
CMD_HOLD = const(4)
CMD_UNHOLD = const(5)
CMD_SUSPEND = const(6)
CMD_UNSUSPEND = const(7)
CMD_ABORT = const(8)
CMD_CLEAR = const(9)
CMD_COMPLETE = const(10)

# Bit masks over states
ACTING = const(
    1 << CLEARING
    | 1 << STARTING
    | 1 << EXECUTE
    | 1 << STOPPING
    | 1 << ABORTING
    | 1 << HOLDING
    | 1 << UNHOLDING
    | 1 << SUSPENDING
    | 1 << UNSUSPENDING
    | 1 << RESETTING
    | 1 << COMPLETING
)
# ready to run, running, or between: the machine may move by itself
STARTED = const(
    1 << STARTING
    | 1 << IDLE
    | 1 << SUSPENDED
    | 1 << EXECUTE
    | 1 << HOLDING
    | 1 << HELD
    | 1 << UNHOLDING
    | 1 << SUSPENDING
    | 1 << UNSUSPENDING
    | 1 << COMPLETING
)
# on the way to Execute
SETTING_OUT = const(1 << STARTING | 1 << UNHOLDING | 1 << UNSUSPENDING)

_COMMANDS = const(10)
_STATES = const(18)

# One row a state, one byte a command, the value is the state entered; 0: refused.
# Reset, Start, Stop, Hold, Unhold, Suspend, Unsuspend, Abort, Clear, Complete
_NEXT = (
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"  # Undefined
    b"\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00"  # Clearing
    b"\x0f\x00\x00\x00\x00\x00\x00\x08\x00\x00"  # Stopped
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Starting
    b"\x00\x03\x07\x00\x00\x00\x00\x08\x00\x00"  # Idle
    b"\x00\x00\x07\x0a\x00\x00\x0e\x08\x00\x10"  # Suspended
    b"\x00\x00\x07\x0a\x00\x0d\x00\x08\x00\x10"  # Execute
    b"\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00"  # Stopping
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"  # Aborting
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00"  # Aborted
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Holding
    b"\x00\x00\x07\x00\x0c\x00\x00\x08\x00\x10"  # Held
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Unholding
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Suspending
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Unsuspending
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Resetting
    b"\x00\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Completing
    b"\x0f\x00\x07\x00\x00\x00\x00\x08\x00\x00"  # Complete
)

# The state entered when the work of an acting state is done; 0 for waiting states.
_AFTER = (
    # Undefined Clearing Stopped Starting Idle Suspended
    b"\x00\x02\x00\x06\x00\x00"
    # Execute Stopping Aborting Aborted Holding Held
    b"\x10\x02\x09\x00\x0b\x00"
    # Unholding Suspending Unsuspending Resetting Completing Complete
    b"\x06\x05\x06\x04\x11\x00"
)


def next_state(state, command):
    """The state that `command` leads to from `state`, whatever the mode; 0 when it is refused."""
    if 0 <= state < _STATES and 1 <= command <= _COMMANDS:
        return _NEXT[state * _COMMANDS + command - 1]
    return UNDEFINED


def after(state):
    """The state entered when the work of `state` is complete; 0 when there is none to do."""
    return _AFTER[state] if 0 <= state < _STATES else UNDEFINED


class Unit:
    """State and mode of this machine. Power-up is an abort: only Clear leads out of it."""

    def __init__(self):
        self.state = ABORTED
        self.mode = modes.PRODUCE

    def command(self, command):
        """Take a command. False: refused, by the state or by the mode."""
        return self._enter(next_state(self.state, command))

    def complete(self):
        """The work of this state is done. False: it has none, or the mode ends here."""
        return self._enter(after(self.state))

    def change_mode(self, mode):
        """Be in `mode`. False: refused, and the mode is as it was."""
        if mode != self.mode:
            if not modes.may_change(self.mode, mode, self.state):
                return False
            self.mode = mode
        return True

    def _enter(self, state):
        # Bit 0, Undefined, is in no mode, so a refusal of the table is one of the mode as well.
        if not modes.states(self.mode) >> state & 1:
            return False
        self.state = state
        return True
