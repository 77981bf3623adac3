"""All tables of this machine: which rows, in which order, how long at most, which alarm.

Read this file to know what the machine does. Built once by app, run by the sequencer.
"""

# ruff: noqa: E501 - a table is read in columns
from micropython import const

from controller import alarm_codes as a
from controller import packml
from controller import signals as s
from controller.sequence import Sequence, do

# Tracks: what may run at the same time
STATE = const(0)
STROKE = const(1)
BESIDE = const(2)

_MOLD_US = const(500000)
_SETTLE_US = const(100000)
_FINISH_US = const(10000000)
_EMPTY_US = const(20000000)
_STILL_US = const(2000000)
_SEEK_US = const(10000000)
_BATCH_US = const(10000000)
_AT_TOP = s.PRESS_TOP | s.PRESS_CLEAR  # by both switches: the web may move next


def takeaway(bus, machine, parts):
    """Stations behind the press that this machine has, known to the app as its `parts`; those
    that are scanned, behind the conveyor."""
    scanned = ()
    belt = parts.conveyor
    if machine.has("pick"):
        from controller.pick import Pick

        parts.pick = Pick(bus, machine, parts.tracker)
    if machine.has("stacker"):
        from controller.stacker import Stacker

        parts.stacker = Stacker(bus, machine, belt)
        scanned = (parts.stacker,)
    if scanned or machine.has("reject_gate"):
        from controller.outfeed import Outfeed

        parts.outfeed = belt.outfeed = Outfeed(bus, machine, belt, parts.stacker)
        scanned = (belt.outfeed,) + scanned
    return scanned


def build(bus, machine, parts):
    """Every sequence, the stroke first, known to those of `parts`, the app, that begin them."""
    horn, feed = parts.horn, parts.feed
    belt, mold, service = parts.conveyor, parts.mold, parts.housekeeping

    def row(name, chain, start, ends, limit, alarm):
        limit_us = machine[limit + "_max_ms"] * 1000 if isinstance(limit, str) else limit
        return name, chain, start, ends, limit_us, alarm

    # fmt: off
    pick = parts.pick
    takeaway_rows = (
        row("transfer", "belt", belt.take, belt.taken, "belt.transfer", a.BELT_SLOW),
    )
    if pick:
        takeaway_rows += (
            row("pick",  "belt", pick.take,  pick.held,   "pick.hold",  a.PICK_FAILED),
            row("place", "belt", pick.place, pick.placed, "pick.place", a.PICK_STUCK),
        )
    takeaway = Sequence(1, "takeaway", BESIDE, takeaway_rows, bus)
    for _ in range(3):
        bus.tracks.insert(0, takeaway)  # nothing has run yet

    stroke_rows = [
        #    name      chain      starts         ends when        at most            or alarm
        row("index",   "web",     feed.index,    feed.arrived,    "feed.index",      a.FEED_LATE),
        do("takeaway", takeaway.branch),
        row("trim",    "web",     feed.trim,     feed.stopped,    "feed.trim",       a.TRIM_LATE),
        row("settle",  "web",     None,          feed.arrived,    "feed.settle",     a.FEED_UNSETTLED),
        do("check", feed.check),
        row("lower",   "press",   horn.lower,    s.PRESS_BOTTOM,  "press.lower",     a.PRESS_SLOW_DOWN),
        row("trigger", "press",   horn.touched,  s.TRIGGER,       "press.trigger",   a.NO_TRIGGER),
        row("delay",   "press",   None,          None,            0,                 0),
        row("weld",    "press",   horn.fire,     horn.finished,   0,                 a.WELD_TIMEOUT),
        row("hold",    "press",   None,          None,            0,                 0),
        row("part",    "press",   s.PRESS_UP,    None,            0,                 0),
        row("burst",   "press",   horn.burst,    horn.finished,   0,                 a.WELD_TIMEOUT),
        row("raise",   "press",   s.PRESS_UP,    s.PRESS_CLEAR,   "press.raise",     a.PRESS_SLOW_UP),
        row("ready",   "control", None,          horn.ready,      "generator.ready", a.GEN_NOT_READY),
        row("service", "control", service.begin, service.done,    "service.collect", a.SERVICE_LATE),
        row("cleared", "belt",    None,          takeaway.idle,   "belt.transfer",   a.STROKE_LATE),
    ]  # a list: a mold sets the times of some
    stroke = Sequence(0, "stroke", STROKE, stroke_rows, bus)
    # One weld where the web is, for setting up: its rows from lower to ready.
    names = [each[0] for each in stroke_rows]
    once = stroke_rows[names.index("lower") : names.index("ready") + 1]
    single = Sequence(19, "single", STROKE, once, bus)

    homing = (
        row("mold",      "control", mold.check,     mold.valid,      _MOLD_US,          a.MOLD_MISSING),
        row("reset",     "control", s.GEN_RESET,    None, machine["generator.reset_pulse_ms"] * 1000, 0),
        row("generator", "control", -s.GEN_RESET,   horn.ready,      "generator.ready", a.GEN_NOT_READY),
        row("raise",     "press",   s.PRESS_UP,     _AT_TOP,         "press.top",       a.PRESS_NOT_TOP),
        row("drive",     "web",     None,           s.FEED_READY,    "feed.ready",      a.FEED_DRIVE_FAULT),
        row("seek",      "web",     feed.seek,      feed.mark_found, _SEEK_US,          a.SEEK_FAILED),
        row("brake",     "web",     feed.brake,     feed.arrived,    "feed.settle",     a.FEED_UNSETTLED),
        row("register",  "web",     feed.register,  feed.arrived,    "feed.index",      a.FEED_LATE),
        do("check", feed.check),
    )

    # Several states do the same: they share its rows, of which one sequence runs at a time.
    # What the web has brought to the pick meanwhile is taken, what has dropped is carried off.
    take = (
        do("takeaway", takeaway.branch),
        row("taken",     "belt",    None,           takeaway.idle,   _FINISH_US,        a.STROKE_LATE),
    )
    up_to_speed = (
        row("belt",      "belt",    belt.run,       belt.at_speed,   "belt.start",      a.BELT_SLOW),
    ) + (take if pick else ())
    finish = row("finish", "control", None,         stroke.idle,     _FINISH_US,        a.STROKE_LATE)
    run_empty = row("empty", "belt", None,          belt.empty,      _EMPTY_US,         a.BELT_SLOW)
    park = (
        finish,
        row("park",      "press",   s.PRESS_UP,     _AT_TOP,         "press.top",       a.PRESS_NOT_TOP),
        do("belt off", belt.stop),
    )
    stacker = parts.stacker
    end_batch = (
        row("batch", "stack", stacker.end, stacker.ended, _BATCH_US, a.PUSHER_STUCK),
    ) if stacker else ()
    complete = (finish, run_empty) + end_batch + park
    empty = (
        row("index out", "web", feed.index, feed.arrived, "feed.index", a.FEED_LATE),
    ) + take + (run_empty,)
    abort = (
        row("shot over", "control", None, horn.finished, _STILL_US, a.STILL_MOVING),
        row("web still", "web",     None, feed.stopped,  _STILL_US, a.STILL_MOVING),
    )
    # Neither mold nor web is needed to jog, and no valve may be wished with an open guard.
    jog = homing[3:5] + (do("let go", -s.PRESS_UP),)
    clear = (row("inputs settle", "control", None, None, _SETTLE_US, 0),)
    # fmt: on
    by_state = {
        packml.RESETTING: Sequence(2, "homing", STATE, homing, bus),
        packml.STARTING: Sequence(3, "start", STATE, up_to_speed, bus),
        packml.STOPPING: Sequence(4, "stop", STATE, park, bus),
        packml.HOLDING: Sequence(5, "hold", STATE, park, bus),
        packml.UNHOLDING: Sequence(6, "unhold", STATE, up_to_speed, bus),
        packml.SUSPENDING: Sequence(7, "suspend", STATE, park, bus),
        packml.UNSUSPENDING: Sequence(8, "unsuspend", STATE, up_to_speed, bus),
        packml.ABORTING: Sequence(9, "abort", STATE, abort, bus),
        packml.CLEARING: Sequence(10, "clear", STATE, clear, bus),
        packml.COMPLETING: Sequence(11, "complete", STATE, complete, bus),
        -packml.RESETTING: Sequence(13, "jog", STATE, jog, bus),  # less than 0: in Manual
    }
    emptying = Sequence(12, "empty", STATE, empty, bus)
    horn.single = single
    _connect(parts, stroke, by_state, emptying)
    every = bus.tracks[BESIDE:] + [stroke, single, emptying] + list(by_state.values())  # noqa: RUF005 - no * there
    by_state[-packml.STARTING] = by_state[-packml.RESETTING]
    return tuple(sorted(every, key=lambda each: each.ident))


def _connect(parts, stroke, by_state, emptying):
    """Tell the parts of each other, and of the tables that are theirs to begin."""
    coordinator = parts.coordinator
    parts.alarms.listener = coordinator
    parts.alarms.lamps = parts.light
    parts.conveyor.sequencer = parts.sequencer
    parts.sequencer.listeners = (coordinator, parts.line, parts.pacing)
    if parts.stacker:
        parts.sequencer.listeners += (parts.stacker,)
        parts.stacker.line = parts.line
    parts.pacing.stroke = stroke
    coordinator.stroke = stroke
    coordinator.pacing = parts.pacing
    coordinator.feed = parts.feed
    coordinator.conveyor = parts.conveyor
    parts.feed.sequencer = parts.sequencer
    coordinator.followers = (
        parts.supervision,
        parts.supply,
        parts.light,
        parts.mold,
        parts.horn,
        parts.order,
    )
    coordinator.emptying = emptying
    coordinator.by_state = by_state
