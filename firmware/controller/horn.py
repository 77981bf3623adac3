"""The horns: fire shots, for welds and in air.

Visited in the scan when a device field changes, and while the press lowers; lower, touched, fire,
burst, finished and ready are rows of tables. Several horns sound in one shot, one after the other
by the gate device's stagger, each with its own monitor.
"""

from micropython import const

from controller import signals as s
from controller.alarm_codes import PRE_NO_CONTACT, PRESS_SWITCHES, SETUP_ONLY
from controller.clock import LAST
from controller.events import AIR_US
from controller.interlocks import IN_AIR
from controller.part import Part
from controller.weld_monitor import NO_ROWS, WeldMonitor
from controller.weld_program import program
from controller.weld_record import BY_PLACE, BY_SETUP, LOWER_US, TRIGGER_US, WeldRecord

_GRACE_US = const(50000)  # the gate device ends a shot; this is for telling us
_SETUP_MODES = const(1 << 2 | 1 << 6)  # modes.MAINTENANCE, modes.SET_UP
_PINS = ("sonics_on", "power_monitor")  # of each horn
_STROKE = const(1)  # track of tables

# What sounds, or is about to
_WELD = const(1)
_PRE = const(2)  # in air, before contact
_BURST = const(3)  # in air, after the weld: frees what sticks


class Horn(Part):
    watch = s.PRE_TRIGGER | s.PRESS_TOP
    watch_devices = True

    def __init__(self, bus, machine, feed, tracker):
        Part.__init__(self, bus)
        self.least_pc = machine["generator.amplitude_min_pc"]
        self.zero_pc = machine["generator.amplitude_zero_pc"]
        self.span_pc = machine["generator.amplitude_full_pc"] - self.zero_pc
        self.feed = feed
        self.ready_bits = s.GEN_READY
        self.stagger_us = 0  # first horn to last
        count = 1
        if machine.has("horns"):
            count = machine["horns.count"]
            self.stagger_us = machine["horns.stagger_ms"] * 1000 * (count - 1)
            wired = (1 << 2 * count - 2) - 1  # READY and OVERLOAD of each beside the first
            bus.need("d", s.GEN2_READY * wired)
            bus.needs["p"] = [f"{pin}{k}" for pin in _PINS for k in range(2, count + 1)]
            self.ready_bits |= s.GEN2_READY * (wired & 0x55)
        self.monitors = [WeldMonitor() for _ in range(count)]
        self.record = WeldRecord(bus, machine, tracker, self.monitors)
        self.single = None  # sequence of one weld, for setting up
        self.shot = 0
        self.welding = False  # a weld is due or on, and its record not yet made
        self.armed = False  # a shot is due before contact
        self.lowered = self.landed = 0  # when the press began to lower, and came to the bottom

    def load(self, mold):
        def of(name):
            return mold["weld." + name]

        self.begin_pm, end_us = program(self.monitors, of, self._pm, self.record.full_scale_w)
        self.energy_mj = of("energy_j") * 1000
        self.shot_us = end_us or of("time_ms") * mold["limits.time_max_pc"] * 10
        self.record.load(mold, LAST if end_us else self.shot_us)
        self.hold_us = of("hold_ms") * 1000
        self.delay_us = of("delay_ms") * 1000
        self.setup_only = of("mode") == "continuous"
        pre = of("pre")
        self.pre_bit = s.PRE_TRIGGER if pre == "switch" else s.PRESS_TOP if pre == "top" else 0
        ground = of("ground_ms") or of("cut_ground_ms")
        self.bus.need("d", self.pre_bit | s.GROUND if ground else self.pre_bit)
        self.pre_us = of("pre_max_ms") * 1000
        self.pre_pm = self._pm(of("pre_amplitude_pc"))
        self.burst_us = of("burst_ms") * 1000
        grace_us = self.stagger_us + _GRACE_US
        self.row_times = {  # of rows
            "delay": self.delay_us,
            "weld": self.shot_us + grace_us,
            "hold": self.hold_us,
            "part": self.burst_us and of("burst_delay_ms") * 1000,
            "burst": self.burst_us and self.burst_us + grace_us,
        }
        self.burst_pm = self._pm(of("burst_amplitude_pc"))
        self.bus.outputs.amplitude_pm = self.begin_pm

    def _pm(self, pc):
        """Set-point of an amplitude, at least the generator's least."""
        return (max(pc, self.least_pc) - self.zero_pc) * 1000 // self.span_pc

    def lower(self, now):
        self._open(now, s.PRESS_BOTTOM | s.TRIGGER)
        self.bus.wish(s.PRESS_DOWN)
        self.lowered = now
        if self.pre_bit:
            self.armed = True
            self.poke()

    def touched(self, now):
        self._open(now, s.PRESS_CLEAR)
        self.landed = now

    def _open(self, now, bits):
        """These switches have to be open here: one that stays closed would permit too much."""
        if self.bus.inputs.di & bits:
            self.bus.alarms.raise_(now, PRESS_SWITCHES)

    def fire(self, now):
        values = self.record.values
        values[TRIGGER_US] = (now - self.landed & LAST) - self.delay_us
        values[LOWER_US] = self.landed - self.lowered & LAST
        self.armed = False
        self.welding = True
        if self.shot:
            self.bus.want &= ~s.SONICS_ENABLE  # the shot in air has to be over first
        else:
            self._shoot(_WELD, self.shot_us, self.begin_pm)

    def burst(self, now):
        self._shoot(_BURST, self.burst_us, self.burst_pm)

    def _shoot(self, shot, us, pm):
        bus = self.bus
        out = bus.outputs
        self.shot = shot
        for monitor in self.monitors:
            monitor.rows = monitor.program if shot == _WELD else NO_ROWS
        bus.in_air = 0 if shot == _WELD else IN_AIR
        out.amplitude_pm = pm
        out.gate_max_us = us
        out.gate_no = (out.gate_no + 1) & 0x7FFF
        bus.want |= s.SONICS_ENABLE

    def finished(self, now):
        return not (self.shot or self.welding)

    def _setup(self):
        return _SETUP_MODES >> self.bus.unit.mode & 1

    def ready(self, now):
        if self.setup_only and not self._setup():
            self.bus.alarms.raise_(now, SETUP_ONLY)
            return False
        return self.bus.inputs.di & (self.ready_bits | s.GEN_OVERLOADS) == self.ready_bits

    def scan(self, now):
        bus = self.bus
        inputs = bus.inputs
        shot = self.shot
        if shot and inputs.gate_done == bus.outputs.gate_no:
            self._over(now, shot, inputs)
        elif self.record.at:
            self._record(now)
        elif not bus.tracks[_STROKE].active:
            self.armed = False
            if shot:
                bus.want &= ~s.SONICS_ENABLE  # whose stroke is over
        elif self.armed and inputs.di & self.pre_bit == self.pre_bit & s.PRE_TRIGGER:
            self.armed = False
            self._shoot(_PRE, self.pre_us, self.pre_pm)

    def _record(self, now):
        reasons = BY_PLACE if self.feed.off_register else 0
        if self._setup():
            reasons |= BY_SETUP
        if self.record.ended(now, reasons):
            self.welding = False
        else:
            self.poked = self.bus.turned = True

    def _over(self, now, shot, inputs):
        """A shot has ended, for whatever reason."""
        bus = self.bus
        self.shot = bus.in_air = 0
        bus.want &= ~s.SONICS_ENABLE
        first = self.monitors[0]
        first.ended(inputs.gate_on_us, inputs.gate_end, first.df_hz)
        self.record.count()
        if shot == _WELD:
            self._record(now)
            return
        bus.put(now, AIR_US, inputs.gate_on_us)
        stroke = bus.tracks[_STROKE]
        if not stroke.active:
            self.welding = False
        elif self.welding:
            self._shoot(_WELD, self.shot_us, self.begin_pm)
        elif shot == _PRE and not inputs.di & s.TRIGGER:
            stroke.cancel(now)
            bus.alarms.raise_(now, PRE_NO_CONTACT)
