"""The stacker: pushes each piece that arrives on the stack, and a full batch out to the packer.

PUSHER on: the pusher leaves its home and comes back by itself; with BATCH_DONE it takes the whole
stack along, which takes longer. A piece that comes meanwhile waits in a buffer for one. Visited in
the scan when its switches change, a piece arrives or its sequence has ended.

Without room for the next batch the line is blocked: the machine waits, and goes on by itself. A
stack that has to go out as it is, and a mode that has no Suspended, say so instead.
"""

from controller import events, modes
from controller import signals as s
from controller.alarm_codes import PUSHER_STUCK, STACK_FULL, STACK_OVERRUN
from controller.part import Part
from controller.sequence import Sequence


class Stacker(Part):
    watch_x = s.STACK_HOME | s.STACK_FULL

    def __init__(self, bus, machine, conveyor):
        Part.__init__(self, bus)
        self.conveyor = conveyor
        self.line = None
        self.batch = machine["stacker.batch"]
        self.stacked = 0  # entries in the stack that grows
        self.waiting = 0  # arrived and not yet pushed
        self.ending = False  # the stack goes out as it is
        self.blocked = False  # no room for the batch that the next entry would complete
        most_us = machine["stacker.push_max_ms"] * 1000
        rows = (
            ("push", "stack", s.PUSHER, self._away, most_us, PUSHER_STUCK),
            ("back", "stack", self._pushed, self._home, most_us, PUSHER_STUCK),
        )
        # A track of its own, behind the three of tables.py that are put before it.
        self.sequence = Sequence(16, "stack", 3 + len(bus.tracks), rows, bus)
        bus.tracks.append(self.sequence)
        bus.need("x", s.STACK_HOME | s.STACK_FULL)
        bus.need("o", s.PUSHER | s.BATCH_DONE)

    def take(self, now):
        """An entry has arrived."""
        self.waiting += 1
        if self.waiting > 1:
            self.bus.alarms.raise_(now, STACK_OVERRUN)
        self.poke()

    # rows of Completing

    def end(self, now):
        """The stack goes out, whatever is in it."""
        self.ending = self.stacked + self.waiting > 0
        self.poke()

    def ended(self, now):
        return not self.ending and not self.sequence.active

    # scan

    def scan(self, now):
        bus = self.bus
        alarms = bus.alarms
        if not self.conveyor.running:
            self.ending = False
        have = self.stacked + self.waiting + 1
        full = bus.inputs.dx & s.STACK_FULL != 0
        self.blocked = full and (have >= self.batch or self.ending)
        alarms.stands(STACK_FULL, full)
        self.line.blocked(s.STACK_FULL, self.blocked)
        if self.blocked and self.conveyor.running:
            if self.ending or bus.unit.mode != modes.PRODUCE:
                alarms.raise_(now, STACK_FULL)
        if self.sequence.active:
            return
        bus.want &= ~(s.PUSHER | s.BATCH_DONE)
        if not self.conveyor.running or not (self.waiting or self.ending):
            return
        last = self.stacked + 1 >= self.batch or (self.ending and self.waiting <= 1)
        if not self._home(now):
            alarms.raise_(now, PUSHER_STUCK)
        elif not alarms.is_active(PUSHER_STUCK) and not (last and full):
            if last:
                bus.want |= s.BATCH_DONE
            self.conveyor.sequencer.begin(now, self.sequence)

    def _away(self, now):
        return not self._home(now)

    def _home(self, now):
        return self.bus.inputs.dx & s.STACK_HOME != 0

    def _pushed(self, now):
        """The pusher is under way: what lay before it is on the stack."""
        bus = self.bus
        bus.want &= ~s.PUSHER
        if self.waiting:
            self.waiting -= 1
            self.stacked += 1
        if bus.want & s.BATCH_DONE:
            bus.put(now, events.BATCH, self.stacked)
            self.stacked = 0
            self.ending = False
