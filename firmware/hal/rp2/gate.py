"""SonicsGate and PowerSamples: the PIO one-shot, and the timer that feeds the weld monitor.

`fire`, `poll` and `enable` are called in the scan; `stop` and `off` in any context; `_sample` in
the interrupt of a hard timer. The gate itself ends at its maximum and on overload.
"""

from array import array

import machine
from micropython import const

import rp2
from controller.image import AMPLITUDE, END_DENIED, END_OVERLOAD, END_STOP, END_TIME
from hal.rp2 import programs

_TICKS_US = const(5)  # GATE_HZ / GATE_TICK
_ENDS = const(2)  # ticks of the end of a shot
_MOST_US = const(30000000)
_SET_PINS_0 = const(0xE000)
_GROUND = const(4096)
_NEVER = const(-1)  # `wait` of a shot that was stopped before its gate went on


class Gate:
    """The gate of one horn, whose pins have `nr` in their names. `inputs` is told its results."""

    def __init__(self, monitor, inputs, places, nr, number, amplitude):
        self.inputs = inputs
        self.monitor = monitor
        overload = places.at["GEN" + nr + "_OVERLOAD"][0]
        self.well = machine.Pin(overload, machine.Pin.IN)  # low: overload
        self.ground = None
        if "GROUND" in places.at:
            pin, self.open = places.at["GROUND"]  # its level without contact
            self.ground = machine.Pin(pin, machine.Pin.IN)
        gate = machine.Pin(places.at["sonics_on" + nr][0])
        self.machine = rp2.StateMachine(
            number, programs.gate, freq=programs.GATE_HZ, set_base=gate, jmp_pin=self.well
        )
        self.machine.active(1)
        self.adc = machine.ADC(machine.Pin(places.at["power_monitor" + nr][0]))
        self.timer = machine.Timer()  # pyright: ignore
        self.on_sample = self._sample
        self.pwm = amplitude  # PWM of the set-point, where there is one
        self.amplitude_pm = 0
        self.delay = 0  # ms, from being fired to its begin
        self.wait = 0  # ms left of it
        self.told = array("i", (0,))
        self.enabled = False
        self.busy = False
        self.cause = 0  # why it was stopped, if it was
        self.refused = -1
        self.samples = 0  # still to be taken
        self.number = 0
        self.ticks = 0
        self.max_us = 0

    def enable(self, on):
        self.enabled = on
        if not on:
            self.stop(END_STOP)

    def fire(self, number, max_us):
        if self.busy or not self.enabled or not 1 <= max_us <= _MOST_US:
            self.refused = number
            return
        self.number = number
        self.max_us = max_us
        self.ticks = _TICKS_US * max_us - _ENDS
        self.cause = 0
        self.monitor.begin()
        self.samples = max_us // 1000
        self.busy = True
        self.wait = self.delay
        self.timer.init(mode=machine.Timer.PERIODIC, period=1, callback=self.on_sample, hard=True)
        if not self.wait:
            self.machine.put(self.ticks)

    def amplify(self, pm):
        """Set the amplitude. From the scan, or within a shot from the interrupt."""
        self.amplitude_pm = pm
        if self.pwm:
            self.pwm.duty_u16(pm * 65535 // 1000)

    def stop(self, cause):
        """Shut it within 1 µs. Any context."""
        if self.busy and not self.cause and not self.machine.rx_fifo():
            self.cause = cause
            if self.wait:
                self.samples = 0
                self.wait = _NEVER
            else:
                self.machine.put(0)

    def off(self):
        """Shut it for good. Any context."""
        self.machine.active(0)
        self.machine.exec(_SET_PINS_0)
        self.samples = 0
        self.amplify(0)

    def rest(self):
        """No more samples. When the HAL ends."""
        self.timer.deinit()

    def _sample(self, _):
        if not self.samples:
            return
        if self.wait:
            self.wait -= 1
            if not self.wait:
                self.machine.put(self.ticks)
            return
        # The last sample falls on the end of the time: it counts, if nothing else ended the shot.
        if self.machine.rx_fifo() and (self.samples > 1 or not self.well()):
            self.samples = 0
            return
        self.samples -= 1
        raw = self.adc.read_u16() >> 4
        if self.ground and self.ground() != self.open:
            raw |= _GROUND
        word = self.monitor.sample(raw)
        if word >= AMPLITUDE:
            self.amplify(word - AMPLITUDE)
        elif word:
            self.samples = 0
            self.stop(word)

    def poll(self):
        """Tell of a shot that has ended or was refused. True if there was one."""
        inputs = self.inputs
        if self.refused >= 0:
            inputs.gate_on_us = 0
            inputs.gate_end = END_DENIED
            inputs.gate_done = self.refused
            self.refused = -1
            return True
        if self.wait < 0:
            self.wait = 0
            self.busy = False
            self.timer.deinit()
            inputs.gate_on_us = 0
            inputs.gate_end = self.cause
            inputs.gate_done = self.number
            return True
        if not self.busy or not self.machine.rx_fifo():
            return False
        if self.samples == 1 and not self.cause and self.well():
            return False  # the last one is due
        self.timer.deinit()
        self.samples = 0
        left = self.machine.get(self.told)[0]  # pyright: ignore
        self.busy = False
        if left < 0:
            inputs.gate_on_us = self.max_us
            inputs.gate_end = END_TIME
        else:
            inputs.gate_on_us = (self.ticks - left + 1) // _TICKS_US
            inputs.gate_end = self.cause or END_OVERLOAD
        inputs.gate_done = self.number
        return True
