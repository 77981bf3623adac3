"""What each fault leads to: the table that the tests run and from which `sonomask faults` prints.

A row is a fault of one size with what the machine does about it. The state is the first one that
the machine is taken to; Execute: it goes on. The remedy is what takes the cause away, before the
buttons that lead back to Execute.
"""

from dataclasses import dataclass

from controller import alarm_codes as a
from controller import packml
from host_sim.alarm_texts import texts
from host_sim.faults import KINDS
from host_sim.packml_names import state_name

ABORTED, STOPPED, HELD = packml.ABORTED, packml.STOPPED, packml.HELD
SUSPENDED, EXECUTE = packml.SUSPENDED, packml.EXECUTE
BUTTONS = {
    ABORTED: "RESET, RESET, START",
    STOPPED: "RESET, START",
    HELD: "RESET, START",
    SUSPENDED: "it goes on by itself",
    EXECUTE: "it goes on",
}
"""What leads from a state back to Execute."""


@dataclass(frozen=True)
class Row:
    """One fault and what it leads to."""

    name: str
    """Of `faults.KINDS`."""
    alarm: int
    """The first alarm that stops the machine, or the warning that it gives; 0: none."""
    state: int
    remedy: str = ""
    size: float | None = None
    """In the kind's unit; None: the kind's own."""
    lasts_s: float = 6
    """0: it passes by itself."""
    needs: tuple[str, ...] = ()
    """Keys of the mold file without which it is not seen, as limits.df_reject_hz=50."""
    during: str = ""
    """The row of the stroke in which it begins, where that matters."""
    rejects: bool = False
    """It shows on a machine with rejects between the good pieces; run 1-up and 2-up."""
    relay: bool = False
    """The safety relay has opened: its own reset comes first."""
    clear: bool = False
    """The belt has to be cleared by hand."""

    @property
    def shown_size(self) -> str:
        """Size with its unit; nothing where size has no meaning."""
        kind = KINDS[self.name]
        size = kind.size if self.size is None else self.size
        return f"{size:g} {kind.unit}" if kind.unit else ""

    @property
    def shown_alarm(self) -> str:
        """Code and name."""
        return f"{self.alarm} {texts()[self.alarm].name}" if self.alarm else "–"

    @property
    def shown_state(self) -> str:
        """Name of the state."""
        return state_name(self.state)

    @property
    def shown_remedy(self) -> str:
        """All that has to be done."""
        relay = "reset the safety relay" if self.relay else ""
        return ", ".join(filter(None, (self.remedy, relay, BUTTONS[self.state])))


_FREE = "free it"
_WIPE = "wipe the eye"
_SENSOR = "mend the sensor or its wire"
_SWITCH = "mend the switch"

TABLE = (
    # safety, operator
    Row("estop", a.SAFETY_OPEN, ABORTED, "release the E-stop", relay=True),
    Row("guard_open", a.SAFETY_OPEN, ABORTED, "close the guard", relay=True),
    Row("safety_chatters", a.SAFETY_OPEN, ABORTED, "mend the contact"),
    Row("stop_held", 0, STOPPED, "let go of it"),
    Row("start_held", 0, EXECUTE),
    Row("reset_held", 0, EXECUTE),
    Row("jog_stuck", 0, EXECUTE),
    Row("buttons_mashed", 0, EXECUTE),
    # the controller's board
    Row("brown_out", a.SAFETY_OPEN, ABORTED, relay=True, lasts_s=0),
    Row("long_collection", 0, EXECUTE),
    Row("long_collection", a.SERVICE_LATE, STOPPED, "look what the board does", 1500),
    Row("wake_late", 0, EXECUTE),
    Row("wake_late", 0, EXECUTE, size=60),
    Row("link_lost", 0, EXECUTE),
    # press and mold
    Row("low_air", 0, EXECUTE, size=1.2),
    Row("low_air", a.AIR_LOW, HELD, "bring the pressure back"),
    Row("valve_slow", 0, EXECUTE),
    Row("valve_slow", a.PRESS_SLOW_DOWN, STOPPED, "clean the valve", 700, during="index"),
    Row("valve_slow", a.PRESS_SLOW_UP, ABORTED, "clean the valve", 700, during="weld"),
    Row("press_stuck", a.PRESS_SLOW_DOWN, STOPPED, _FREE, during="index"),
    Row("press_stuck", a.PRESS_SLOW_UP, ABORTED, _FREE, during="weld"),
    Row("trigger_missing", a.NO_TRIGGER, STOPPED, _SWITCH),
    Row("bottom_bounces", 0, EXECUTE),
    Row("bottom_bounces", a.INTERLOCK_DENIED, ABORTED, _SWITCH, 60),
    Row("bottom_blind", a.PRESS_SLOW_DOWN, STOPPED, _SWITCH),
    Row("clear_blind", a.PRESS_SLOW_UP, ABORTED, _SWITCH),
    Row("top_blind", 0, EXECUTE),
    Row("bottom_stuck", a.PRESS_SWITCHES, ABORTED, _SWITCH),
    Row("clear_stuck", a.PRESS_SWITCHES, ABORTED, _SWITCH),
    Row("trigger_stuck", a.PRESS_SWITCHES, ABORTED, _SWITCH),
    Row("mold_pulled", a.MOLD_PULLED, ABORTED, "put the mold back and clamp it"),
    # generator and horn
    Row("overload", a.GEN_OVERLOAD, STOPPED),
    Row("generator_off", a.GEN_NOT_READY, STOPPED, "switch the generator on"),
    Row("horn_crack", 0, EXECUTE),
    Row("horn_crack", a.REJECTS_IN_A_ROW, HELD, "change the horn", None, 16,
        ("limits.df_reject_hz=50",)),
    Row("frequency_drift", 0, EXECUTE),
    Row("frequency_drift", a.REJECTS_IN_A_ROW, HELD, "look at horn and converter", 60, 16,
        ("limits.df_reject_hz=50",)),
    Row("power_noisy", 0, EXECUTE),
    Row("power_noisy", a.REJECTS_IN_A_ROW, HELD, _SENSOR, 100, 16, ("limits.peak_max_pc=60",)),
    Row("power_stuck", a.REJECTS_IN_A_ROW, HELD, _SENSOR, None, 8),
    Row("ground_stuck", 0, EXECUTE),
    Row("ground_stuck", a.REJECTS_IN_A_ROW, HELD, _SENSOR, None, 16, ("weld.cut_ground_ms=40",)),
    Row("part_missing", a.REJECTS_IN_A_ROW, HELD),
    # web
    Row("web_break", a.WEB_BREAK, ABORTED, "thread the web"),
    Row("web_slip", 0, EXECUTE, size=2, lasts_s=0),
    Row("web_slip", a.REGISTRATION_OFF, HELD, size=10, lasts_s=0),
    Row("mark_missing", 0, EXECUTE, size=2),
    Row("mark_missing", a.MARK_LOST, HELD, size=4, lasts_s=0),
    Row("mark_false", 0, EXECUTE, size=1),
    Row("mark_false", a.REGISTRATION_OFF, HELD, "wipe the mark sensor"),
    Row("mark_contrast", 0, EXECUTE),
    Row("mark_contrast", a.MARK_LOST, HELD, "set the mark sensor", 10),
    Row("encoder_loses_counts", 0, EXECUTE, lasts_s=0),
    Row("encoder_loses_counts", a.REGISTRATION_OFF, HELD, size=10, lasts_s=0),
    Row("feed_drive_fault", a.FEED_DRIVE_FAULT, ABORTED, "reset the drive"),
    Row("roll_end", a.UPPER_WEB_LATE, HELD, "splice a new roll in", lasts_s=12),
    Row("roll_low", a.UPPER_ROLL_LOW, EXECUTE, "splice a new roll in"),
    Row("splice", 0, EXECUTE, lasts_s=0),
    Row("splice_stuck", a.REJECTS_IN_A_ROW, HELD, _SENSOR, lasts_s=20),
    Row("splice_chatters", a.REJECTS_IN_A_ROW, HELD, _SENSOR, lasts_s=20),
    Row("dancer_stuck_low", a.UPPER_WEB_LATE, HELD, _FREE),
    Row("dancer_stuck_high", a.UPPER_WEB_SLACK, HELD, _FREE),
    Row("dancer_chatters", 0, EXECUTE),
    Row("static_off", a.STATIC_WARN, EXECUTE, "look at its supply"),
    Row("waste_break", a.WASTE_BREAK, HELD, "thread the waste"),
    Row("waste_chatters", 0, EXECUTE),
    Row("waste_chatters", a.WASTE_BREAK, HELD, _SENSOR, 2),
    # the line
    Row("upstream_starved", 0, SUSPENDED),
    Row("downstream_blocked", 0, SUSPENDED),
    Row("upstream_chatters", 0, EXECUTE),
    # takeaway
    Row("pick_lost", a.PICK_FAILED, HELD, lasts_s=0, rejects=True),
    Row("pick_stuck", a.PICK_STUCK, HELD, "empty the pad", lasts_s=9, rejects=True),
    Row("belt_slip", 0, EXECUTE, size=30, lasts_s=0, rejects=True),
    Row("belt_slip", a.PIECE_LOST, HELD, size=200, lasts_s=0, rejects=True),
    Row("belt_stopped", a.BELT_SLOW, STOPPED, _FREE, lasts_s=9, rejects=True),
    Row("belt_jam", a.BELT_JAM, HELD, "clear the belt", lasts_s=9, rejects=True, clear=True),
    Row("piece_taken", a.PIECE_LOST, HELD, lasts_s=0, rejects=True),
    Row("piece_taken_right", a.PIECE_LOST, HELD, lasts_s=0, rejects=True),
    Row("piece_double", a.PIECE_DOUBLE, HELD, lasts_s=0, rejects=True),
    Row("eye_blind", a.PIECE_LOST, HELD, _WIPE, lasts_s=9, rejects=True),
    Row("eye2_blind", a.PIECE_LOST, HELD, _WIPE, lasts_s=9, rejects=True),
    Row("eye_stuck", a.BELT_JAM, HELD, _WIPE, lasts_s=9, rejects=True),
    Row("eye_dirty", 0, EXECUTE, lasts_s=9, rejects=True),
    Row("gate_stuck_shut", a.REJECT_UNCONFIRMED, HELD, "free it, take the reject off the stack",
        lasts_s=25, rejects=True),
    Row("gate_stuck_open", a.GOOD_REJECTED, HELD, _FREE, lasts_s=9, rejects=True),
    Row("reject_eye_blind", a.REJECT_UNCONFIRMED, HELD, _WIPE, lasts_s=25, rejects=True),
    Row("reject_eye_stuck", a.REJECT_JAM, HELD, _WIPE, lasts_s=9, rejects=True),
    Row("pusher_stuck", a.PUSHER_STUCK, HELD, _FREE, lasts_s=9, rejects=True),
    Row("pusher_slow", 0, EXECUTE, size=0.5, lasts_s=9, rejects=True),
    Row("pusher_slow", a.PUSHER_STUCK, HELD, "look at its air", 3, 9, rejects=True),
    Row("stack_full", 0, SUSPENDED, "take batches away", lasts_s=45, rejects=True),
)  # fmt: skip


HEADS = ("fault", "what happens", "size", "alarm", "state", "remedy")


def cells(row: Row) -> tuple[str, ...]:
    """A row in words, under `HEADS`."""
    what = KINDS[row.name].what
    what += f" (with {', '.join(row.needs)})" if row.needs else ""
    what += f" (from the row {row.during} on)" if row.during else ""
    return (
        row.name, what, row.shown_size, row.shown_alarm, row.shown_state, row.shown_remedy,
    )  # fmt: skip


def in_markdown() -> list[str]:
    """Lines of the table, for documentation."""
    lines = [f"| {' | '.join(HEADS)} |", "|" + "---|" * len(HEADS)]
    return lines + [f"| {' | '.join(cells(row))} |" for row in TABLE]
