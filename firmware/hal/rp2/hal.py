"""The HAL of RP2040 and RP2350: builds the devices, and is the loop around the scan.

Built and started by start.run, idle context; `run` is the scan context until the machine ends,
`off` may be called from any.
"""

import gc
import time

import machine
from micropython import const

from controller import signals as s
from controller.clock import add, diff
from hal import contract
from hal.rp2 import watchdog as w
from hal.rp2.capture import Encoder, Eye, Marks
from hal.rp2.gate import Gate
from hal.rp2.levels import Levels
from hal.rp2.train import StepTrain

_SOON_US = const(1200)  # no sleep when the next deadline is nearer
_PWM_HZ = const(20000)
_SAMPLES_STUCK_US = const(20000)


class Hal:
    """on_service: called in the dwell for housekeeping, again each turn until it returns True; the
    stroke waits for it. on_idle: called each turn in which nothing is to be done; True: it has
    written a command, or something else that asks for a scan."""

    def __init__(self, app, settings, places):
        if app.contract != contract.CONTRACT_VERSION:
            raise RuntimeError("hal is for another controller. Load all of firmware/.")
        self.app = app
        self.inputs = app.inputs
        self.outputs = app.outputs
        self.capabilities = contract.CAP_COMMANDS  # of on_idle
        self.on_service = self.on_idle = None
        self.watchdog = w.Watchdog()
        self.watchdog_ms = places.watchdog_ms
        self.running = False
        self.woken = False
        self.levels = Levels(places)
        self.train = StepTrain(app.inputs, settings, places)
        self.web = Encoder(4, places.at["web_a"][0], places.at["web_b"][0])
        self.belt = Encoder(5, places.at["belt_a"][0], places.at["belt_b"][0])
        self.eye = Eye(2, places.at["PIECE_EYE"][0], self.belt, app.inputs)
        self.marks = None
        if "mark_eye" in places.at:
            pin, low = places.at["mark_eye"]
            self.marks = Marks(3, pin, low, self.web, app.inputs)
            self.capabilities |= contract.CAP_MARK_EYE

        def pwm(name, capability):
            if name not in places.at:
                return None
            self.capabilities |= capability
            return machine.PWM(machine.Pin(places.at[name][0]), freq=_PWM_HZ, duty_u16=0)

        def gate(monitor, inputs, nr, number):
            amplitude = pwm("amplitude" + nr, contract.CAP_AMPLITUDE)
            return Gate(monitor, inputs, places, nr, number, amplitude)

        if settings.has("horns"):
            from hal.rp2.gates import Gates

            self.gate = Gates(app, settings["horns.stagger_ms"], gate, "mark_eye" in places.at)
        else:
            self.gate = gate(app.monitor, app.inputs, "", 0)
        self.belt_speed = pwm("belt_speed", contract.CAP_BELT_SPEED)
        # Applied last
        self.belt_pm = self.do = 0
        self.gate_no = self.feed_no = self.service_no = 0
        self.samples = 0
        self.sampled = 0

    def start(self):
        """From here on the watchdog waits for `run`."""
        for pin in self.levels.pins:
            pin.irq(handler=self._edge, hard=True)
        self.watchdog.start(self.watchdog_ms)

    def _edge(self, _):
        self.woken = True

    def stop(self):
        """Leave `run` after this turn."""
        self.running = False

    def off(self):
        """Everything off. Any context."""
        self.gate.off()
        self.levels.off()
        self.train.off()
        if self.belt_speed:
            self.belt_speed.duty_u16(0)

    def run(self):
        """Read, scan, apply, sleep until a deadline or an edge. Outputs are off when it ends."""
        self.running = True
        due = self._now()
        try:
            while self.running:
                due = self._turn(due)
        finally:
            self.off()
            self.gate.rest()

    def _now(self):
        return time.ticks_us() & 0x3FFFFFFF  # pyright: ignore

    def _turn(self, due):
        """Once round. Returns when the controller wants to be called."""
        dog = self.watchdog
        self.woken = False
        changed = self.levels.read(self.inputs)
        dog.made(w.READ)
        now = self._now()
        if self._poll(now):
            changed = True
        dog.made(w.POLLED)
        left_us = diff(due, now)
        if changed or left_us <= 0:
            self.inputs.web_pos = self.web.position()
            self.inputs.belt_pos = self.belt.position()
            due = add(now, self.app.scan(now))
            dog.made(w.SCANNED)
            self._apply()
            dog.made(w.DRIVEN)
        else:
            dog.made(w.SCANNED | w.DRIVEN)
            if self.on_idle and self.on_idle():
                self.inputs.devices = self.inputs.devices + 1 & 0x7FFF
                due = now
            elif left_us > _SOON_US and not self.woken:
                machine.idle()
        if self._samples_go_on(now):
            dog.made(w.SAMPLED)
        dog.feed()
        return due

    def _poll(self, now):
        """News of the devices. A number in the images says that there are any."""
        news = self.gate.poll()
        if self.train.poll():
            news = True
            self._levels()
        if self.eye.poll():
            news = True
        if self.marks and self.marks.poll(now):
            news = True
        if self.inputs.service_done != self.service_no:
            if not self.on_service or self.on_service():
                self.inputs.service_done = self.service_no
                news = True
        if news:
            self.inputs.devices = self.inputs.devices + 1 & 0x7FFF
        return news

    def _apply(self):
        out = self.outputs
        do = out.do
        fell = self.do & ~do
        rose = do & ~self.do
        self.do = do
        if fell & s.SONICS_ENABLE:
            self.gate.enable(False)
        if fell & s.FEED_ENABLE:
            self.train.enable(False)
        self._levels()
        if rose & s.SONICS_ENABLE:
            self.gate.enable(True)
        if rose & s.FEED_ENABLE:
            self.train.enable(True)
        self._set_points(out, do)
        if out.gate_no != self.gate_no:
            self.gate_no = out.gate_no
            self.gate.fire(out.gate_no, out.gate_max_us)
        if out.feed_no != self.feed_no:
            self.feed_no = out.feed_no
            self.train.move(out.feed_no, out.feed_steps, out.feed_profile)
        if out.service_no != self.service_no:
            self.service_no = out.service_no
            gc.collect()

    def _levels(self):
        """The drive stays enabled until a move that was stopped has braked."""
        self.levels.write(self.do | s.FEED_ENABLE if self.train.busy else self.do)

    def _set_points(self, out, do):
        belt_pm = out.belt_pm if do & s.BELT_RUN else 0
        if belt_pm != self.belt_pm:
            self.belt_pm = belt_pm
            if self.belt_speed:
                self.belt_speed.duty_u16(belt_pm * 65535 // 1000)
        gate = self.gate
        if out.amplitude_pm != gate.amplitude_pm and not gate.busy:
            gate.amplify(out.amplitude_pm)

    def _samples_go_on(self, now):
        """Is no shot on, or has one been sampled a short time ago?"""
        samples = self.gate.samples
        if samples != self.samples or not samples:
            self.samples = samples
            self.sampled = now
        return diff(now, self.sampled) < _SAMPLES_STUCK_US
