"""The weld monitor: one power sample a millisecond, in interrupt context on the board.

`sample` only adds and compares raw ADC counts; joules and percent are worked out by the horn when
the shot is over. Results may be read when the gate device has reported the end of the shot.
"""

from controller.image import END_ENERGY

FULL_RAW = 4096  # ADC counts of the power monitor's full scale


class WeldMonitor:
    def __init__(self):
        self.stop_raw = 0  # sum of samples at which the shot ends; 0: never by energy
        self.sum_raw = 0
        self.peak_raw = 0
        self.cause = 0

    def begin(self):
        """Start of a shot. From the gate device."""
        self.sum_raw = 0
        self.peak_raw = 0
        self.cause = 0

    def sample(self, raw):
        """Take one sample, 0 .. 4095. Not 0: end the shot now, for this cause."""
        total = self.sum_raw + raw
        self.sum_raw = total
        if raw > self.peak_raw:
            self.peak_raw = raw
        if total >= self.stop_raw and self.stop_raw:
            self.cause = END_ENERGY
            return END_ENERGY
        return 0


def raw_of_mj(mj, full_scale_w):
    """Sum of 1 ms samples that makes `mj`. One watt for one sample is one millijoule."""
    whole = mj // full_scale_w
    return whole * FULL_RAW + (mj - whole * full_scale_w) * FULL_RAW // full_scale_w


def mj_of_raw(raw, full_scale_w):
    """Energy in mJ of a sum of 1 ms samples."""
    whole = raw // FULL_RAW
    return whole * full_scale_w + (raw - whole * FULL_RAW) * full_scale_w // FULL_RAW
