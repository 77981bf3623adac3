"""The engine that runs every table: rows one after the other, each timed, each with a time-out.

Tables are in `tables`; the sequencer part steps those that are active, in the scan.
"""

from micropython import const

from controller import events
from controller.alarm_codes import STROKE_LATE
from controller.clock import HALF, LAST

# A row is a tuple: what it is called; whose time it is, for the budget: web, press, control, belt,
# or None where it takes none; what it starts, what ends it, at most how long, or which alarm.
# It starts a method, or wishes outputs (`Bus.wish`). It ends when a method says so, or when the
# fast inputs that it names are all on; a dwell, without an end, when its time is over.
NAME = const(0)
CHAIN = const(1)
START = const(2)
ENDS = const(3)
LIMIT_US = const(4)
ALARM = const(5)


def always(now):
    return True


def do(name, start):
    """A row that takes no time."""
    return name, None, start, always, 0, 0


class Sequence:
    """A table and where it stands. `track` says beside what it may run: one a track at a time."""

    def __init__(self, ident, name, track, rows, bus):
        self.ident = ident
        self.track = track
        self.name = name
        self.rows = rows
        self.after = bytearray(range(1, len(rows) + 1))  # the row behind each, 0 behind the last
        self.after[-1] = 0
        self.bus = bus
        self.what = events.SEQUENCE + (ident << 8)
        self.active = False
        self.ended = False  # it ran to its end, the last time
        self.row = rows[0]
        self.at = 0
        self.begun = 0  # when the sequence began
        self.entered = 0  # when the row began
        self.timed = False
        self.wake = 0

    def limit(self, row_times):
        """Give rows of a list other times, by name; one of 0 is left out. Not while it runs."""
        after = 0
        for at in range(len(self.rows) - 1, -1, -1):
            row = self.rows[at]
            if row[NAME] in row_times:
                row = self.rows[at] = row[:LIMIT_US] + (row_times[row[NAME]] or -1,) + row[ALARM:]
            self.after[at] = after
            if row[LIMIT_US] >= 0:
                after = at

    def begin(self, now):
        self.bus.put(now, self.what + events.SEQ_BEGIN, 0)
        self.active = True
        self.bus.tracks[self.track] = self
        self.ended = False
        self.begun = now
        self.at = 0
        self._enter(now)

    def branch(self, now):
        """A row of another table begins this one: its steps have a scan of their own."""
        self.begin(now)
        self.bus.turned = True

    def cancel(self, now):
        if self.active:
            self.active = False
            self.timed = False
            self.bus.put(now, self.what + events.SEQ_CANCEL, self.at)

    def idle(self, now):
        return not self.active

    def _enter(self, now):
        row = self.rows[self.at]
        self.row = row
        self.entered = now
        self.timed = row[LIMIT_US] > 0
        self.wake = (now - HALF + row[LIMIT_US]) & LAST ^ HALF  # clock.add written out
        start = row[START]
        if isinstance(start, int):
            self.bus.wish(start)
        elif start:
            start(now)

    def step(self, now):
        """Pass every row that has ended."""
        inputs = self.bus.inputs
        while self.active:
            row = self.row
            ends = row[ENDS]
            # (a - b) & LAST is clock.diff written out: this is called often.
            if isinstance(ends, int):
                ended = inputs.di & ends == ends
            else:
                ended = ends(now) if ends else (now - self.wake) & LAST < HALF
            if ended:
                if row[CHAIN]:
                    self.bus.put(now, self.what + self.at, (now - self.entered) & LAST)
                self.at = at = self.after[self.at]
                if at:
                    self._enter(now)
                else:
                    self._end(now)
            else:
                if ends and self.timed and (now - self.wake) & LAST < HALF:
                    self._time_out(now, row)
                return

    def _end(self, now):
        self.active = False
        self.bus.turned = True
        self.ended = True
        self.timed = False
        self.bus.put(now, self.what + events.SEQ_END, (now - self.begun) & LAST)

    def _time_out(self, now, row):
        self.active = False
        self.timed = False
        self.bus.turned = True
        self.bus.put(now, self.what + events.SEQ_TIMEOUT, self.at)
        alarms = self.bus.alarms
        if alarms.raise_(now, row[ALARM]):
            alarms.raise_(now, STROKE_LATE)  # shelved or not: what has broken off is no stroke
