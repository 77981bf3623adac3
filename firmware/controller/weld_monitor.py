"""The weld monitor: one power sample a millisecond, in interrupt context on the board.

`sample` only adds and compares raw ADC counts; joules and percent are worked out by the horn when
the shot is over. Results may be read when the gate device has reported the end of the shot.

What happens in a shot is rows of (threshold, word, next row), one chain each for time in ms, sum
of samples, power, and ms of contact with the anvil. A row whose threshold is reached is used up
and its word is done, one a sample: a cause ends the shot; AMPLITUDE and more sets the amplitude;
a criterion of several (ALL << kind | cause) ends it when all of `need` are met.
"""

from micropython import const

from controller.image import AMPLITUDE, END_MISSING

FULL_RAW = const(4096)  # ADC counts of the power monitor's full scale
ALL = const(2048)
NEVER = const(0x3FFFFFFF)
_TOP = const(4095)  # what is above it is the ground signal

NOTHING = (NEVER, 0, None)
NO_ROWS = (NOTHING, NOTHING, NOTHING, NOTHING)


class WeldMonitor:
    def __init__(self):
        self.rows = NO_ROWS  # first of each chain: time, energy, power, ground
        self.need = 0
        self.part_raw = 0  # less than this at the time of END_MISSING is no part
        # Written by the gate device when the shot has ended; of the first horn by horn itself
        self.on_us = 0
        self.end_word = 0
        self.df_hz = 0
        self.begin()

    def begin(self):
        """Start of a shot. From the gate device."""
        self.n = self.sum_raw = self.peak_raw = self.met = self.contact = 0
        self.timed, self.energy, self.power, self.ground = self.rows

    def ended(self, on_us, end, df_hz):
        """Result of a horn beside the first, or of one whose frequency is known. Before a scan."""
        self.on_us = on_us
        self.end_word = end
        self.df_hz = df_hz

    def sample(self, raw):
        """Take one sample, 0 .. 4095, and 4096 more while the horn touches the anvil.

        Not 0: below AMPLITUDE, end the shot for this cause; else be at that amplitude from now on.
        """
        if raw > _TOP:
            raw &= _TOP
            self.contact += 1
        n = self.n + 1
        self.n = n
        total = self.sum_raw + raw
        self.sum_raw = total
        if raw > self.peak_raw:
            self.peak_raw = raw
        row = self.energy
        if total >= row[0]:
            self.energy = row[2]
        else:
            row = self.timed
            if n >= row[0]:
                self.timed = row[2]
            else:
                row = self.power
                if raw >= row[0]:
                    self.power = row[2]
                else:
                    row = self.ground
                    if self.contact < row[0]:
                        return 0
                    self.ground = row[2]
        word = row[1]
        if word >= ALL:
            met = self.met | word
            self.met = met
            return 0 if self.need & ~met else word & (AMPLITUDE - 1)
        return 0 if word == END_MISSING and total >= self.part_raw else word


def raw_of_mj(mj, full_scale_w):
    """Sum of 1 ms samples that makes `mj`. One watt for one sample is one millijoule."""
    whole = mj // full_scale_w
    return whole * FULL_RAW + (mj - whole * full_scale_w) * FULL_RAW // full_scale_w


def mj_of_raw(raw, full_scale_w):
    """Energy in mJ of a sum of 1 ms samples."""
    whole = raw // FULL_RAW
    return whole * full_scale_w + (raw - whole * FULL_RAW) * full_scale_w // FULL_RAW
