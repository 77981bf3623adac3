"""Records of welds: results, limits on them, verdict, and the counters of each stack.

Called by horn: `load` in idle context, `ended` in the scan when a weld is over, `count` when any
shot is. A limit is a row of (place of the value, reason bit, reject below, reject above, suspect
below, suspect above).
"""

from array import array

from micropython import const

from controller import events
from controller import signals as s
from controller.alarm_codes import REJECT_RESET, REJECTS_IN_A_ROW
from controller.image import END_MAX, END_TIME
from controller.weld_monitor import FULL_RAW, mj_of_raw

GOOD = const(0)
SUSPECT = const(1)
REJECT = const(2)

# Reason bits of a verdict that is not good
BY_TIME = const(1)
BY_ENERGY = const(2)
BY_PEAK = const(4)
BY_CUT = const(8)  # cut short: overload, stop, denied, missing part, a cut-off
BY_MAX = const(16)  # the maximum-on cut-off ended it
BY_PLACE = const(32)  # welded on a web that was out of register
BY_FREQUENCY = const(64)
BY_TRIGGER = const(128)  # time from bottom to trigger force
BY_LOWER = const(256)  # time from top to bottom
BY_SETUP = const(512)  # a piece of set-up is scrap

# Places of the values
DF_HZ = const(3)
TRIGGER_US = const(4)
LOWER_US = const(5)

_MOST = const(0x3FFFFFFF)
_CUT = const(0b111001110000)  # ends that are no end of a weld as it was set, by bit


class WeldRecord:
    def __init__(self, bus, machine, tracker, monitors):
        self.bus = bus
        self.full_scale_w = machine["generator.full_scale_w"]
        self.knows_df = machine["generator.f0_hz"]
        self.tracker = tracker
        self.monitors = monitors
        self.values = array("i", bytes(24))
        self.stack = array("i", bytes(12 * len(monitors)))  # shots, s on, and ms below a s of each
        self.rejects = 0  # in a row
        self.at = 0  # horns whose record of this weld is made
        self.worst = bytearray(2)  # of those, by lane
        self.on_us = 0

    def load(self, mold, most_us):
        """`most_us`: the gate's time, where that is a cut-off and no end as set."""

        def of(name):
            return mold["limits." + name]

        self.most_us = most_us
        us = mold["weld.time_ms"] * 10  # a hundredth
        mj = mold["weld.energy_j"] * 10
        reject, suspect = mj * of("energy_reject_pc"), mj * of("energy_suspect_pc")
        mj *= 100
        early = us * (100 - (of("time_suspect_pc") or 400))
        late = 200 * us - early
        low, high = of("peak_suspect_min_pc") * 10, of("peak_suspect_max_pc") * 10
        self.limits = [
            (0, BY_TIME, us * of("time_min_pc"), us * of("time_max_pc"), early, late),
            (1, BY_ENERGY, mj - reject, mj + reject, mj - suspect, mj + suspect),
            (2, BY_PEAK, of("peak_min_pc") * 10, of("peak_max_pc") * 10, low, high),
        ]
        at = DF_HZ
        for name in ("df_%s_hz", "trigger_%s_ms", "lower_%s_ms"):  # 0: no limit
            scale = 1 if at == DF_HZ else 1000
            reject = of(name % "reject") * scale or _MOST
            suspect = of(name % "suspect") * scale or _MOST
            if reject & suspect != _MOST:
                bit = BY_FREQUENCY << at - DF_HZ
                self.limits.append((at, bit, -reject, reject, -suspect, suspect))
            at += 1
        self.rejects_most = of("rejects_in_a_row")
        self.reset_required = of("reset_required")

    def count(self):
        """Another shot of each stack that was on."""
        stack = self.stack
        at = 0
        for monitor in self.monitors:
            on_us = monitor.on_us
            if on_us:
                stack[at] += 1
                ms = stack[at + 2] + on_us // 1000
                stack[at + 1] += ms // 1000
                stack[at + 2] = ms % 1000
            at += 3

    def ended(self, now, reasons):
        """The record of one horn of a weld; the worst is the verdict of the piece, and on two
        lanes the first half of the horns welds the left one. `reasons`: it is a reject for these
        anyway. False: there are more, each for a scan of its own."""
        bus = self.bus
        monitor = self.monitors[self.at]
        if self.at:
            bus.put(now, events.WELD_HORN, self.at + 1)
        worst = self.worst
        lane = self.at * self.tracker.lanes // len(self.monitors)
        worst[lane] = max(worst[lane], self._record(now, monitor, reasons))
        on_us = self.on_us = self.on_us | monitor.on_us
        self.at += 1
        if self.at < len(self.monitors):
            return False
        self.at = self.on_us = 0
        left, right = worst
        worst[0] = worst[1] = 0
        if on_us:
            self.tracker.made(now, left, right if lane else -1)
        self._judge(now, max(left, right), reasons)
        return True

    def _judge(self, now, worst, reasons):
        bus = self.bus
        bit = s.WELD_REJECT if worst == REJECT else s.WELD_SUSPECT if worst else 0
        bus.want = bus.want & ~s.WELD_VERDICTS | bit
        if reasons & BY_SETUP:
            return
        if worst != REJECT:
            self.rejects = 0
            return
        if self.reset_required:
            bus.alarms.raise_(now, REJECT_RESET)
        self.rejects += 1
        if self.rejects >= self.rejects_most:
            self.rejects = 0
            bus.alarms.raise_(now, REJECTS_IN_A_ROW)

    def _record(self, now, monitor, reasons):
        put = self.bus.put
        values = self.values
        end = monitor.end_word
        values[0] = on_us = monitor.on_us
        values[1] = mj = mj_of_raw(monitor.sum_raw, self.full_scale_w)
        values[2] = peak_pm = monitor.peak_raw * 1000 // FULL_RAW
        values[DF_HZ] = monitor.df_hz
        if end == END_TIME and on_us >= self.most_us:
            end = END_MAX
            reasons |= BY_MAX
        elif _CUT >> end & 1:
            reasons |= BY_CUT
        suspect = 0
        for at, bit, least, most, low, high in self.limits:
            value = values[at]
            if value < least or value > most:
                reasons |= bit
            elif value < low or value > high:
                suspect |= bit
        verdict = REJECT if reasons else SUSPECT if suspect else GOOD
        put(now, events.WELD_US, on_us)
        put(now, events.WELD_MJ, mj)
        put(now, events.WELD_PEAK_PM, peak_pm)
        if self.knows_df:
            put(now, events.WELD_DF_HZ, monitor.df_hz)
        put(now, events.WELD_VERDICT, verdict | (reasons or suspect) << 4)
        put(now, events.WELD_END, end)
        return verdict
