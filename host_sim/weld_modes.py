"""Every weld mode over loads, drifts and amplitudes: is the result what was set, or does its
record say which limit it broke?

The plant welds what its own mold needs; the controller runs a recipe of the mode in question.
Loads and drifts are [E]: the energy comes up to a quarter faster or slower, the amplitude is 10
points off the one the mold was made for, and the power monitor is noisy.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from controller import events, image, packml
from controller.app import App
from host_sim.molds import DataFile, load_machine, load_molds, settings
from host_sim.overrides import apply, parse
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

MOLD = "hand_M"
LOADS = (0.75, 1.0, 1.3)  # times as long as set until the energy has come
AMPLITUDES = (70, 80, 90)  # %; the mold is made for 80
DRIFTS = (0.0, 5.0)  # noise of the power monitor, %
SLOW_MACHINE = ("machine.takt_ms=4000", "press.trigger_max_ms=2000")
SETUP_MODE = 6
ENDS = {value: name[4:] for name, value in vars(image).items() if name.startswith("END_")}
REASONS = (
    "time", "energy", "peak", "cut", "max", "place", "frequency", "trigger", "lower", "setup",
)  # fmt: skip
VERDICTS = ("good", "suspect", "reject")


@dataclass(frozen=True)
class Weld:
    """One record: what the controller says of a weld, and the plant's samples of it."""

    horn: int = 1
    on_us: int = 0
    mj: int = 0
    peak_pm: int = 0
    df_hz: int = 0
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    end: str = ""
    samples: tuple[int, ...] = ()

    @property
    def contact_ms(self) -> int:
        """From the first contact of horn and anvil to the end; 0 without contact."""
        on_ms = self.on_us // 1000
        first = next((at for at, raw in enumerate(self.samples) if raw > 4095), on_ms)
        return max(0, on_ms - first)


@dataclass(frozen=True)
class Mode:
    """A weld mode: what the recipe adds, and how far the result may be off.

    off(weld): distance from the set value in `unit`; 0 where the set value is one-sided and kept.
    """

    name: str
    recipe: tuple[str, ...]
    unit: str
    tolerance: float
    off: Callable[[Weld], float]
    ends: tuple[str, ...]
    plant: tuple[tuple[str, float], ...] = ()


def _energy(weld: Weld) -> float:
    return weld.mj / 1000 - 415


def _time(weld: Weld) -> float:
    return weld.on_us / 1000 - 430


def _at_least(*short: float) -> float:
    """The largest of what is missing; 0 when nothing is."""
    return min(0.0, *short)


RISE = (("plant.weld_rise_pc", 60.0),)
_COMPENSATED = ("mode=time", "energy_min_j=400", "energy_max_j=450")

MODES = (
    Mode("energy", ("mode=energy",), "J", 2.6, _energy, ("ENERGY", "MAX")),
    Mode("time", ("mode=time",), "ms", 0.0, _time, ("TIME",)),
    Mode(
        "peak power", ("mode=peak", "peak_pc=42"), "%", 4.0,
        lambda w: w.peak_pm / 10 - 42, ("PEAK", "MAX"), RISE,
    ),
    Mode(
        "ground detect", ("mode=ground", "ground_ms=3"), "ms", 1.0,
        lambda w: w.contact_ms - 3, ("GROUND", "MAX"),
    ),
    Mode(
        "first of three", ("mode=energy", "also_time_ms=520", "ground_ms=3"),
        "J", 2.6, lambda w: 0 if w.end != "ENERGY" else _energy(w), ("ENERGY", "TIME", "GROUND"),
    ),
    Mode(
        "all of two",
        ("mode=time", "also_energy_j=415", "combine=all"), "J", 2.6,
        lambda w: _at_least(_energy(w), _time(w)), ("ENERGY", "TIME", "MAX"),
    ),
    Mode(
        "energy compensation", _COMPENSATED, "J", 2.6,
        lambda w: _at_least(w.mj / 1000 - 400) or max(0.0, w.mj / 1000 - 450),
        ("ENERGY", "TIME", "MAX"),
    ),
    Mode(
        "step at energy", ("step_j=200", "step_amplitude_pc=60"), "J", 2.6, _energy,
        ("ENERGY", "MAX"),
    ),
    Mode(
        "step at time", ("step_ms=150", "step_amplitude_pc=60"), "J", 2.6, _energy,
        ("ENERGY", "MAX"),
    ),
    Mode(
        "step at power", ("step_pc=42", "step_amplitude_pc=60"), "J", 2.6, _energy,
        ("ENERGY", "MAX"), RISE,
    ),
    Mode("soft start", ("ramp_ms=105",), "J", 2.6, _energy, ("ENERGY", "MAX")),
    Mode("trigger delay", ("delay_ms=200",), "J", 2.6, _energy, ("ENERGY", "MAX")),
    Mode(
        "pre-trigger, top", ("pre=top", "pre_amplitude_pc=20"), "J", 2.6, _energy,
        ("ENERGY", "MAX"),
    ),
    Mode(
        "pre-trigger, switch", ("pre=switch", "pre_amplitude_pc=20"), "J", 2.6, _energy,
        ("ENERGY", "MAX"),
    ),
    Mode(
        "afterburst", ("burst_ms=100", "burst_amplitude_pc=50"), "J", 2.6, _energy,
        ("ENERGY", "MAX"),
    ),
    Mode(
        "missing part", ("part_ms=100", "part_j=40"), "J", 2.6, _energy,
        ("ENERGY", "MAX", "MISSING"),
    ),
    Mode(
        "cut-off at power", ("cut_peak_pc=55",), "J", 2.6, _energy,
        ("ENERGY", "MAX", "PEAK_CUT"), RISE,
    ),
    Mode(
        "cut-off at contact", ("cut_ground_ms=2",), "J", 2.6, _energy,
        ("ENERGY", "MAX", "GROUND_CUT"),
    ),
)  # fmt: skip


@dataclass
class Figures:
    """What came of one mode."""

    mode: Mode
    welds: int = 0
    good: int = 0
    worst: float = 0.0  # distance from the set value among welds without a remark
    silent: int = 0  # beyond tolerance, and the record says nothing
    strange: int = 0  # ended by what this mode does not have
    ends: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def passed(self) -> bool:
        """Nothing was off without a word."""
        return self.welds > 0 and not self.silent and not self.strange

    def take(self, weld: Weld) -> None:
        """Count a weld."""
        self.welds += 1
        self.ends[weld.end] += 1
        self.reasons.update(weld.reasons)
        self.strange += weld.end not in self.mode.ends
        off = abs(self.mode.off(weld))
        if not weld.reasons:
            self.good += 1
            self.worst = max(self.worst, off)
        self.silent += off > self.mode.tolerance + 1e-9 and not weld.reasons


def measure(mode: Mode, strokes: int = 4, seed: int = 1) -> Figures:
    """Weld with one mode over all loads, amplitudes and drifts."""
    figures = Figures(mode)
    for load, amplitude, noise in itertools.product(LOADS, AMPLITUDES, DRIFTS):
        recipe = (*mode.recipe, f"amplitude_pc={amplitude}")
        plant = {"plant.weld_factor": load, **dict(mode.plant)}

        def disturb(twin: Twin, noise: float = noise) -> None:
            for each in twin.plant.loads:
                each.noise_pc = noise
                each.missing = 1 if "missing" in mode.name else 0

        for weld in welds(recipe, strokes=strokes, seed=seed, plant=plant, prepare=disturb):
            figures.take(weld)
    return figures


def recipe_of(recipe: Sequence[str], limits: Sequence[str] = (), mold: str = MOLD) -> DataFile:
    """A shipped mold with other weld settings and limits."""
    changes = ["mold.limits.rejects_in_a_row=1000"]
    changes += [f"mold.weld.{each}" for each in recipe]
    changes += [f"mold.limits.{each}" for each in limits]
    return apply(load_molds([mold])[0], [parse(each) for each in changes])


def machine_of(changes: Sequence[str] = ()) -> DataFile:
    """The reference machine with other settings, slow enough for every mode."""
    file = load_machine()
    horns = [each.partition(".")[2].split("=") for each in changes if each.startswith("horns.")]
    if horns:
        file = DataFile(file.file, {**file.data, "horns": {k: int(value) for k, value in horns}})
    others = [each for each in (*SLOW_MACHINE, *changes) if not each.startswith("horns.")]
    return apply(file, [parse(f"machine.{each}") for each in others])


def rig(
    recipe: Sequence[str],
    *,
    limits: Sequence[str] = (),
    machine: Sequence[str] = (),
    seed: int = 1,
    plant: dict[str, Any] | None = None,
    sink: Callable[[Any, int, int], None] | None = None,
) -> tuple[Twin, App]:
    """A machine whose controller has this recipe, and whose plant has the mold as it ships."""
    machine_file = machine_of(machine)
    machine_settings, own = settings(machine_file, recipe_of(recipe, limits))
    keep = [each for each in recipe if each.split("=")[0] in ("pre", "ground_ms", "cut_ground_ms")]
    _, shipped = settings(machine_file, recipe_of(keep))
    app = App(machine_settings, own)
    numbers = PlantParameters().override({"plant.relay_closed": 1, **(plant or {})})

    def restart() -> None:
        App.__init__(app, machine_settings, own)

    return Twin(app, numbers, machine_settings, shipped, seed, sink=sink, restart=restart), app


def welds(
    recipe: Sequence[str],
    *,
    strokes: int = 4,
    limits: Sequence[str] = (),
    machine: Sequence[str] = (),
    seed: int = 1,
    plant: dict[str, Any] | None = None,
    prepare: Callable[[Twin], None] | None = None,
    setup: bool = False,
) -> list[Weld]:
    """Records of some strokes, those of all horns; `setup`: of single welds in mode Set up."""
    made: list[Weld] = []
    book = Book(made)
    twin, app = rig(recipe, limits=limits, machine=machine, seed=seed, plant=plant, sink=book.sink)
    book.horns = twin.plant.gate.horns
    # Read each record while the plant still has the shot's samples.
    twin.on_scan = lambda _: app.journal.drain(book.sink)
    if prepare:
        prepare(twin)
    twin.at(50_000, lambda: twin.command(0, SETUP_MODE if setup else 0))
    twin.operator.start_up(100_000)
    count = strokes * len(book.horns)
    for _look in range(60 * strokes):
        twin.run(twin.now_us + 500_000)
        if len(made) >= count:
            break
        if app.unit.state == packml.STOPPED and twin.now_us > 10_000_000:
            twin.operator.start_up(1)
    return made[:count]


class Book:
    """Reads records of welds from the journal's events."""

    def __init__(self, made: list[Weld]) -> None:
        self.made = made
        self.horns: Sequence[Any] = ()
        self.events: list[tuple[int, int]] = []
        self._weld = Weld()

    def sink(self, ring: Any, start: int, stop: int) -> None:  # noqa: ANN401
        """Sink of the journal."""
        for at in range(start, stop, 3):
            self.take(ring[at + 1], ring[at + 2])

    def take(self, what: int, value: int) -> None:
        """One event."""
        self.events.append((what, value))
        weld = self._weld
        if what == events.WELD_HORN:
            weld = replace(weld, horn=value)
        elif what == events.WELD_US:
            weld = replace(weld, on_us=value)
        elif what == events.WELD_MJ:
            weld = replace(weld, mj=value)
        elif what == events.WELD_PEAK_PM:
            weld = replace(weld, peak_pm=value)
        elif what == events.WELD_DF_HZ:
            weld = replace(weld, df_hz=value)
        elif what == events.WELD_VERDICT:
            bits = value >> 4
            reasons = tuple(name for at, name in enumerate(REASONS) if bits >> at & 1)
            weld = replace(weld, verdict=VERDICTS[value & 3], reasons=reasons)
        elif what == events.WELD_END:
            horn = self.horns[weld.horn - 1] if self.horns else None
            samples = horn.samples if horn else ()
            self.made.append(replace(weld, end=ENDS[value], samples=tuple(samples)))
            weld = Weld()
        self._weld = weld


def peak_current_a(horns: int, stagger_ms: int, seed: int = 1, strokes: int = 4) -> float:
    """Most supply current of that many horns, A."""
    twins: list[Twin] = []
    machine = (f"horns.count={horns}", f"horns.stagger_ms={stagger_ms}")
    welds((), machine=machine, seed=seed, strokes=strokes, prepare=twins.append)
    return twins[0].plant.current.peak_a
