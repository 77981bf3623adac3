"""PackTags of this machine in one table, and how to read one. Called by the link, idle context.

A tag is (name in ISA-TR88.00.02, type, source); source is the path of attributes from the app, or
a function of it. Values stay the controller's integers, and the type says what a gateway has to
make of them.
"""

from micropython import const

from controller import signals as s
from controller.alarm_codes import BELT_JAM, STACK_FULL
from controller.alarm_flags import FIRST
from controller.alarm_states import alarm_state

INT = const(0)
BOOL = const(1)  # 0 or 1
LIST = const(2)  # integers, as many as there are
RATE = const(3)  # tenths of a piece a minute
SECONDS = const(4)
MILLIS = const(5)  # the standard has seconds
REQUEST = const(6)  # a number that rises with each request: a reader that polls misses none


def _blocked(app):
    alarms = app.alarms
    full = alarms.is_active(BELT_JAM) or alarms.is_active(STACK_FULL)
    return 1 if full or app.line.stops & ~s.UPSTREAM_OK else 0


def _starved(app):
    return 1 if app.line.stops & s.UPSTREAM_OK or not app.inputs.di & s.WEB_OK else 0


def _processed(app):
    return sum(app.tracker.counts) + app.tracker.lost


def _defective(app):
    return app.tracker.counts[2] + app.tracker.lost


def active(app):
    """Codes of all active alarms, ascending."""
    return sorted(app.alarms.codes[: app.alarms.n])


def states(app):
    """Every alarm that is not normal: code | state << 8, and 1 << 12 for a first-out."""
    found = []
    for code, flags in enumerate(app.alarms.flags):
        state = alarm_state(code, flags)
        if state:
            found.append(code | state << 8 | flags // FIRST << 12)
    return found


def history(app):
    """The last 32 alarms, the newest first: code, seconds since power-up, code, ..."""
    alarms = app.alarms
    found = []
    for at in range(alarms.raised - 1, max(alarms.raised - 33, -1), -1):
        found.append(alarms.history[at % 32])
        found.append(alarms.history_s[at % 32])
    return found


TAGS = (
    # Command: what was asked for
    ("Command.UnitMode", INT, "inputs.mode"),
    ("Command.UnitModeChangeRequest", REQUEST, "inputs.command_no"),
    ("Command.MachSpeed", RATE, "pacing.target_x10"),
    ("Command.CntrlCmd", INT, "inputs.command"),
    ("Command.CmdChangeRequest", REQUEST, "inputs.command_no"),
    # Status: what is
    ("Status.UnitModeCurrent", INT, "unit.mode"),
    ("Status.StateCurrent", INT, "unit.state"),
    ("Status.MachSpeed", RATE, "pacing.target_x10"),
    ("Status.CurMachSpeed", RATE, "pacing.current_x10"),
    ("Status.EquipmentInterlock.Blocked", BOOL, _blocked),
    ("Status.EquipmentInterlock.Starved", BOOL, _starved),
    # Parameters of the recipe in use; their names and units are the host's
    ("Status.Parameter[0].Value", INT, "feed.pitch_um"),
    ("Status.Parameter[1].Value", INT, "horn.energy_mj"),
    ("Status.Parameter[2].Value", INT, "horn.shot_us"),
    ("Status.Parameter[3].Value", INT, "horn.hold_us"),
    ("Status.Parameter[4].Value", INT, "outputs.amplitude_pm"),
    # Admin: what was made, lost, and why. Processed counts every piece, defective ones too.
    ("Admin.ProdConsumedCount[]", INT, "feed.indexed"),
    ("Admin.ProdProcessedCount[]", INT, _processed),
    ("Admin.ProdDefectiveCount[]", INT, _defective),
    ("Admin.MachDesignSpeed", RATE, "pacing.target_x10"),
    ("Admin.StopReason", INT, "alarms.stop_reason"),
    ("Admin.AccTimeSinceReset", SECONDS, "statistics.acc_s"),
    ("Admin.ModeCurrentTime", MILLIS, "statistics.mode_ms"),
    ("Admin.StateCurrentTime", MILLIS, "statistics.state_ms"),
    ("Admin.Alarm[]", LIST, active),
    ("Admin.AlarmState[]", LIST, states),
    ("Admin.AlarmHistory[]", LIST, history),
)


def read(app, tag):
    """The present value of a row of TAGS. A LIST is the app's own: copy it before you keep it."""
    source = tag[2]
    if not isinstance(source, str):
        return source(app)
    value = app
    for name in source.split("."):
        value = getattr(value, name)
    return value


def find(name):
    """The row of TAGS with this name, or None."""
    for tag in TAGS:
        if tag[0] == name:
            return tag
    return None
