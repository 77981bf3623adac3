"""The weld monitor: one power sample a millisecond, in interrupt context on the board.

`sample` only adds and compares raw ADC counts; joules and percent are worked out by the horn when
the shot is over. Results may be read when the gate device has reported the end of the shot.

What happens in a shot is rows, in chains of things that can come true: time, power, contact with
the anvil, and the chain of what is due, in the order of the sum of samples. A row of the first
three that comes true is put before what is due, and is done with the next sample; one a sample.
A row's word is a cause that ends the shot, AMPLITUDE and more to set the amplitude, or one of
several criteria (ALL and its cause), of which the last one ends the shot.
"""

from micropython import const

from controller.image import END_MISSING

FULL_RAW = const(4096)  # ADC counts of the power monitor's full scale
ALL = const(2048)
NEVER = const(0x1FFFFFFF)
_TOP = const(4095)  # what is above it is the ground signal

# A row: sum of samples from which it is done, word, next that is due; next of its own chain, when
# it comes true (ms from the row before, raw power, ms of contact), and that of the next of them.
NOTHING = (NEVER, 0, None, None, NEVER, NEVER)
NO_ROWS = (NOTHING, NOTHING, NOTHING, NOTHING)


class WeldMonitor:
    def __init__(self):
        self.rows = NO_ROWS  # first of each chain: due, time, power, contact
        self.need = 0  # criteria of which the last one ends the shot
        self.part_raw = 0  # less than this at END_MISSING is no part
        # Written by the gate device when the shot has ended; of the first horn by horn itself
        self.on_us = 0
        self.end_word = 0
        self.df_hz = 0
        self.begin()

    def begin(self):
        """Start of a shot. From the gate device."""
        self.sum_raw = self.peak_raw = 0
        self.due, self.timed, self.power, self.ground = self.rows
        self.left_ms = self.timed[4]
        self.contact_ms = self.ground[4]
        self.need_left = self.need

    def ended(self, on_us, end, df_hz):
        """Result of a horn beside the first, or of one whose frequency is known. Before a scan."""
        self.on_us = on_us
        self.end_word = end
        self.df_hz = df_hz

    def sample(self, raw):
        """Take one sample, 0 .. 4095, and 4096 more while the horn touches the anvil.

        Not 0: below AMPLITUDE, end the shot for this cause; else be at that amplitude from now on.
        """
        ground = raw > _TOP
        if ground:
            raw &= _TOP
        total = self.sum_raw + raw
        self.sum_raw = total
        left = self.left_ms - 1
        self.left_ms = left
        if raw > self.peak_raw:
            self.peak_raw = raw
            row = self.power
            if raw >= row[4]:
                while raw >= row[4]:
                    row[2] = self.due  # pyright: ignore - a list, as every row but NOTHING
                    self.due = row
                    row = row[3]
                self.power = row
                return 0
        due = self.due
        if total >= due[0]:
            self.due = due[2]
            word = due[1]
            if word < ALL:
                return 0 if word == END_MISSING and total >= self.part_raw else word
            left = self.need_left - 1
            self.need_left = left
            return 0 if left else word - ALL
        if left <= 0:  # below: another row was done meanwhile
            row = self.timed
            self.timed = row[3]
            self.left_ms = row[5]
            row[2] = due  # pyright: ignore
            self.due = row
        elif ground:
            left = self.contact_ms - 1
            self.contact_ms = left
            if not left:
                row = self.ground  # one, and it does not come true again
                row[2] = due  # pyright: ignore
                self.due = row
        return 0


def raw_of_mj(mj, full_scale_w):
    """Sum of 1 ms samples that makes `mj`. One watt for one sample is one millijoule."""
    whole = mj // full_scale_w
    return whole * FULL_RAW + (mj - whole * full_scale_w) * FULL_RAW // full_scale_w


def mj_of_raw(raw, full_scale_w):
    """Energy in mJ of a sum of 1 ms samples."""
    whole = raw // FULL_RAW
    return whole * full_scale_w + (raw - whole * FULL_RAW) * full_scale_w // FULL_RAW
