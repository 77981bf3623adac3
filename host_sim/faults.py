"""Faults that can be put on the machine: a closed list, each with start, duration and size."""

from dataclasses import dataclass

from controller import signals

from .fault_kind import Effect, Kind
from .faults_control import CONTROL
from .plant import Plant


def _pull(plant: Plant, _: float) -> None:
    plant.frame.pull()


def _put_back(plant: Plant, _: float) -> None:
    plant.frame.insert(plant.mold_code)
    plant.frame.clamp(True)


def _false_marks(plant: Plant, size: float) -> None:
    plant.web.false_marks(5 if size else 0, round(1000 * size))


def _new_roll(plant: Plant, _: float) -> None:
    plant.change_rolls()


def _neighbour(bit: int) -> tuple[Effect, Effect]:
    return (
        lambda plant, _: plant.supply.shows(bit, False),
        lambda plant, _: plant.supply.shows(bit, True),
    )


def _chatter(what: str, bit: int) -> Kind:
    return Kind(
        f"{what} opens and closes all the time",
        lambda plant, size: plant.supply.chatter(bit, max(1, round(500_000 / size))),
        lambda plant, _: plant.supply.chatter(bit, 0),
        size=10,
        unit="times/s",
        least=0.1,
    )


def _loads(plant: Plant, name: str, value: float) -> None:
    for load in plant.loads:
        setattr(load, name, value)


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
    "generator_off": Kind(
        "the generator loses READY and does not get it back",
        lambda plant, _: plant.generator.dead(True),
        lambda plant, _: plant.generator.dead(False),
    ),
    "horn_crack": Kind(
        "the horn cracks: less power, frequency falls further in each weld",
        lambda plant, _: _loads(plant, "cracked", True),
        lambda plant, _: _loads(plant, "cracked", False),
    ),
    "frequency_drift": Kind(
        "the frequency falls so much further in each weld",
        lambda plant, size: _loads(plant, "drift_hz", round(size)),
        lambda plant, _: _loads(plant, "drift_hz", 0),
        size=100,
        unit="Hz",
    ),
    "power_noisy": Kind(
        "noise on the power monitor, standard deviation of a sample",
        lambda plant, size: _loads(plant, "noise_pc", size),
        lambda plant, _: _loads(plant, "noise_pc", 0.0),
        size=20,
        unit="%",
    ),
    "power_stuck": Kind(
        "the power monitor shows the same in every sample",
        lambda plant, size: _loads(plant, "stuck_raw", min(4095, round(40.95 * size))),
        lambda plant, _: _loads(plant, "stuck_raw", -1),
        size=5,
        unit="%",
    ),
    "ground_stuck": Kind(
        "the generator reports contact with the anvil all the time",
        lambda plant, _: _loads(plant, "ground_stuck", True),
        lambda plant, _: _loads(plant, "ground_stuck", False),
    ),
    "part_missing": Kind(
        "so many welds without web under the horn",
        lambda plant, size: _loads(plant, "missing", int(size)),
        lambda plant, _: _loads(plant, "missing", 0),
        size=3,
        unit="welds",
        least=1,
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
    "roll_end": Kind(
        "the upper roll has ended, then a new one is spliced in",
        lambda plant, _: plant.supply.leave(0),
        _new_roll,
    ),
    "roll_low": Kind(
        "so much is left on the upper roll, then a new one is spliced in",
        lambda plant, size: plant.supply.leave(int(size)),
        _new_roll,
        size=60,
        unit="pieces",
        least=1,
    ),
    "splice": Kind(
        "a splice comes from the unwind, so far away",
        lambda plant, size: plant.web.add_splice(round(1000 * size)),
        size=100,
        unit="mm",
        least=1,
    ),
    "splice_stuck": Kind(
        "the splice sensor sees a splice all the time",
        lambda plant, _: plant.web.show_splice(True),
        lambda plant, _: plant.web.show_splice(False),
    ),
    "dancer_stuck_low": Kind(
        "the upper dancer sticks at its low switch",
        lambda plant, _: plant.supply.stick(False),
        lambda plant, _: plant.supply.stick(None),
    ),
    "dancer_stuck_high": Kind(
        "the upper dancer sticks at its high switch",
        lambda plant, _: plant.supply.stick(True),
        lambda plant, _: plant.supply.stick(None),
    ),
    "static_off": Kind(
        "the static bar has no voltage",
        lambda plant, _: plant.supply.static_off(True),
        lambda plant, _: plant.supply.static_off(False),
    ),
    "waste_break": Kind("the waste web breaks, then is threaded", *_neighbour(signals.WASTE_OK)),
    "web_slip": Kind(
        "the next index slips by so much",
        lambda plant, size: plant.web.slip(round(1000 * size)),
        size=2,
        unit="mm",
        least=0.1,
    ),
    "mark_false": Kind(
        "five marks have a false one so far before them",
        _false_marks,
        _false_marks,
        size=3,
        unit="mm",
        least=0.1,
    ),
    "mark_contrast": Kind(
        "poor contrast: marks are seen so much too late",
        lambda plant, size: plant.web.shift_marks(round(1000 * size)),
        lambda plant, _: plant.web.shift_marks(0),
        size=0.4,
        unit="mm",
        least=0.1,
    ),
    "encoder_loses_counts": Kind(
        "the web encoder loses so much in the next index",
        lambda plant, size: plant.web.lose_counts(round(1000 * size) // 10),
        unit="mm",
        least=0.1,
    ),
    "feed_drive_fault": Kind(
        "the feed drive trips, then is reset",
        lambda plant, _: plant.web.drive_fault(True),
        lambda plant, _: plant.web.drive_fault(False),
    ),
    "upstream_starved": Kind("the line before does not deliver", *_neighbour(signals.UPSTREAM_OK)),
    "downstream_blocked": Kind(
        "the line behind does not take", *_neighbour(signals.DOWNSTREAM_OK)
    ),
    "dancer_chatters": _chatter("the low switch of the upper dancer", signals.DANCER_LOW),
    "splice_chatters": _chatter("the splice sensor", signals.SPLICE),
    "waste_chatters": _chatter("the sensor of the waste web", signals.WASTE_OK),
    "upstream_chatters": _chatter("the signal of the line before", signals.UPSTREAM_OK),
    "jog_stuck": Kind(
        "the jog button sticks",
        lambda plant, _: plant.panel.level("JOG", True),
        lambda plant, _: plant.panel.level("JOG", False),
    ),
} | CONTROL


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
