"""Runs whose scans are counted: production, and each fault that changes what a scan has to do."""

from functools import cache

from controller import events
from controller.app import App
from controller.sequence import NAME
from host_sim.board.tape import record
from host_sim.board.work import Work, count
from host_sim.faults import Fault
from host_sim.molds import load_machine, load_molds, settings

UNTIL_US = 24_000_000
MOLD = "foot_L"

_START_US = 13_500_000  # in the middle of a stroke
RUNS: dict[str, tuple[Fault, ...]] = {
    "production": (),
    "estop": (Fault("estop", _START_US, 2_000_000),),
    "guard_open": (Fault("guard_open", _START_US, 2_000_000),),
    "overload": (Fault("overload", _START_US, 500_000),),
    "mark_missing": (Fault("mark_missing", 12_000_000, 9_000_000, 4),),
    "belt_jam": (Fault("belt_jam", 12_000_000, 5_000_000),),
    "piece_taken": (Fault("piece_taken", 12_000_000, 0, 2),),
    "web_break": (Fault("web_break", _START_US, 2_000_000),),
    "mold_pulled": (Fault("mold_pulled", _START_US, 1_000_000),),
    "press_stuck": (Fault("press_stuck", _START_US, 3_000_000),),
    "trigger_missing": (Fault("trigger_missing", 12_000_000, 4_000_000),),
    "eye_dirty": (Fault("eye_dirty", 12_000_000, 4_000_000, 20),),
    "feed_drive_fault": (Fault("feed_drive_fault", _START_US, 2_000_000),),
    "roll_low": (Fault("roll_low", 9_000_000, 1_000_000), Fault("splice", 9_000_000)),
    "dancer_stuck_low": (Fault("dancer_stuck_low", 11_000_000, 5_000_000),),
    "waste_break": (Fault("waste_break", _START_US, 2_000_000),),
    "upstream_starved": (Fault("upstream_starved", _START_US, 4_000_000),),
}


def work_of(name: str) -> Work:
    """Record one of RUNS and count its scans."""
    return count(record(MOLD, RUNS[name], UNTIL_US))


def event_name(what: int) -> str:
    """Name of an event's code; that of a sequence with its table and row: "stroke.weld"."""
    return _names().get(what, f"{what:04x}")


@cache
def _names() -> dict[int, str]:
    names = {v: k for k, v in vars(events).items() if k.isupper() and v >= events.BOOT}
    app = App(*settings(load_machine(), load_molds([MOLD])[0]))
    for table in app.sequences:
        for at, row in enumerate(table.rows):
            names[table.what + at] = f"{table.name}.{row[NAME]}"
        names[table.what + events.SEQ_BEGIN] = f"{table.name} begins"
        names[table.what + events.SEQ_END] = f"{table.name} ends"
        names[table.what + events.SEQ_TIMEOUT] = f"{table.name} times out"
        names[table.what + events.SEQ_CANCEL] = f"{table.name} is cancelled"
    return names
