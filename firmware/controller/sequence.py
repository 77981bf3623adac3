"""The engine that runs every table: rows one after the other, each timed, each with a time-out.

Tables are in `tables`; the sequencer part steps those that are active, in the scan.
"""

from controller import events
from controller.clock import HALF, LAST


class Tally:
    """Number, last, least, most and sum of a duration in µs; the sum in two words."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.n = 0
        self.last_us = 0
        self.least_us = 0
        self.most_us = 0
        self.sum_s = 0
        self.sum_us = 0

    def put(self, us):
        n = self.n
        if n == 0 or us < self.least_us:
            self.least_us = us
        if us > self.most_us:
            self.most_us = us
        self.n = n + 1
        self.last_us = us
        sum_us = self.sum_us + us
        if sum_us >= 1000000:
            self.sum_s += sum_us // 1000000
            sum_us %= 1000000
        self.sum_us = sum_us

    def mean_us(self):
        """Mean in µs, for up to a million entries, in steps that stay below 2**30."""
        n = self.n
        if n == 0:
            return 0
        ms = self.sum_s % n * 1000
        return (self.sum_s // n * 1000 + ms // n) * 1000 + (ms % n * 1000 + self.sum_us) // n


def always(now):
    return True


class Row:
    """One step: what it starts, what ends it, at most how long, or which alarm.

    `chain` names whose time it is, for the budget: web, press, control, belt; None for rows that
    take no time.
    """

    def __init__(self, name, chain, start, ends, max_us, alarm):
        self.name = name
        self.chain = chain
        self.start = start
        self.ends = ends
        self.for_us = 0
        self.max_us = max_us
        self.alarm = alarm
        self.tally = Tally()


def dwell(name, chain, start, for_us):
    """A row that ends after its time, which a mold may set anew (`row.for_us`)."""
    row = Row(name, chain, start, None, 0, 0)
    row.for_us = for_us
    return row


def do(name, start):
    """A row that takes no time."""
    return Row(name, None, start, always, 0, 0)


class Sequence:
    """A table and where it stands. `track` says beside what it may run: one a track at a time."""

    def __init__(self, ident, name, track, rows, bus, alarms):
        self.ident = ident
        self.track = track
        self.name = name
        self.rows = rows
        self.bus = bus
        self.alarms = alarms
        self.tally = Tally()
        self.what = events.SEQUENCE + (ident << 8)
        self.active = False
        self.ended = False  # it ran to its end, the last time
        self.row = rows[0]
        self.at = 0
        self.begun = 0  # when the sequence began
        self.entered = 0  # when the row began
        self.timed = False
        self.wake = 0

    def begin(self, now):
        self.bus.put(now, self.what + events.SEQ_BEGIN, 0)
        self.active = True
        self.bus.tracks[self.track] = self
        self.ended = False
        self.begun = now
        self.at = 0
        self._enter(now)

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
        limit_us = row.for_us or row.max_us
        self.timed = limit_us > 0
        self.wake = (now - HALF + limit_us) & LAST ^ HALF  # clock.add written out
        if row.start:
            row.start(now)

    def step(self, now):
        """Pass every row that has ended."""
        while self.active:
            row = self.row
            ends = row.ends
            # (a - b) & LAST is clock.diff written out: this is called often.
            if ends(now) if ends else (now - self.wake) & LAST < HALF:
                took_us = (now - self.entered) & LAST
                if row.chain:
                    row.tally.put(took_us)
                    self.bus.put(now, self.what + self.at, took_us)
                self.at += 1
                if self.at == len(self.rows):
                    self._end(now)
                else:
                    self._enter(now)
            else:
                if ends and self.timed and (now - self.wake) & LAST < HALF:
                    self._time_out(now, row)
                return

    def _end(self, now):
        self.active = False
        self.bus.turned = True
        self.ended = True
        self.timed = False
        took_us = (now - self.begun) & LAST
        self.tally.put(took_us)
        self.bus.put(now, self.what + events.SEQ_END, took_us)

    def _time_out(self, now, row):
        self.active = False
        self.timed = False
        self.bus.turned = True
        self.bus.put(now, self.what + events.SEQ_TIMEOUT, self.at)
        self.alarms.raise_(now, row.alarm)
