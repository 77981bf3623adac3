"""Generated histories of the machine: buttons, E-stops, guard, commands and faults at any µs.

`play` runs one and checks, after every scan, what must hold at every instant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from controller import interlocks
from controller import signals as s
from controller.app import App
from controller.image import PROFILE_SLOW
from controller.modes import MANUAL
from host_sim.faults import KINDS, Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

BUTTONS = ("START", "STOP", "RESET")
MODES = (1, 2, 3, 4, 6, 7)
FIRST_US = 4_000_000  # production begins at about 6 s
LAST_US = 24_000_000
# Deadlines on time, so that a scan between them can be told apart from a late one.
PUNCTUAL = PlantParameters().override({"plant.wake_late_us": 0})

Act = Callable[[Twin], None]


@dataclass(frozen=True)
class Step:
    """One thing that happens to the machine."""

    t_us: int
    name: str
    act: Act = field(compare=False, repr=False)


def _recover(twin: Twin) -> None:
    twin.operator.estop(False)
    twin.operator.guard(False)
    twin.operator.start_up(1)


FIXED: dict[str, Act] = {
    "estop": lambda twin: twin.operator.estop(True),
    "release": lambda twin: twin.operator.estop(False),
    "guard open": lambda twin: twin.operator.guard(True),
    "guard closed": lambda twin: twin.operator.guard(False),
    "relay": lambda twin: twin.operator.reset_relay(),
    "clear belt": lambda twin: twin.operator.clear_belt(),
    "key on": lambda twin: twin.operator.hold("SERVICE", True),
    "key off": lambda twin: twin.operator.hold("SERVICE", False),
    "jog": lambda twin: twin.operator.hold("JOG", True),
    "let go": lambda twin: twin.operator.hold("JOG", False),
}


def _press(button: str) -> tuple[str, Act]:
    return f"press {button}", lambda twin: twin.operator.press(button)


def _command(command: int, mode: int) -> tuple[str, Act]:
    return f"command {command}, mode {mode}", lambda twin: twin.command(command, mode)


def _fault(name: str, duration_us: int, size: int) -> tuple[str, Act]:
    fault_size = float(max(size, KINDS[name].least)) if KINDS[name].unit else None

    def inject(twin: Twin) -> None:
        twin.inject(Fault(name, twin.now_us + 1, duration_us, fault_size))

    return f"{name} ({size}) for {duration_us} µs", inject


_durations = st.one_of(st.integers(1_000, 200_000), st.integers(2_000_000, 9_000_000))
_faults = st.builds(_fault, st.sampled_from(sorted(KINDS)), _durations, st.integers(1, 4))
_acts = st.one_of(
    _faults,
    _faults,
    st.sampled_from(BUTTONS).map(_press),
    st.builds(_command, st.integers(0, 11), st.sampled_from((0, 0, 0, *MODES, 5, 9))),
    st.sampled_from(sorted(FIXED.items())),
)


@st.composite
def histories(draw: st.DrawFn, most: int = 8) -> list[Step]:
    """Up to `most` things that happen, and an operator who now and then gets it going again."""
    times = st.integers(FIRST_US, LAST_US)
    steps = [Step(t_us, *act) for t_us, act in draw(
        st.lists(st.tuples(times, _acts), min_size=1, max_size=most)
    )]  # fmt: skip
    every_us = draw(st.sampled_from((2_000_000, 5_000_000, LAST_US)))
    for t_us in range(FIRST_US, LAST_US, every_us):
        steps.append(Step(t_us + every_us // 2, "recover", _recover))
    return steps


@dataclass
class Played:
    """A history that has run."""

    twin: Twin
    app: App
    events: list[tuple[int, int, int]]  # µs since power-up, what, value


_MACHINE = load_machine()
_MOLD = load_molds(["hand_M"])[0]


def play(
    steps: Sequence[Step],
    *,
    seed: int = 1,
    origin: int = 0,
    extra: Sequence[int] = (),
    plant: PlantParameters = PUNCTUAL,
    until_us: int = LAST_US + 4_000_000,
    checked: bool = True,
) -> Played:
    """Run a history from power-up; `extra` scans at those times, the clock begins at `origin`."""
    machine, mold = settings(_MACHINE, _MOLD)
    app = App(machine, mold)
    events: list[tuple[int, int, int]] = []
    wraps = [0, origin]

    def sink(ring: Sequence[int], start: int, stop: int) -> None:
        for at in range(start, stop, 3):
            tick = ring[at]
            if tick < wraps[1]:
                wraps[0] += 2**30
            wraps[1] = tick
            events.append((tick + wraps[0] - origin, ring[at + 1], ring[at + 2]))

    twin = Twin(app, plant, machine, mold, seed, tick_origin=origin, sink=sink)
    if checked:
        twin.on_scan = lambda now_us: hold_at_every_instant(twin, app)
    twin.operator.start_up(100_000)
    for step in steps:
        twin.at(step.t_us, lambda step=step: step.act(twin))
    for t_us in extra:
        twin.at(t_us, lambda: twin.extra_scan_at(twin.now_us))
    twin.run(until_us)
    app.journal.drain(sink)
    assert app.journal.lost == 0
    return Played(twin, app, events)


def hold_at_every_instant(twin: Twin, app: App) -> None:
    """Interlocks, safe outputs, pieces: by physical truth, not by the controller's word."""
    plant, do, di = twin.plant, app.outputs.do, app.inputs.di
    if not di & s.SAFETY_OK or not di & s.GUARD_CLOSED:
        # In Manual the web may creep with an open guard, while button and key are held.
        creeps = s.FEED_ENABLE if di & s.SAFETY_OK and app.bus.jogs() else 0
        assert not do & interlocks.MOTION & ~creeps, "outputs not safe in this very scan"
        assert not do & s.UNWIND, "unwinds run with the guard open"
        assert not do & (s.PICK | s.REJECT_GATE | s.PUSHER), "takeaway moves without SAFETY_OK"
        assert not plant.gate.on, "sonics without SAFETY_OK"
    if plant.gate.on:
        assert plant.press.position_pm == 1000 and di & s.PRESS_BOTTOM, "sonics, press not down"
        assert di & s.TRIGGER, "sonics without trigger force"
        assert di & s.GUARD_CLOSED, "sonics with the guard open"
        assert not plant.web.moving, "sonics while the web moves"
        assert app.mold.ok, "sonics without the recipe's mold"
        assert not di & s.GEN_OVERLOAD, "sonics in overload"
    if do & s.FEED_ENABLE and app.unit.mode == MANUAL:
        assert app.bus.jogs() and app.outputs.feed_profile == PROFILE_SLOW, "no jog, and web"
    if do & s.FEED_ENABLE:
        assert di & s.PRESS_CLEAR, "web permitted below clear height"
        # Where the switch lies, the next stroke says so before it welds.
        clear = plant.press.is_clear or plant.press.jammed & s.PRESS_CLEAR
        assert clear or not plant.web.moving, "the web moves under a press that is not up"
    if do & s.PRESS_DOWN:
        assert app.mold.ok, "stroke without the recipe's mold"
        assert not plant.web.moving, "press lowered on a moving web"
    assert plant.pieces.conserved
    tracker = app.tracker
    known = tracker.lanes * (tracker.on_web + tracker.n) + sum(tracker.counts) + tracker.lost
    assert tracker.serial == known + twin.given_up, "a piece was counted twice or lost"
    assert app.journal.lost == 0
