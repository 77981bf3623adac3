"""Each fault of the takeaway, 1-up and 2-up: its alarm, the state, production after the remedy,
and every piece where it belongs."""

from __future__ import annotations

import pytest
from takeaway_rig import LENIENT, TWO_UP, Line

from controller import alarm_codes as a
from controller import packml

STOPPED, HELD, EXECUTE = packml.STOPPED, packml.HELD, packml.EXECUTE

# fault, size, how long in s, its alarm (the first that stops; 0: none), state it leads to
TABLE = (
    ("piece_double", 80, 0, a.PIECE_DOUBLE, HELD),
    ("piece_taken", 1, 0, a.PIECE_LOST, HELD),
    ("piece_taken_right", 1, 0, a.PIECE_LOST, HELD),
    ("belt_slip", 200, 0, a.PIECE_LOST, HELD),
    ("belt_slip", 30, 0, 0, EXECUTE),
    ("belt_stopped", None, 9, a.BELT_SLOW, STOPPED),
    ("belt_jam", None, 9, a.BELT_JAM, HELD),
    ("eye_blind", None, 9, a.PIECE_LOST, HELD),
    ("eye2_blind", None, 9, a.PIECE_LOST, HELD),
    ("eye_stuck", None, 9, a.BELT_JAM, HELD),  # or PIECE_LOST, where one came just then
    ("eye_dirty", 50, 9, 0, EXECUTE),
    ("pick_lost", 1, 0, a.PICK_FAILED, HELD),
    ("pick_stuck", None, 9, a.PICK_STUCK, HELD),
    ("gate_stuck_shut", None, 25, a.REJECT_UNCONFIRMED, HELD),
    ("gate_stuck_open", None, 9, a.GOOD_REJECTED, HELD),
    ("reject_eye_blind", None, 25, a.REJECT_UNCONFIRMED, HELD),
    ("reject_eye_stuck", None, 9, a.REJECT_JAM, HELD),
    ("pusher_stuck", None, 9, a.PUSHER_STUCK, HELD),
    ("pusher_slow", 0.5, 9, 0, EXECUTE),
    ("pusher_slow", 3, 9, a.PUSHER_STUCK, HELD),
    ("stack_full", None, 45, 0, EXECUTE),  # meanwhile Suspended
)
NAMES = {row[0] for row in TABLE}
# With these a reject lies on the stack, and REJECT_UNCONFIRMED says so
LETS_REJECTS_PASS = {"gate_stuck_shut"}


def every_third(stroke: int) -> tuple[int, int]:
    """Verdicts of left and right: one or the other is a reject."""
    return (2 if stroke % 6 == 2 else 0), (2 if stroke % 3 == 2 else 1)


@pytest.mark.parametrize("machine", [None, TWO_UP], ids=["1-up", "2-up"])
@pytest.mark.parametrize(("name", "size", "lasts_s", "alarm", "state"), TABLE)
def test_fault(
    machine: dict | None, name: str, size: float | None, lasts_s: int, alarm: int, state: int
) -> None:
    line = Line(machine, LENIENT, seed=4, verdicts=every_third).run(30)
    made = line.app.tracker.serial
    line.fault(name, lasts_s, size)
    line.run(lasts_s + (14 if machine else 8))
    if name == "eye_stuck" and line.reasons[:1] == [a.PIECE_LOST]:
        alarm = a.PIECE_LOST
    assert line.reasons[:1] == ([alarm] if alarm else [])
    assert line.state == state
    line.recover()
    assert line.state == EXECUTE and line.app.alarms.worst < a.REACT_HOLD
    assert line.app.tracker.serial > made + 8, "no production after the remedy"
    line.check()
    if name not in LETS_REJECTS_PASS:
        line.check_stack()
