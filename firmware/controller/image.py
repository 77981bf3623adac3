"""The input image that a HAL fills before a scan and the output image it applies after one.

All fields are integers below 2**30. A device action (a shot, a move, a service) is asked for by
raising its number; the HAL echoes the number in the input image when the action has ended, for
whatever reason. So a request is never lost, never doubled, and a replay needs the images alone.
"""

from micropython import const

# Why a shot ended (Inputs.gate_end)
END_NONE = const(0)
END_TIME = const(1)  # the set time, in weld by time
END_ENERGY = const(2)  # the set energy, in weld by energy
END_MAX = const(3)  # the maximum-on cut-off
END_OVERLOAD = const(4)  # the generator reported overload; the device dropped the gate
END_STOP = const(5)  # SONICS_ENABLE was taken away
END_DENIED = const(6)  # fired without SONICS_ENABLE: no shot was given
END_PEAK = const(7)  # the set peak power
END_GROUND = const(8)  # the horn touched the anvil: the seam is cut through
END_MISSING = const(9)  # too little energy for a part
END_PEAK_CUT = const(10)  # cut-off at too much power
END_GROUND_CUT = const(11)  # cut-off at contact with the anvil

# The monitor's word for an amplitude: this and the permille; below it is the end of the shot
AMPLITUDE = const(32)

# Which acceleration profile a move uses (Outputs.feed_profile)
PROFILE_INDEX = const(0)
PROFILE_TRIM = const(1)
PROFILE_SLOW = const(2)


class Inputs:
    """What the machine says. Filled by the HAL; parts only read it."""

    def __init__(self):
        self.di = 0  # fast inputs, signals.DI
        self.dx = 0  # slow inputs, signals.DX
        self.devices = 0  # rises (and wraps at 2**15) whenever a field below changes other than
        #                   web_pos, belt_pos and eye_pos (whose news is PIECE_EYE)
        self.gate_done = 0  # number of the last shot that ended
        self.gate_on_us = 0  # how long it was on, exact to one device clock
        self.gate_end = END_NONE  # END_TIME: the device's own time ran out; the monitor knows more
        self.feed_done = 0  # number of the last move that ended (arrived or stopped)
        self.web_pos = 0  # web encoder, counts, ring of 2**30
        self.mark_no = 0  # number of registration marks seen, wraps at 2**15
        self.mark_pos = 0  # web_pos latched at the last mark
        self.belt_pos = 0  # belt encoder, counts, ring of 2**30
        self.eye_pos = 0  # belt_pos latched at the last edge of the piece eye, either way
        self.service_done = 0  # number of the last housekeeping that ended
        self.command_no = 0  # rises with each command from outside (link, tests)
        self.command = 0  # PackML command 1 .. 10, or 0 for none
        self.mode = 0  # wished PackML mode, or 0 to leave it as it is


class Outputs:
    """What the controller wants done. Written by `interlocks` and the device requests only."""

    def __init__(self):
        self.do = 0  # outputs and permissions, signals.DO
        self.gate_no = 0  # shot number, wraps at 2**15
        self.gate_max_us = 0  # hard maximum of this shot
        self.amplitude_pm = 0  # amplitude, permille
        self.feed_no = 0  # move number, wraps at 2**15
        self.feed_steps = 0  # steps of this move, forward only
        self.feed_profile = PROFILE_INDEX
        self.belt_pm = 0  # belt drive set-point, permille of its top speed
        self.service_no = 0  # housekeeping number: collect garbage, drain the journal
