"""The web supply: unwinds with their dancers, rolls, splices, static bar and waste rewind.

Visited in the scan when one of their inputs changes, and when the state does. Each station is
watched while its own output is wished: what stands still says nothing.
"""

from micropython import const

from controller import alarm_codes as a
from controller import events, packml
from controller import signals as s
from controller.clock import diff
from controller.supervision import Supervision

_ROLL_US = const(200000)
# States in which the web may move
_UNWINDING = (
    packml.STARTED & ~(1 << packml.IDLE | 1 << packml.HELD | 1 << packml.SUSPENDED)
    | 1 << packml.RESETTING
    | 1 << packml.STOPPING
)


class Supply(Supervision):
    weight = 3

    def __init__(self, bus, machine, feed):
        table = []  # as Supervision's, and the output that has to be on
        good = 0
        self.feed = feed
        self.unwinds = 0
        self.ahead = 0  # counts from splice sensor to weld
        self.first = self.last = 0  # web_pos when the splice came to its sensor, and left it
        self.spliced = self.passing = 0
        if machine.has("supply"):
            late_us = machine["supply.dancer_ms"] * 1000
            self.unwinds = machine["supply.unwinds"]
            # LOWER_ROLL_LOW LOWER_WEB_LATE LOWER_WEB_SLACK, and their inputs, are the next ones
            for k in range(self.unwinds):
                table += (
                    (s.DANCER_LOW << 2 * k, late_us, a.UPPER_WEB_LATE + k, s.UNWIND),
                    (s.DANCER_HIGH << 2 * k, late_us, a.UPPER_WEB_SLACK + k, s.UNWIND),
                    (s.ROLL_LOW << k, _ROLL_US, a.UPPER_ROLL_LOW + k, 0),
                )
            bus.need("o", s.UNWIND | s.ROLL_CHANGE)
            self.ahead = machine["supply.splice_mm"] * 1000 // feed.count_um
            if self.ahead:
                feed.supply = self
            static = machine["supply.static"]
            if static != "none":
                good = s.STATIC_OK
                alarm = a.STATIC_OFF if static == "hold" else a.STATIC_WARN
                table.append((good, machine["supply.static_ms"] * 1000, alarm, s.STATIC_BAR))
        if machine.has("rewind"):
            good |= s.WASTE_OK
            table.append((s.WASTE_OK, machine["rewind.waste_ms"] * 1000, a.WASTE_BREAK, s.REWIND))
        self.good = good  # inputs that are good when on
        Supervision.__init__(self, bus, table)
        self.watch = 0
        self.watch_x = s.SPLICE if self.ahead else 0
        for row in table:
            self.watch_x |= row[0]
        bus.need("x", self.watch_x)

    def scan(self, now):
        bus = self.bus
        dx = bus.inputs.dx & self.watch_x
        if self.unwinds:
            want = bus.want & ~(s.UNWIND | s.ROLL_CHANGE)
            if _UNWINDING >> bus.unit.state & 1:
                want |= s.UNWIND
            if dx & (s.ROLL_LOW | s.ROLL2_LOW):
                want |= s.ROLL_CHANGE
            bus.want = want
        seen = dx & s.SPLICE
        here = bus.inputs.web_pos
        if seen and not self.spliced:
            self.spliced = 1
            self.first = here
        if seen | self.passing:
            self.last = here
        self.passing = seen
        bad = dx ^ self.good
        concerned = 0
        if bad:
            for row in self.table:
                if bus.want & row[3] == row[3]:
                    concerned |= row[0]
        self.look(now, bad & concerned, concerned)

    def passes(self, now):
        """Does the piece that is welded here carry a splice? An eighth of a pitch is to spare."""
        here = self.bus.inputs.web_pos
        reach = self.feed.pitch * 5 // 8
        if not self.passing and diff(here, self.last) - self.ahead > reach:
            self.spliced = 0
        if self.spliced and diff(here, self.first) - self.ahead >= -reach:
            self.bus.put(now, events.SPLICE_WELD, here)
            return True
