"""PackTags of this machine: their present values, in one tuple. Called by the link, idle context.

Names (those of ISA-TR88.00.02) and types are in link/methods.txt, section tags, in the same order.
Values stay the controller's integers; the type says what a gateway has to make of them.
"""

from controller import signals as s
from controller.alarm_codes import BELT_JAM
from controller.alarm_flags import FIRST
from controller.alarm_states import alarm_state


def _blocked(app):
    full = app.alarms.is_active(BELT_JAM)
    return 1 if full or app.line.stops & ~s.UPSTREAM_OK else 0


def _starved(app):
    return 1 if app.line.stops & s.UPSTREAM_OK or not app.inputs.di & s.WEB_OK else 0


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


def values(app):
    """All tags. A list is a copy."""
    inputs, unit, pacing, statistics = app.inputs, app.unit, app.pacing, app.statistics
    alarms, horn = app.alarms, app.horn
    counts, lost = app.tracker.counts, app.tracker.lost
    return (
        # Command: what was asked for
        inputs.mode,
        inputs.command_no,
        pacing.target_x10,
        inputs.command,
        inputs.command_no,
        # Status: what is
        unit.mode,
        unit.state,
        pacing.target_x10,
        pacing.current_x10,
        _blocked(app),
        _starved(app),
        # Parameters of the recipe in use; their names and units are the host's
        app.feed.pitch_um,
        horn.energy_mj,
        horn.shot_us,
        horn.hold_us,
        app.outputs.amplitude_pm,
        # Admin: what was made, lost, and why. Processed counts every piece, defective ones too.
        app.feed.indexed,
        sum(counts) + lost,
        counts[2] + lost,
        pacing.target_x10,
        alarms.stop_reason,
        statistics.acc_s,
        statistics.mode_ms,
        statistics.state_ms,
        active(app),
        history(app),
        # Of this machine, beyond the standard
        alarms.raised,
        app.recipe,
        counts[0],
        counts[1],
        counts[2],
        lost,
        app.tracker.extra,
        app.journal.lost,
        app.coordinator.parked,
    )
