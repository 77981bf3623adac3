"""SonicsGate and PowerSamples: the PIO one-shot, and the timer that feeds the weld monitor.

`fire`, `poll` and `enable` are called in the scan; `stop` and `off` in any context; `_sample` in
the interrupt of a hard timer. The gate itself ends at its maximum and on overload.
"""

from array import array

import machine
from micropython import const

import rp2
from controller.image import END_DENIED, END_OVERLOAD, END_STOP, END_TIME
from hal.rp2 import programs

_TICKS_US = const(5)  # GATE_HZ / GATE_TICK
_ENDS = const(2)  # ticks of the end of a shot
_MOST_US = const(30000000)
_SET_PINS_0 = const(0xE000)


class Gate:
    def __init__(self, app, places):
        self.inputs = app.inputs
        self.monitor = app.monitor
        self.well = machine.Pin(places.at["GEN_OVERLOAD"][0], machine.Pin.IN)  # low: overload
        gate = machine.Pin(places.at["sonics_on"][0])
        self.machine = rp2.StateMachine(
            0, programs.gate, freq=programs.GATE_HZ, set_base=gate, jmp_pin=self.well
        )
        self.machine.active(1)
        self.adc = machine.ADC(machine.Pin(places.at["power_monitor"][0]))
        self.timer = machine.Timer()  # pyright: ignore
        self.on_sample = self._sample
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
        self.timer.init(mode=machine.Timer.PERIODIC, period=1, callback=self.on_sample, hard=True)
        self.machine.put(self.ticks)

    def stop(self, cause):
        """Shut it within 1 µs. Any context."""
        if self.busy and not self.cause and not self.machine.rx_fifo():
            self.cause = cause
            self.machine.put(0)

    def off(self):
        """Shut it for good. Any context."""
        self.machine.active(0)
        self.machine.exec(_SET_PINS_0)
        self.samples = 0

    def _sample(self, _):
        if not self.samples:
            return
        # The last sample falls on the end of the time: it counts, if nothing else ended the shot.
        if self.machine.rx_fifo() and (self.samples > 1 or not self.well()):
            self.samples = 0
            return
        self.samples -= 1
        cause = self.monitor.sample(self.adc.read_u16() >> 4)
        if cause:
            self.samples = 0
            self.stop(cause)

    def poll(self):
        """Tell of a shot that has ended or was refused. True if there was one."""
        inputs = self.inputs
        if self.refused >= 0:
            inputs.gate_on_us = 0
            inputs.gate_end = END_DENIED
            inputs.gate_done = self.refused
            self.refused = -1
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
