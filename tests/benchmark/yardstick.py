"""The yardstick: the same plant and the same sequence, written by hand as one SimPy model.

What somebody would write who wants hand_M's rate and nothing else: generator processes, no images
of inputs and outputs, no controller code, no record beyond the figures asked for. It is kept lean
on purpose: one watchdog serves all rows, and no process is started where a call will do, so that
it processes about as many SimPy events a stroke as the simulator. Integer µs, lengths in µm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import simpy

from tests.benchmark.luck import Luck
from tests.benchmark.takeaway import Belt, Steps

TAKT_US = 2_000_000
PITCH_UM = 230_000
FEED_UM_S, FEED_UM_S2 = 900_000, 7_000_000
LOOK_AHEAD_UM, TRIM_MOST_UM, STEP_UM = 20_000, 5_000, 50
WELD_MS, WELD_J, HOLD_US = 430, 415, 130_000
WELD_MOST_MS = WELD_MS * 150 // 100
RAMP_MS = 35
INDEX_US = int(1e6 * (PITCH_UM / FEED_UM_S + FEED_UM_S / FEED_UM_S2))
MARK_US = INDEX_US - int(1e6 * math.sqrt(2 * LOOK_AHEAD_UM / FEED_UM_S2))
WATTS = WELD_J * 1000 / (WELD_MS - RAMP_MS / 2)  # plateau that makes WELD_J in WELD_MS

ROWS = (
    "index", "trim", "settle", "lower", "trigger", "weld", "hold", "raise", "ready", "service",
    "takeaway",
)  # fmt: skip


class AlarmError(Exception):
    """A row ran into its time-out, or an interlock forbids the next one."""


@dataclass(frozen=True)
class Figures:
    """What the model was asked for: µs, one value a stroke; `events` is what SimPy processed."""

    strokes: list[int]
    stages: dict[str, list[int]]
    late_us: int
    counts: list[int]
    lost: int
    events: int


class Machine:
    """Feed, press, generator, and the stroke that uses them."""

    def __init__(self, env: simpy.Environment, luck: Luck) -> None:
        self.env = env
        self.luck = luck
        self.belt = Belt(env, luck)
        self.strokes: list[int] = []
        self.stages: dict[str, list[int]] = {name: [] for name in ROWS}
        self.late_us = 0
        self.top = self.clear_height = self.in_position = True
        self.bottom = self.trigger = False
        self.web_um = self.register_um = self.mark_um = 0
        self.welded: int | None = None  # verdict of the piece that still lies on the web
        self.doing = ""
        self.deadline = 1_000_000
        env.process(self.run())
        env.process(self.watch())

    # motions

    def index(self) -> Steps:
        """One pitch, of which slip and print leave a little; the eye sees the mark on the way."""
        self.in_position = False
        short_us = next(self.luck.slip)
        self.register_um += PITCH_UM
        self.web_um = self.register_um - short_us * short_us * 7 // 4_000_000
        yield self.env.timeout(MARK_US)
        self.mark_um = self.register_um - LOOK_AHEAD_UM
        yield self.env.timeout(INDEX_US - MARK_US)
        if self.welded is not None:
            self.belt.drop(self.welded)
            self.welded = None
        yield self.env.timeout(next(self.luck.lag))

    def trim(self) -> Steps:
        """What is left to the mark: half the way at full acceleration, half of it braking."""
        rest_um = self.mark_um + LOOK_AHEAD_UM - self.web_um
        if rest_um > TRIM_MOST_UM:
            raise AlarmError(f"{rest_um} µm short of the mark")
        steps_um = rest_um // STEP_UM * STEP_UM
        yield self.env.timeout(math.isqrt(steps_um * 4_000_000 // 7) + 1)
        self.web_um += steps_um

    def settle(self) -> Steps:
        yield self.env.timeout(next(self.luck.settle))
        self.in_position = True
        if abs(self.register_um - self.web_um) > 1000:
            raise AlarmError("out of register")

    def lower(self) -> Steps:
        stroke_us = next(self.luck.lower) - 22_000
        yield self.env.timeout(22_000)
        self.top = False
        yield self.env.timeout(stroke_us * 2 // 5)
        self.clear_height = False
        yield self.env.timeout(stroke_us - stroke_us * 2 // 5)
        self.bottom = True

    def press_on(self) -> Steps:
        yield self.env.timeout(next(self.luck.trigger))
        self.trigger = True

    def weld(self) -> Steps:
        """Power sample each millisecond until the energy is reached; then the gate drops."""
        watts = WATTS * 1e6 / next(self.luck.weld)
        ramp = watts / RAMP_MS
        ripple = self.luck.ripple
        energy_mj = peak_w = 0.0
        ms = 0
        while ms < WELD_MOST_MS and energy_mj < WELD_J * 1000:
            ms += 1
            power_w = (watts if ms > RAMP_MS else ramp * ms) + next(ripple)
            energy_mj += power_w
            if power_w > peak_w:
                peak_w = power_w
        yield self.env.timeout(ms * 1000)
        off = abs(energy_mj - WELD_J * 1000) / (WELD_J * 10)
        if ms >= WELD_MOST_MS or ms * 100 < WELD_MS * 70 or off > 15 or not 520 <= peak_w <= 2340:
            self.welded = 2
        else:
            self.welded = 1 if off > 10 else 0

    def hold(self) -> Steps:
        yield self.env.timeout(HOLD_US + next(self.luck.late))

    def lift(self) -> Steps:
        clear_us = next(self.luck.clear) - 24_000
        yield self.env.timeout(24_000)
        self.trigger = self.bottom = False
        yield self.env.timeout(clear_us)
        self.clear_height = True
        self.env.process(self.rise())

    def rise(self) -> Steps:
        """The rest of the way up, beside what follows."""
        yield self.env.timeout(next(self.luck.top))
        self.top = True

    def find_frequency(self) -> Steps:
        """After some strokes the generator seeks in air, and is not ready meanwhile."""
        if seek_us := next(self.luck.seek):
            yield self.env.timeout(seek_us)

    def serve(self) -> Steps:
        yield self.env.timeout(next(self.luck.service))

    # the sequence

    def watch(self) -> Steps:
        """Time-out of the rows. One process for all: it sleeps until the deadline that it knows,
        and looks again. A shorter deadline that was set meanwhile is found late, never missed."""
        while True:
            while (rest_us := self.deadline - self.env.now) > 0:
                yield self.env.timeout(rest_us)
            raise AlarmError(f"{self.doing} takes too long")

    def row(self, name: str, motion: Steps, most_us: int) -> Steps:
        """Run a motion, at most so long, and note how long it took."""
        begun = self.env.now
        self.doing = name
        self.deadline = begun + most_us
        yield from motion
        self.stages[name].append(self.env.now - begun)

    def run(self) -> Steps:
        """Stroke after stroke on the grid: stroke k is due at k x takt."""
        env = self.env
        due = 0
        while True:
            if env.now < due:
                self.deadline = due + 1_000_000
                yield env.timeout(due - env.now + next(self.luck.late))
            self.late_us = max(self.late_us, env.now - due)
            due += TAKT_US
            begun = env.now
            yield from self.stroke()
            self.strokes.append(env.now - begun)

    def stroke(self) -> Steps:
        row = self.row
        yield from row("index", self.index(), 1_000_000)
        yield from row("trim", self.trim(), 500_000)
        yield from row("settle", self.settle(), 500_000)
        if not (self.clear_height and self.in_position):
            raise AlarmError("interlock of the press")
        yield from row("lower", self.lower(), 800_000)
        yield from row("trigger", self.press_on(), 400_000)
        if not (self.bottom and self.trigger):
            raise AlarmError("interlock of sonics")
        yield from row("weld", self.weld(), 700_000)
        yield from row("hold", self.hold(), 1_000_000)
        yield from row("raise", self.lift(), 600_000)
        yield from row("ready", self.find_frequency(), 2_000_000)
        yield from row("service", self.serve(), 1_000_000)
        yield from row("takeaway", self.belt.clear(), 1_500_000)


def run(hours: float, seed: int = 1) -> Figures:
    """Run the model for `hours` of machine time."""
    env = simpy.Environment()
    machine = Machine(env, Luck(seed))
    env.run(until=round(hours * 3_600_000_000))
    # Every event takes a number when it is scheduled; those still in the queue were not processed.
    events = next(env._eid) - len(env._queue)
    belt = machine.belt
    return Figures(
        machine.strokes, machine.stages, machine.late_us, belt.counts, belt.lost, events
    )
