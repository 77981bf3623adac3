"""Keeps what the machine must remember over a power cut: journal, alarm history, counters.

Made by run; called by the HAL in idle context, between scans. Flash is written when `may_write`
allows, never otherwise; what fails is tried again later, and stops no machine.
"""

from micropython import const

from controller import events, packml
from controller.clock import LAST
from store.journal_file import JournalFile
from store.may_write import may_write
from store.ring import Ring

_TOP_MS = const(200)  # from clear height to the top switch, and some more
_REST_MS = const(60000)  # a machine at rest keeps its events this often, ...
_SOON_MS = const(2000)  # ... and the first ones this soon after production
_ALARMS_MOST = const(32)  # rows that wait to be written


class Records:
    def __init__(self, app, store, root, board):
        self.app = app
        self.board = board
        self.store = store
        self.files = JournalFile(root + "/journal")
        self.alarms = Ring(store, "alarms")
        self.rows = []  # of the alarm history, not yet written
        self.fault = ""  # what the last write said, if it failed
        self.at = board.ticks_ms()  # of the last write, tried or done
        self.pause_ms = _SOON_MS
        self.begun = 0  # of the service that waits
        self.waits = False
        counters = store.read("counters")
        if counters:
            app.statistics.restore(counters["n"])
        try:
            self._mold()
        except Exception as error:
            self.fault = str(error)

    def service(self):
        """In the stroke's dwell for housekeeping. True when there is nothing more to be done."""
        journal = self.app.journal
        if 2 * journal.held < journal.end or (self.fault and self._rests()):
            return True
        if may_write(self.app.inputs, self.app.outputs):
            self.keep()
        elif not self.waits:
            self.waits = True
            self.begun = self.board.ticks_ms()
            return False
        elif self.board.since_ms(self.begun) < _TOP_MS:
            return False
        self.waits = False
        return True

    def idle(self):
        """Between scans, when nothing is due."""
        app = self.app
        if app.unit.state == packml.EXECUTE:
            self.pause_ms = _REST_MS if self.fault else _SOON_MS
        elif (self.rows or app.journal.held) and not self._rests():
            if may_write(app.inputs, app.outputs):
                self.keep()
                self.pause_ms = _REST_MS

    def _rests(self):
        app = self.app
        if app.statistics.code != app.mold.code and not self.fault:
            return False
        return self.board.since_ms(self.at) < self.pause_ms

    def keep(self):
        """Write journal, counters, and what the journal says of alarms, each one whole."""
        journal = self.app.journal
        start, count = journal.at - journal.held, journal.held // 3
        try:
            self.files.drain(journal, self.board.seconds())
            self._note(journal, start, count)
            self._mold()
            self.store.write("counters", {"n": self.app.statistics.counters()})
            while self.rows:
                self.alarms.append(self.rows[0])
                self.rows.pop(0)
            self.fault = ""
        except Exception as error:  # whatever it is, the machine goes on
            self.fault = str(error)
            self.pause_ms = _REST_MS
        self.at = self.board.ticks_ms()

    def _mold(self):
        """Another mold is in force: keep the counters of the last one, go on from those of this.

        A cut in between does no harm: until `counters` is written, all this is done once more.
        """
        statistics, code = self.app.statistics, self.app.mold.code
        if statistics.code != code:
            if statistics.code:
                self.store.write("mold" + str(statistics.code), {"n": statistics.of_mold()})
            made = self.store.read("mold" + str(code))
            statistics.follow(code, made["n"] if made else (0, 0, 0, 0))

    def _note(self, journal, start, count):
        """Rows of the alarm history: seconds, value and kind of each event of an alarm."""
        ring, end = journal.ring, journal.end
        seconds = self.board.seconds()
        for _ in range(count):
            at = start if start >= 0 else start + end
            if ring[at + 1] >> 8 == events.RAISED >> 8:
                ago_s = ((self.app.alarms.at - ring[at]) & LAST) // 1000000
                self.rows.append([seconds - ago_s, ring[at + 2], ring[at + 1] & 255])
            start += 3
        del self.rows[:-_ALARMS_MOST]
