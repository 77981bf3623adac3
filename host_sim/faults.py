"""Faults that can be put on the machine: a closed list, each with start, duration and size."""

from collections.abc import Callable
from dataclasses import dataclass

from .plant import Plant

Effect = Callable[[Plant, float], None]


@dataclass(frozen=True)
class Kind:
    """What a fault does to the plant when it begins and when it ends."""

    what: str
    begin: Effect
    end: Effect | None = None  # None: it passes by itself; a duration has no meaning
    size: float = 1  # when none is given
    unit: str = ""  # of size; "" where size has no meaning
    least: float = 0


def _pull(plant: Plant, _: float) -> None:
    plant.frame.pull()


def _put_back(plant: Plant, _: float) -> None:
    plant.frame.insert(plant.mold_code)
    plant.frame.clamp(True)


KINDS: dict[str, Kind] = {
    "estop": Kind(
        "E-stop pressed, then released",
        lambda plant, _: plant.safety.estop(True),
        lambda plant, _: plant.safety.estop(False),
    ),
    "guard_open": Kind(
        "guard opened, then closed",
        lambda plant, _: plant.safety.guard(True),
        lambda plant, _: plant.safety.guard(False),
    ),
    "low_air": Kind(
        "supply pressure low: the press is slower by this factor",
        lambda plant, size: plant.press.low_air(round(1000 * size)),
        lambda plant, _: plant.press.low_air(1000),
        size=1.6,
        unit="times",
        least=1,
    ),
    "overload": Kind(
        "generator overload, at once or early in the next shot",
        lambda plant, _: plant.generator.overload(now=plant.gate.on),
        lambda plant, _: plant.generator.no_overload(),
    ),
    "mark_missing": Kind(
        "so many registration marks are not seen",
        lambda plant, size: plant.web.miss_marks(int(size)),
        lambda plant, _: plant.web.miss_marks(0),
        unit="marks",
        least=1,
    ),
    "belt_jam": Kind(
        "the next piece sticks at the eye",
        lambda plant, _: plant.eye.jam(True),
        lambda plant, _: plant.eye.jam(False),
    ),
    "piece_taken": Kind(
        "so many pieces get lost between press and eye",
        lambda plant, size: plant.eye.take(int(size)),
        unit="pieces",
        least=1,
    ),
    "piece_double": Kind(
        "on the next piece lies a second one, so far behind it",
        lambda plant, size: plant.eye.double(round(1000 * size)),
        size=80,
        unit="mm",
        least=1,
    ),
    "belt_slip": Kind(
        "the belt slips below the pieces, so far",
        lambda plant, size: plant.slip(round(1000 * size)),
        size=200,
        unit="mm",
        least=1,
    ),
    "belt_stopped": Kind(
        "something holds the belt, and the drive reports no fault",
        lambda plant, _: plant.belt.block(True),
        lambda plant, _: plant.belt.block(False),
    ),
    "eye_blind": Kind(
        "the piece eye sees nothing",
        lambda plant, _: plant.eye.stick(False),
        lambda plant, _: plant.eye.stick(None),
    ),
    "eye_stuck": Kind(
        "the piece eye is covered",
        lambda plant, _: plant.eye.stick(True),
        lambda plant, _: plant.eye.stick(None),
    ),
    "eye2_blind": Kind(
        "the right lane's piece eye, or the only one, sees nothing",
        lambda plant, _: plant.eyes[-1].stick(False),
        lambda plant, _: plant.eyes[-1].stick(None),
    ),
    "piece_taken_right": Kind(
        "the same in the right lane, or the only one",
        lambda plant, size: plant.eyes[-1].take(int(size)),
        unit="pieces",
        least=1,
    ),
    "pick_lost": Kind(
        "so many times the pick does not get hold of the piece",
        lambda plant, size: plant.pick.fail(int(size)),
        lambda plant, _: plant.pick.fail(0),
        unit="times",
        least=1,
    ),
    "pick_stuck": Kind(
        "the pick does not let go, then is emptied by hand",
        lambda plant, _: plant.pick.stick(True),
        lambda plant, _: plant.pick.stick(False),
    ),
    "gate_stuck_shut": Kind(
        "the reject gate lets everything pass to the stack",
        lambda plant, _: plant.outlet.stuck(False),
        lambda plant, _: plant.outlet.stuck(None),
    ),
    "gate_stuck_open": Kind(
        "the reject gate sends everything out",
        lambda plant, _: plant.outlet.stuck(True),
        lambda plant, _: plant.outlet.stuck(None),
    ),
    "reject_eye_blind": Kind(
        "the eye of the reject chute sees nothing",
        lambda plant, _: plant.outlet.blind(True),
        lambda plant, _: plant.outlet.blind(False),
    ),
    "reject_eye_stuck": Kind(
        "the eye of the reject chute is covered",
        lambda plant, _: plant.outlet.block(True),
        lambda plant, _: plant.outlet.block(False),
    ),
    "pusher_stuck": Kind(
        "the stacker's pusher stays where it is",
        lambda plant, _: plant.stack.stick(True),
        lambda plant, _: plant.stack.stick(False),
    ),
    "pusher_slow": Kind(
        "each push of the stacker takes so much longer",
        lambda plant, size: plant.stack.take_long(round(1_000_000 * size)),
        lambda plant, _: plant.stack.take_long(0),
        size=1,
        unit="s",
        least=0.1,
    ),
    "stack_full": Kind(
        "no room behind the stacker",
        lambda plant, _: plant.stack.full(True),
        lambda plant, _: plant.stack.full(False),
    ),
    "web_break": Kind(
        "the web breaks before the press, then is mended",
        lambda plant, _: plant.web.broken(True),
        lambda plant, _: plant.web.broken(False),
    ),
    "mold_pulled": Kind("mold taken out, then put back and clamped", _pull, _put_back),
    "press_stuck": Kind(
        "the press sticks where it is",
        lambda plant, _: plant.press.stuck(True),
        lambda plant, _: plant.press.stuck(False),
    ),
    "trigger_missing": Kind(
        "the trigger-force switch does not close",
        lambda plant, _: plant.press.numb(True),
        lambda plant, _: plant.press.numb(False),
    ),
    "eye_dirty": Kind(
        "false pulses of the piece eye, each shorter than 3 ms",
        lambda plant, size: plant.eye.storm(max(1, round(1_000_000 / size))),
        lambda plant, _: plant.eye.storm(0),
        size=50,
        unit="pulses/s",
        least=0.1,
    ),
}


@dataclass(frozen=True)
class Fault:
    """One fault. Without a duration it stays, or passes by itself.

    Raises:
        ValueError: for an unknown name, a time below 0, or a size out of bounds.
    """

    name: str
    start_us: int
    duration_us: int = 0
    size: float | None = None

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            raise ValueError(f"{self.name}: no such fault. Known: {', '.join(KINDS)}")
        if self.start_us < 0 or self.duration_us < 0:
            raise ValueError(f"{self.name}: start and duration cannot be below 0")
        kind = KINDS[self.name]
        if self.size is not None and not kind.unit:
            raise ValueError(f"{self.name}: has no size; leave it out")
        if self.size is not None and not kind.least <= self.size < 1e6:
            bounds = f"{kind.least:g} or more {kind.unit}"
            raise ValueError(f"{self.name}: size {self.size:g} is out of bounds. Write {bounds}")

    @property
    def end_us(self) -> int:
        """When it ends; the same as the start without a duration."""
        return self.start_us + self.duration_us

    def begin(self, plant: Plant) -> None:
        """Put it on the machine."""
        kind = KINDS[self.name]
        kind.begin(plant, kind.size if self.size is None else self.size)

    def end(self, plant: Plant) -> None:
        """Take it off the machine."""
        kind = KINDS[self.name]
        if kind.end is not None:
            kind.end(plant, 0)
