"""The horn: fires a shot, and makes the record of every shot that ended, for whatever reason.

Visited in the scan when a device field changes; fire, held and ready are rows of tables.
"""

from micropython import const

from controller import events, image
from controller import signals as s
from controller.alarm_codes import REJECTS_IN_A_ROW
from controller.part import Part
from controller.weld_monitor import FULL_RAW, WeldMonitor, mj_of_raw, raw_of_mj

GOOD = const(0)
SUSPECT = const(1)
REJECT = const(2)

# Reason bits of a verdict that is not good
BY_TIME = const(1)
BY_ENERGY = const(2)
BY_PEAK = const(4)
BY_CUT = const(8)  # cut short: overload, stop, denied
BY_MAX = const(16)  # the maximum-on cut-off ended it
BY_PLACE = const(32)  # welded on a web that was out of register


class Horn(Part):
    watch_devices = True

    def __init__(self, bus, machine, feed, tracker):
        Part.__init__(self, bus)
        self.full_scale_w = machine["generator.full_scale_w"]
        self.feed = feed
        self.tracker = tracker
        self.monitor = WeldMonitor()
        self.welding = False  # a shot was fired and its record not yet made
        self.rejects = 0  # in a row
        self.welds = 0

    def load(self, mold):
        time_us = mold["weld.time_ms"] * 1000
        energy_mj = mold["weld.energy_j"] * 1000
        self.by_energy = mold["weld.mode"] == "energy"
        self.hold_us = mold["weld.hold_ms"] * 1000
        self.time_least_us = time_us // 100 * mold["limits.time_min_pc"]
        self.time_most_us = time_us // 100 * mold["limits.time_max_pc"]
        self.shot_us = self.time_most_us if self.by_energy else time_us
        self.energy_mj = energy_mj
        self.suspect_mj = energy_mj // 100 * mold["limits.energy_suspect_pc"]
        self.reject_mj = energy_mj // 100 * mold["limits.energy_reject_pc"]
        self.peak_least_pm = mold["limits.peak_min_pc"] * 10
        self.peak_most_pm = mold["limits.peak_max_pc"] * 10
        self.rejects_most = mold["limits.rejects_in_a_row"]
        self.monitor.stop_raw = raw_of_mj(energy_mj, self.full_scale_w) if self.by_energy else 0
        self.bus.outputs.amplitude_pm = mold["weld.amplitude_pc"] * 10

    def fire(self, now):
        out = self.bus.outputs
        out.gate_max_us = self.shot_us
        out.gate_no = (out.gate_no + 1) & 0x7FFF
        self.bus.want |= s.SONICS_ENABLE
        self.welding = True

    def finished(self, now):
        return not self.welding

    def ready(self, now):
        return self.bus.inputs.di & (s.GEN_READY | s.GEN_OVERLOAD) == s.GEN_READY

    def scan(self, now):
        inputs = self.bus.inputs
        if self.welding and inputs.gate_done == self.bus.outputs.gate_no:
            self.welding = False
            self.bus.want &= ~s.SONICS_ENABLE
            self._record(now, inputs.gate_on_us, self._end(inputs.gate_end))

    def _end(self, end):
        if end == image.END_TIME and self.by_energy:
            return image.END_MAX
        return end

    def _record(self, now, on_us, end):
        monitor = self.monitor
        mj = mj_of_raw(monitor.sum_raw, self.full_scale_w)
        peak_pm = monitor.peak_raw * 1000 // FULL_RAW
        reasons = self._reasons(on_us, mj, peak_pm, end)
        if reasons:
            verdict = REJECT
        elif abs(mj - self.energy_mj) > self.suspect_mj:
            verdict = SUSPECT
            reasons = BY_ENERGY
        else:
            verdict = GOOD
        bus = self.bus
        bus.put(now, events.WELD_US, on_us)
        bus.put(now, events.WELD_MJ, mj)
        bus.put(now, events.WELD_PEAK_PM, peak_pm)
        bus.put(now, events.WELD_VERDICT, verdict | reasons << 4)
        bus.put(now, events.WELD_END, end)
        if on_us:
            self.welds += 1
            self.tracker.made(now, verdict)
        self._count_rejects(now, verdict)

    def _reasons(self, on_us, mj, peak_pm, end):
        reasons = 0
        if not self.time_least_us <= on_us <= self.time_most_us:
            reasons |= BY_TIME
        if abs(mj - self.energy_mj) > self.reject_mj:
            reasons |= BY_ENERGY
        if not self.peak_least_pm <= peak_pm <= self.peak_most_pm:
            reasons |= BY_PEAK
        if end == image.END_MAX:
            reasons |= BY_MAX
        elif end > image.END_MAX:
            reasons |= BY_CUT
        if self.feed.off_register:
            reasons |= BY_PLACE
        return reasons

    def _count_rejects(self, now, verdict):
        if verdict != REJECT:
            self.rejects = 0
            return
        self.rejects += 1
        if self.rejects >= self.rejects_most:
            self.rejects = 0
            self.bus.alarms.raise_(now, REJECTS_IN_A_ROW)
