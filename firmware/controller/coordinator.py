"""The coordinator: takes commands and alarms' reactions, moves the PackML unit, and starts the
sequence of the state it is in.

Visited in the scan after the parts that can ask it for something.
"""

from controller import events, modes, packml
from controller import signals as s
from controller.alarm_codes import REACT_ABORT, REACT_HOLD, REJECT_UNCONFIRMED
from controller.part import Part
from controller.stack_light import LIGHTS

_GO = (packml.CMD_RESET, packml.CMD_START, packml.CMD_UNHOLD, packml.CMD_UNSUSPEND)


class Coordinator(Part):
    watch_devices = True

    def __init__(self, bus, sequencer, statistics):
        Part.__init__(self, bus)
        self.unit = bus.unit
        self.alarms = bus.alarms
        self.sequencer = sequencer
        self.statistics = statistics
        self.by_state = {}  # state -> sequence
        self.emptying = None  # sequence of Execute in mode Empty out
        self.single = None  # in Set up and Maintenance: one weld, where the recipe is for that
        self.followers = ()  # parts that look at the state
        self.stroke = None
        self.pacing = None
        self.feed = None
        self.conveyor = None
        self.sequence = None  # that of the present state
        self.command_no = 0
        self.parked = 0  # 1: for an update: nothing starts until it is released

    def needs_mold(self):
        """The state is one in which the recipe's mold must be in the press."""
        if self.unit.mode != modes.MANUAL:
            return (packml.STARTED | 1 << packml.RESETTING) >> self.unit.state & 1

    def takes(self, command):
        """Would this command be taken in the state there is?"""
        unit = self.unit
        state = packml.next_state(unit.state, command)
        return not self._blocked(command) and modes.states(unit.mode) >> state & 1

    def command(self, now, command):
        """Take a PackML command, from the panel, the link or an alarm. False: refused."""
        if self._blocked(command) or not self._take(now, command):
            self.bus.put(now, events.REFUSED, command)
            return False
        return True

    def _take(self, now, command):
        state = self.unit.state
        if not self.unit.command(command):
            return False
        self.bus.put(now, events.COMMAND, command)
        self._enter(now, state)
        return True

    def _blocked(self, command):
        """What stands in the way of a start is an alarm that has not been reset, or a stop
        button that is held: it could not be pressed again."""
        if command == packml.CMD_CLEAR:
            return self.alarms.worst >= REACT_ABORT
        if command not in _GO:
            return False
        held = self.bus.inputs.dx & s.BTN_STOP
        return self.parked or held or self.alarms.worst >= REACT_HOLD

    def scan(self, now):
        self._react(now)
        self._obey(now)
        sequence = self.sequence
        if sequence and not sequence.active:
            self._finish(now, sequence)

    def _react(self, now):
        reaction = self.alarms.reaction
        if reaction == 0:
            return
        self.alarms.reaction = 0
        state = self.unit.state
        if reaction == REACT_ABORT:
            self._take(now, packml.CMD_ABORT)
        elif reaction == REACT_HOLD and (state == packml.HOLDING or state == packml.HELD):
            return
        elif reaction != REACT_HOLD or not self._take(now, packml.CMD_HOLD):
            self._take(now, packml.CMD_STOP)

    def _obey(self, now):
        inputs = self.bus.inputs
        if inputs.command_no == self.command_no:
            return
        self.command_no = inputs.command_no
        if inputs.mode:
            self._change_mode(now, inputs.mode)
        if inputs.command:
            self.command(now, inputs.command)

    def _change_mode(self, now, mode):
        was = self.unit.mode
        # Into Manual by the link, and with the key at the machine.
        locked = mode == modes.MANUAL and not self.bus.inputs.dx & s.KEY_SERVICE
        if locked or not self.unit.change_mode(mode):
            self.bus.put(now, events.REFUSED, mode << 8)
        elif mode != was:
            self.statistics.changed(now, self.unit.state, was)
            self.bus.put(now, events.MODE, mode)
            for part in self.followers:
                part.poked = True
            self.bus.dirty = True

    def _finish(self, now, sequence):
        """The state's table has ended, or has failed: then this is no state to stay in."""
        state = self.unit.state
        self.sequence = None
        if sequence.ended or state == packml.ABORTING:
            if self.unit.complete():
                self._enter(now, state)
            else:
                self._take(now, packml.CMD_STOP)  # a mode without Completing
        else:
            self._take(now, packml.CMD_ABORT)

    def _enter(self, now, left):
        state = self.unit.state
        self.bus.turned = True
        self.statistics.changed(now, left, 0)
        self.bus.put(now, events.STATE, state)
        if self.sequence:
            self.sequence.cancel(now)
            self.sequence = None
        if left == packml.EXECUTE:
            self.pacing.stop(now)
        if state == packml.ABORTING:
            self._let_go(now)
        elif not self.stroke.active:
            self.feed.halt(now)
        if packml.SETTING_OUT >> state & 1:
            self.alarms.started()
        self._begin(now, state)
        for part in self.followers:
            part.poked = True
        self.bus.dirty = True

    def _let_go(self, now):
        """Abort: nothing is wished any more. The valves are off; homing raises the press."""
        self.sequencer.cancel_all(now)
        self.conveyor.stop(now)
        self.feed.halt(now)
        if self.bus.want & s.REJECT_GATE:
            # It shuts while the belt is still carrying something past it.
            self.alarms.raise_(now, REJECT_UNCONFIRMED)
        self.bus.want &= LIGHTS

    def _begin(self, now, state):
        if state == packml.EXECUTE:
            if self.unit.mode == modes.PRODUCE:
                self.pacing.start(now)
            elif self.unit.mode == modes.EMPTY_OUT:
                self.sequence = self.emptying
            elif self.unit.mode == modes.SET_UP or self.unit.mode == modes.MAINTENANCE:
                self.sequence = self.single
        else:
            self.sequence = self.by_state.get(state)
            if self.unit.mode == modes.MANUAL:
                self.sequence = self.by_state.get(-state, self.sequence)
        if self.sequence:
            self.sequencer.begin(now, self.sequence)
