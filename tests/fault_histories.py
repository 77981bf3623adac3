"""Histories of several faults at once on several machines, from a seed; each ends with a stop.

`run` plays one and checks it: interlocks after every scan, a safe state in bounded time, the
books against what the plant knows of every piece, and pairs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from histories import MODES, hold_at_every_instant
from takeaway_rig import ENDS, changed
from truth import Truth

from controller import alarm_codes as a
from controller import events, packml
from controller import signals as s
from controller.app import App
from controller.sequence import LIMIT_US
from host_sim.faults import KINDS, Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

SECOND = 1_000_000
MACHINES = {
    "reference": {},
    "2-up": {"machine": {"cavities": 2, "takt_ms": 4000}, "stacker": {"batch": 4}},
    "plain": {
        "machine": {"cavities": 2, "takt_ms": 4000},
        "feed": {"type": "stepper"},
        "registration": None,
    },
}
# Sizes where the default's half to its triple says nothing
SIZES = {
    "low_air": (1.05, 3.0),
    "mark_missing": (1, 5),
    "mark_contrast": (0.1, 12),
    "web_slip": (0.1, 12),
    "encoder_loses_counts": (0.1, 12),
    "part_missing": (1, 5),
    "roll_low": (1, 60),
    "valve_slow": (1, 900),
    "bottom_bounces": (1, 70),
    "brown_out": (0.3, 2),
    "long_collection": (1, 1500),
    "wake_late": (0.1, 60),
    "power_stuck": (0, 100),
    "stack_full": (1, 1),
}
# The mark, the splice sensor or its wire lies: a piece may be off and nobody can know
LIES_OF_THE_WEB = {"mark_false", "mark_contrast", "splice_chatters", "encoder_loses_counts"}
# A sensor behind the press lies, or the belt does, or something lets a reject pass
LIES_OF_THE_BELT = {
    "gate_stuck_shut", "reject_eye_blind", "reject_eye_stuck", "eye_blind", "eye_stuck",
    "eye2_blind", "belt_slip", "brown_out", "gate_stuck_open",
}  # fmt: skip
# What lies where at a power cut is forgotten: pieces, a splice on its way
FORGETS = {"brown_out"}
# The bottom switch opens under the shot, or something else takes a permission away unannounced
DENIED_BY = {"bottom_bounces"}
# What somebody presses who wants the machine to run, wherever it stands
PRESSES = (
    (400_000, "RESET"), (900_000, "RESET"), (1_400_000, "START"),
    (4_100_000, "START"), (4_900_000, "START"),
)  # fmt: skip
FIRST_US, LAST_US = 6 * SECOND, 34 * SECOND
LATE_US = 100_000  # debouncing, and a controller that is called late

_FILES = {name: changed(load_machine(), keys) for name, keys in MACHINES.items()}
_MOLD = changed(load_molds(["hand_M"])[0], {"limits": {"rejects_in_a_row": 4}})
_PLANT = PlantParameters().override({"plant.relay_closed": 1})
SAFE_OFF = s.PRESS_DOWN | s.SONICS_ENABLE | s.FEED_ENABLE | s.BELT_RUN | s.REWIND | s.UNWIND


@dataclass
class History:
    """What happens: (µs, words, act), in order, and how it ends."""

    machine: str
    seed: int
    faults: list[Fault] = field(default_factory=list)
    acts: list[tuple[int, str, Callable[[Twin], object]]] = field(default_factory=list)
    stop_us: int = 0
    stop: str = ""

    def __str__(self) -> str:
        told = [(f.start_us, f"{f.name} {f.size} for {f.duration_us}") for f in self.faults]
        told += [(at_us, words) for at_us, words, _ in self.acts]
        told.append((self.stop_us, self.stop))
        lines = [f"{at_us / SECOND:9.6f} {words}" for at_us, words in sorted(told)]
        return "\n".join([f"{self.machine}, seed {self.seed}", *lines])


def draw(seed: int) -> History:
    """The history of a seed."""
    luck = random.Random(seed)
    history = History(list(MACHINES)[seed % len(MACHINES)], seed)
    for _ in range(luck.randint(1, 4)):
        name = luck.choice(NAMES)
        kind = KINDS[name]
        size = None
        if kind.unit:
            least, most = SIZES.get(name, (kind.size / 2, kind.size * 3))
            size = max(kind.least, round(luck.uniform(least, most), 1))
            if kind.unit in COUNTS:
                size = float(max(1, round(size)))
        lasts_us = luck.choice((0, luck.randint(1_000, 300_000), luck.randint(1, 9) * SECOND))
        start_us = luck.randint(FIRST_US, LAST_US)
        history.faults.append(Fault(name, start_us, lasts_us, size))
    for _ in range(luck.randint(0, 4)):
        history.acts.append((luck.randint(FIRST_US, LAST_US), *_act(luck)))
    for at_us in range(FIRST_US, LAST_US, luck.choice((5, 5, 99)) * SECOND):
        history.acts += _recover(at_us + luck.randint(0, SECOND))
    history.stop_us = luck.randint(LAST_US + SECOND, LAST_US + 4 * SECOND)
    history.stop = luck.choice(("stop button", "stop by link", "abort by link", "E-stop"))
    history.acts = [step for step in history.acts if step[0] < history.stop_us - SECOND]
    if seed % 5 < 2 and history.stop[0] != "s":
        history.stop = "stop button"
    return history


NAMES = sorted(KINDS)
COUNTS = {"welds", "marks", "pieces", "times"}


def _act(luck: random.Random) -> tuple[str, Callable[[Twin], object]]:
    button = luck.choice(("START", "STOP", "RESET", "JOG"))
    command, mode = luck.randint(0, 11), luck.choice((0, 0, 0, *MODES))
    return luck.choice((
        (f"press {button}", lambda twin: twin.operator.press(button)),
        (f"command {command}, mode {mode}", lambda twin: twin.command(command, mode)),
        ("E-stop", lambda twin: twin.operator.estop(True)),
        ("guard open", lambda twin: twin.operator.guard(True)),
        ("key on", lambda twin: twin.operator.hold("SERVICE", True)),
        ("clear belt", lambda twin: twin.operator.clear_belt()),
    ))  # fmt: skip


def _recover(at_us: int) -> list[tuple[int, str, Callable[[Twin], object]]]:
    """An operator who gets it going, without a look at what it says."""

    def close(twin: Twin) -> None:
        twin.operator.estop(False)
        twin.operator.guard(False)
        twin.operator.hold("SERVICE", False)
        twin.operator.reset_relay()

    steps = [(at_us, "close", close)]
    for after_us, button in PRESSES:
        act = lambda twin, button=button: twin.operator.press(button, 150_000)  # noqa: E731
        steps.append((at_us + after_us, f"press {button}", act))
    return steps


@dataclass
class Played:
    """A history that has run, and what is known of it."""

    history: History
    twin: Twin
    app: App
    truth: Truth = field(init=False)
    ends: dict[int, str] = field(default_factory=dict)  # by the controller's serial number
    made: list[int] = field(default_factory=list)  # serial numbers, by the plant's number
    events: list[tuple[int, int]] = field(default_factory=list)
    took_us: int = 0  # from stop to the safe state

    def sink(self, ring: list[int], start: int, stop: int) -> None:
        for at in range(start, stop, 3):
            what, value = ring[at + 1], ring[at + 2]
            self.events.append((what, value))
            if what == events.PIECE_MADE:
                self.made.append(value)
            elif what in ENDS:
                assert value not in self.ends, f"piece {value} is counted twice"
                self.ends[value] = ENDS[what]


def bound_us(app: App, stop: str) -> int:
    """How long a stop may take: the time-outs of the tables that it runs, one after the other."""
    tables = {each.name: sum(row[LIMIT_US] for row in each.rows) for each in app.sequences}
    stop_us = tables["stop"] + tables["stack"] if stop[0] == "s" else 0
    return stop_us + tables["abort"] + LATE_US


def run(history: History) -> Played:
    """Play it and check it."""
    machine, mold = settings(_FILES[history.machine], _MOLD)
    app = App(machine, mold)

    def restart() -> None:
        App.__init__(app, machine, mold)
        # A weld that the cut has ended made a piece that no controller knows.
        welds = twin.plant.pieces.made - twin.plant.pieces.foreign
        played.made += [-number for number in range(len(played.made) + 1, welds + 1)]

    twin = Twin(app, _PLANT, machine, mold, history.seed, restart=restart)
    played = Played(history, twin, app)
    twin.sink = played.sink
    twin.on_scan = lambda now_us: hold_at_every_instant(twin, app)
    played.truth = Truth(twin, app)
    for at_us, act in [(step[0], step[2]) for step in _recover(100_000) + history.acts]:
        twin.at(at_us, lambda act=act: act(twin))
    for fault in history.faults:
        twin.inject(fault)
    # Who wants the machine to stop keeps others from its buttons.
    twin.at(history.stop_us - SECOND // 2, lambda: twin.plant.panel.mash(0))
    twin.run(history.stop_us)
    _stop(twin, history)
    most_us = bound_us(app, history.stop)
    while twin.now_us < history.stop_us + most_us:
        twin.run(twin.now_us + 250_000)
        if not played.took_us and _safe(played):
            played.took_us = twin.now_us - history.stop_us
            break
    assert played.took_us, f"no safe state {most_us / SECOND:g} s after the stop"
    twin.run(twin.now_us + SECOND)
    assert _safe(played), "the safe state was left again"
    app.journal.drain(played.sink)
    check(played)
    return played


def _stop(twin: Twin, history: History) -> None:
    names = {fault.name for fault in history.faults}
    if history.stop == "E-stop":
        twin.operator.estop(True)
    elif history.stop == "stop button" or "link_lost" in names:
        twin.operator.press("STOP")
    else:
        twin.command(packml.CMD_STOP if history.stop == "stop by link" else packml.CMD_ABORT)


def _safe(played: Played) -> bool:
    app, plant = played.app, played.twin.plant
    at_rest = app.unit.state in (packml.STOPPED, packml.ABORTED)
    if not at_rest or plant.gate.on or plant.web.moving or app.outputs.do & s.PUSHER:
        return False
    assert not app.outputs.do & SAFE_OFF, f"at rest with outputs on: {app.outputs.do:b}"
    return True


def check(played: Played) -> None:
    """The books against the truth."""
    history, app, twin = played.history, played.app, played.twin
    names = {fault.name for fault in history.faults}
    tracker, pieces, lanes = app.tracker, twin.plant.pieces, app.tracker.lanes
    ends, made = played.ends, played.made
    raised = {value for what, value in played.events if what == events.RAISED}
    assert a.SCAN_FAULT not in raised
    if not names & DENIED_BY:
        assert a.INTERLOCK_DENIED not in raised, "an interlock had to say no"
    assert len(made) == len(set(made)), "a serial number was given twice"
    ways = list(ends.values())
    assert sum(tracker.counts) + tracker.lost == len(ways)
    counts = [ways.count("good"), ways.count("suspect")]
    assert list(tracker.counts[:2]) == counts and tracker.lost == ways.count("lost")
    if not names & FORGETS:
        assert len(made) == len(ways) + lanes * (tracker.on_web + tracker.n)
    assert len(made) == pieces.made - pieces.foreign, "not every weld is one piece"
    for first in range(0, len(made), lanes):
        both = [ends.get(serial, "under way") for serial in made[first : first + lanes]]
        counted = sum(end in ("good", "suspect") for end in both)
        assert counted in (0, lanes), f"half a pair: {both}"
    marks = history.machine != "plain" and not names & LIES_OF_THE_WEB
    splices = not names & (LIES_OF_THE_WEB | FORGETS)
    for number, serial in enumerate(made, start=1):
        if ends.get(serial) in ("good", "suspect"):
            played.truth.check_good(number, marks, splices)
    _check_stack(played, names)
    outlet, stack = twin.plant.outlet, twin.plant.stack
    stacked = [n for batch in [*stack.batches, stack.stack, stack.before] for n in batch]
    there = len(stacked) + len(outlet.rejected) + len(outlet.pieces) + outlet.removed
    assert there == outlet.entered == pieces.passed, "a piece is nowhere"
    assert pieces.conserved


def _check_stack(played: Played, names: set[str]) -> None:
    """Where no sensor of the belt lies and nobody puts a hand in: what lies on the stack."""
    if names & LIES_OF_THE_BELT or any(
        words == "clear belt" for _, words, _ in played.history.acts
    ):
        return
    stack, lanes, made = played.twin.plant.stack, played.app.tracker.lanes, played.made
    stacked = [n for batch in [*stack.batches, stack.stack, stack.before] for n in batch]
    if any((events.RAISED, code) in played.events for code in (a.REJECT_UNCONFIRMED, a.BELT_JAM)):
        return  # these say what to take off by hand, and nobody here does
    assert 0 not in stacked, "a piece that nobody knows is on the stack"
    for number in stacked:
        end = played.ends.get(made[number - 1], "under way")
        # What the belt has carried off while it came to a stop is counted when it runs again.
        assert end in ("good", "suspect", "under way"), f"{end} on the stack"
    on_stack = {(number - 1) // lanes for number in stacked}
    gone = {(number - 1) // lanes for number in played.twin.plant.outlet.rejected if number}
    assert not on_stack & gone, "half a pair on the stack"
