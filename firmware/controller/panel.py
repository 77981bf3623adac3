"""The operator's panel: start, stop and reset buttons become commands, on a new edge only; in
Manual the web creeps while the jog button is held.

Visited in the scan when a button or the key moves. A button that is down at power-up, or held
down, is no edge. Stop wins over start. Jog begins with a new edge and ends the moment button or
key are let go, be it for a bounce; interlocks see to it, too.
"""

from controller import modes, packml
from controller import signals as s
from controller.blocks import Debounce
from controller.part import Part

_BUTTONS = s.BTN_START | s.BTN_STOP | s.BTN_RESET | s.BTN_JOG


class Panel(Part):
    watch_x = _BUTTONS | s.KEY_SERVICE

    def __init__(self, bus, machine, coordinator, feed):
        Part.__init__(self, bus)
        self.coordinator = coordinator
        self.feed = feed
        # As if all were held down at power-up: the first thing a button can do is be let go.
        self.buttons = Debounce(machine["panel.debounce_ms"] * 1000, _BUTTONS)

    def scan(self, now):
        was = self.buttons.value
        pressed = self.buttons.feed(now, self.bus.inputs.dx & _BUTTONS) & ~was
        if self.buttons.timed:
            self.until(self.buttons.wake)
        if pressed & s.BTN_STOP:
            self.coordinator.command(now, packml.CMD_STOP)
        elif pressed & s.BTN_RESET:
            self._reset(now)
        elif pressed & s.BTN_START:
            self._start(now)
        if self.bus.unit.mode == modes.MANUAL:
            if not self.bus.jogs():
                self.feed.halt(now)
            elif pressed & s.BTN_JOG and self.bus.unit.state == packml.EXECUTE:
                if self.feed.stopped(now):
                    self.feed.creep()

    def _reset(self, now):
        self.bus.alarms.reset(now)
        state = self.bus.unit.state
        if state == packml.ABORTED:
            self.coordinator.command(now, packml.CMD_CLEAR)
        elif state == packml.STOPPED or state == packml.COMPLETE:  # `in (...)` would allocate
            self.coordinator.command(now, packml.CMD_RESET)

    def _start(self, now):
        state = self.bus.unit.state
        if state == packml.HELD:
            self.coordinator.command(now, packml.CMD_UNHOLD)
        elif state == packml.SUSPENDED:
            self.coordinator.command(now, packml.CMD_UNSUSPEND)
        else:
            self.coordinator.command(now, packml.CMD_START)
