"""A scenario: machine, molds, horizon, what-ifs and faults, from wishes to checked contents."""

import json
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

from host_sim.errors import InputError
from host_sim.faults import Fault
from host_sim.kpi.downtime import Downtime
from host_sim.molds import DataFile, load_machine, load_molds, refuse_same_codes, settings
from host_sim.overrides import Override, apply, override, suggest
from host_sim.plant.parameters import PlantParameters
from host_sim.plant_check import refuse_impossible
from host_sim.remote.target import HOST

HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class Scenario:
    """Everything that a result depends on. Files are read and checked, what-ifs applied."""

    machine: DataFile
    molds: tuple[DataFile, ...]
    plant: PlantParameters
    hours: float = 1.0
    replications: int = 4
    seed: int = 1
    target_pcs_min: float = 30.0
    faults: tuple[Fault, ...] = ()
    target: str = HOST
    downtime: tuple[Downtime, ...] = ()

    @property
    def horizon_us(self) -> int:
        """Measured machine time of a replication, µs."""
        return round(self.hours * HOUR_US)

    @property
    def hash(self) -> str:
        """Hash of all but the seed and the target, which changes no result: 16 hex digits."""
        contents = {
            "machine": self.machine.data,
            "molds": [mold.data for mold in self.molds],
            "plant": asdict(self.plant),
            "hours": self.hours,
            "replications": self.replications,
            "target_pcs_min": self.target_pcs_min,
            "faults": [asdict(fault) for fault in self.faults],
        }
        if self.downtime:
            contents["downtime"] = [asdict(each) for each in self.downtime]
        text = json.dumps(contents, sort_keys=True, separators=(",", ":"))
        return blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Wishes:
    """What was asked for, before any file of the machine was read. None: take the default."""

    machine: Path | None = None
    molds: tuple[str, ...] = ()
    hours: float | None = None
    replications: int | None = None
    seed: int | None = None
    target_pcs_min: float | None = None
    overrides: tuple[Override, ...] = ()
    faults: tuple[Fault, ...] = field(default=())
    target: str | None = None
    downtime: tuple[Downtime, ...] = ()

    def under(self, options: "Wishes") -> "Wishes":
        """These wishes with options laid over them; what-ifs of both hold, the option's last."""
        given = {
            name: value
            for name, value in vars(options).items()
            if value not in (None, ()) and name != "overrides"
        }
        return replace(self, **given, overrides=self.overrides + options.overrides)


def pacing_override(pacing: str, place: str) -> Override:
    """Pacing is a key of machine.json; the option and the scenario's key set it."""
    return override("machine.machine.pacing", pacing, place)


def build(wishes: Wishes) -> Scenario:
    """Read machine and molds, apply the what-ifs, check everything."""

    def of(prefix: str) -> list[Override]:
        return [each for each in wishes.overrides if each.prefix == prefix]

    machine = apply(load_machine(wishes.machine), of("machine"))
    molds = tuple(apply(mold, of("mold")) for mold in load_molds(wishes.molds, wishes.machine))
    for mold in molds:
        settings(machine, mold)
    refuse_same_codes(molds)
    plant = _plant(of("plant"))
    given = {
        name: value
        for name in ("hours", "replications", "seed", "target_pcs_min", "target")
        if (value := getattr(wishes, name)) is not None
    }
    scenario = Scenario(
        machine, molds, plant, faults=wishes.faults, downtime=wishes.downtime, **given
    )
    takt_ms = machine.data["machine"]["takt_ms"]
    if scenario.horizon_us < 10_000 * takt_ms:
        raise InputError(
            f"hours: {scenario.hours:g} h holds less than ten takts of {takt_ms} ms. "
            f"Run at least {takt_ms / 360_000:.2g} h."
        )
    return scenario


def _plant(changes: list[Override]) -> PlantParameters:
    """The calibrated plant with these numbers changed."""
    plant = PlantParameters()
    for change in changes:
        if change.rest not in vars(plant):
            raise InputError(
                f"{change.place}: {change.key}: the plant has no such number. "
                f"{suggest(change.rest, vars(plant))}"
            )
        try:
            plant = plant.override({change.key: change.value})
        except ValueError as error:
            raise InputError(f"{change.place}: {error}. Write another.") from None
    try:
        refuse_impossible(plant)
    except ValueError as error:
        place = changes[-1].place if changes else "plant"
        raise InputError(f"{place}: {error}") from None
    return plant
