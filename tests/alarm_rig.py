"""Alarms alone, with a bus: what is done to one as supervision, panel and link would do it."""

from __future__ import annotations

from controller.alarm_codes import REACTION
from controller.alarm_flags import FIRST
from controller.alarm_states import alarm_state, shelve
from controller.clock import add
from controller.journal import Journal
from controller.packml import Unit
from controller.part import Bus, Part
from controller.roles import OPERATOR, SUPERVISOR, TECHNICIAN
from host_sim.alarm_texts import STATES

SECOND = 1_000_000
SHELF_MIN = 10
EVENTS = (
    "raise", "clear", "event", "acknowledge", "reset", "shelve", "unshelve", "time", "suppress",
    "unsuppress", "out", "in",
)  # fmt: skip


class Bench:
    """Alarms as the machine has them, a clock, and what each alarm's cause is said to be."""

    def __init__(self, origin: int = 0) -> None:
        self.journal = Journal(512)
        self.bus = Bus(self.journal, Unit())
        self.alarms = self.bus.alarms
        self.alarms.listener, self.alarms.lamps = Part(self.bus), Part(self.bus)
        self.now = self.alarms.at = origin
        self.cause: set[int] = set()
        self.hidden: set[int] = set()  # supervision does not look at them
        self.events: list[tuple[int, int, int]] = []
        self.scan()

    def scan(self) -> None:
        """As the scan does it: the part when it is poked or due; then drain the journal."""
        self.alarms.poked = self.alarms.timed = False
        self.alarms.scan(self.now)
        held = self.journal.held
        self.alarms.scan(self.now)
        assert self.journal.held == held, "an extra scan changes nothing"
        self.journal.drain(self._take)

    def _take(self, ring: list[int], start: int, stop: int) -> None:
        for at in range(start, stop, 3):
            self.events.append((ring[at], ring[at + 1], ring[at + 2]))

    def look(self, code: int) -> None:
        """What supervision does with a row."""
        watched = code not in self.hidden
        standing = watched and code in self.cause
        self.alarms.stands(code, standing, watched)
        if standing:
            self.alarms.raise_(self.now, code)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds):
            self.now = add(self.now, SECOND)
            self.scan()

    def do(self, event: str, code: int) -> bool:
        """One of the events of the table. False: it was refused."""
        alarms, now, done = self.alarms, self.now, True
        if event in ("raise", "clear"):
            (self.cause.add if event == "raise" else self.cause.discard)(code)
            self.look(code)
        elif event in ("suppress", "unsuppress"):
            (self.hidden.add if event == "suppress" else self.hidden.discard)(code)
            self.look(code)
        elif event == "event":
            alarms.raise_(now, code)
        elif event == "acknowledge":
            alarms.acknowledge(now, code, OPERATOR)
        elif event == "reset":
            alarms.reset(now)
        elif event == "time":
            self.wait(SHELF_MIN * 60 + 1)
        else:
            minutes = {"shelve": SHELF_MIN, "out": -1}.get(event, 0)
            role = SUPERVISOR if event in ("out", "in") else TECHNICIAN
            done = shelve(alarms, now, code, minutes, role)
        self.scan()
        return done

    def state(self, code: int) -> str:
        """Name of its state."""
        return STATES[alarm_state(code, self.alarms.flags[code])]

    def active(self) -> list[int]:
        """Active ones in the order in which they came."""
        return list(self.alarms.codes[: self.alarms.n])

    def first(self, code: int) -> bool:
        """Whether it is the first-out of its group."""
        return bool(self.alarms.flags[code] & FIRST)

    def hardest(self, codes: list[int]) -> int:
        """The hardest reaction among these."""
        return max((REACTION[code] for code in codes), default=-1)
