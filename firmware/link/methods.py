"""What the methods do; a row of methods.txt says which of these with which values. Called by link,
idle context.

Each raises RefusedError before it has changed anything. Commands go to the controller through the
input image, one a scan.
"""

from micropython import const

from controller import modes, packml
from controller.alarm_states import shelve
from controller.tags import values
from link.request import BUSY, OUT_OF_BOUNDS, WRONG_PIN, WRONG_STATE, RefusedError
from store.may_write import may_write

_RESTING = 1 << packml.STOPPED | 1 << packml.ABORTED
_LOGIN_MS = const(2000)  # from one try to the next
_ACKNOWLEDGE = const(-2)


def read(link, mask):
    """Values of the tags whose bits are in `mask`, in their order."""
    every = values(link.app) + (link.role, link.done[0], link.lost, link.bad) + link.identity
    made = []
    for each in every:
        if mask & 1:
            made.append(each)
        mask >>= 1
    return made


def _login(link, role, pin=""):
    if role:
        board = link.board
        if 0 <= board.since_ms(link.tried) < _LOGIN_MS:
            raise RefusedError(BUSY, None)
        link.tried = board.ticks_ms()
        if not link.kept.pin_ok(role, pin):
            raise RefusedError(WRONG_PIN, None)
    link.role = role
    return [role]


def _command(link, command, mode):
    app = link.app
    unit, inputs = app.unit, app.inputs
    if mode:
        taken = modes.may_change(unit.mode, mode, unit.state)
    else:
        taken = app.coordinator.takes(command)
    if not taken:
        raise RefusedError(WRONG_STATE, unit.state)
    if app.coordinator.command_no != inputs.command_no:
        raise RefusedError(BUSY, None)  # no scan has seen the one before
    inputs.command = command
    inputs.mode = mode
    inputs.command_no = inputs.command_no + 1 & 0x7FFF
    link.news = True
    return []


def _park(link, on):
    app = link.app
    if on and app.coordinator.takes(packml.CMD_STOP):
        _command(link, packml.CMD_STOP, 0)
    app.coordinator.parked = on
    return [int(on and _rests(app) and not link.news)]


def _rests(app):
    return _RESTING >> app.unit.state & 1 and may_write(app.inputs, app.outputs)


def _molds(link):
    return link.kept.molds()


def _recipe(link):
    app = link.app
    if not _rests(app):
        raise RefusedError(WRONG_STATE, app.unit.state)
    return link.kept.file_of(app.recipe)


def _take(link, mold, key, value):
    """Another mold, or with none a value of this one."""
    app = link.app
    if not _rests(app):
        raise RefusedError(WRONG_STATE, app.unit.state)
    if key == "id" or key == "code":
        raise RefusedError(OUT_OF_BOUNDS, key)  # they are what the mold is
    changes = {}
    if not mold:
        changes.update(link.kept.recipe()[1])
        changes[key] = value
    wrong = link.kept.take(app, mold or app.recipe, changes)
    if wrong:
        raise RefusedError(OUT_OF_BOUNDS, wrong)
    link.news = True
    return []


def _journal(link, number, most):
    journal = link.app.journal
    total = journal.drained + journal.held // 3 + journal.lost
    first = min(max(number, total - journal.end // 3), total)
    stop = min(first + most, total)
    events = []
    for each in range(first, stop):
        at = (journal.at - 3 * (total - each)) % journal.end
        events.append(list(journal.ring[at : at + 3]))
    return [stop, max(first - number, 0), events]


def _monitor(link, mask, period_ms):
    link.mask = mask
    link.period_ms = period_ms
    return []


def _alarm(link, code, minutes):
    """Acknowledge an alarm (-2), or put it away or back as `shelve` does."""
    alarms, now = link.app.alarms, link.app.bus.now
    if minutes == _ACKNOWLEDGE:
        done = alarms.is_active(code)
        alarms.acknowledge(now, code, link.role)
    else:
        done = shelve(alarms, now, code, minutes, link.role)
    if not done:
        raise RefusedError(WRONG_STATE, code)
    link.news = True
    return []


DO = (read, _login, _command, _park, _molds, _recipe, _take, _journal, _monitor, _alarm)
