"""The figures of a period: OEE and its factors, MTBF, MTTR, and the waterfall of losses.

Definitions and names after ISO 22400-2; README.md has them in full.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from host_sim.kpi import causes
from host_sim.kpi.hours import HOUR_US, Hour
from host_sim.kpi.stops import Kind, Stops
from host_sim.kpi.strokes import StageTime, StrokeTimes


@dataclass
class Pieces:
    """What one mold made, and how long the machine ran with it. `scrap`: setting up."""

    good: int = 0
    suspect: int = 0
    reject: int = 0
    lost: int = 0
    scrap: int = 0
    run_us: int = 0

    def add(self, made: Iterable[int], scrap: int = 0, run_us: int = 0) -> None:
        """Count some more: good, suspect, reject, lost."""
        good, suspect, reject, lost = made
        self.good += good
        self.suspect += suspect
        self.reject += reject
        self.lost += lost
        self.scrap += scrap
        self.run_us += run_us

    @property
    def total(self) -> int:
        """PQ: every piece, whatever became of it; the scrap of setting up is none."""
        return self.good + self.suspect + self.reject + self.lost

    @property
    def usable(self) -> int:
        """GQ: good and suspect ones, as Admin.ProdDefectiveCount counts the others."""
        return self.good + self.suspect


@dataclass(frozen=True)
class Setup:
    """A change of molds: from the last good piece of the old to the first good of the new."""

    old: int
    new: int
    begin_us: int
    end_us: int

    @property
    def us(self) -> int:
        """Set-up time."""
        return self.end_us - self.begin_us


@dataclass(frozen=True)
class Loss:
    """A step of the waterfall: what takes how much of the time."""

    group: str  # planned stops, unplanned stops, minor stops, speed, quality
    name: str
    us: int


@dataclass
class Figures:
    """Sums of one period or of several; all ratios are made of them. Times in µs.

    A ratio without anything to divide by is None.
    """

    takt_us: int
    cavities: int
    minor_us: int
    horizon_us: int
    run_us: int
    underway: int = 0  # pieces that were made, and of which nobody knows yet what they are
    stops: dict[tuple[Kind, int], Stops] = field(default_factory=dict)
    state_us: dict[tuple[int, int], int] = field(default_factory=dict)  # by mode and state
    pieces: dict[int, Pieces] = field(default_factory=dict)  # by code of the mold
    setups: list[Setup] = field(default_factory=list)
    strokes: dict[int, StrokeTimes] = field(default_factory=dict)  # by code of the mold
    hours: list[Hour] = field(default_factory=list)
    periods: int = 1  # how many were pooled

    def merge(self, other: "Figures") -> None:
        """Add the sums of another period of the same machine."""
        if (other.takt_us, other.cavities, other.minor_us) != (
            self.takt_us,
            self.cavities,
            self.minor_us,
        ):
            raise ValueError("figures of different machines do not mix")
        self.horizon_us += other.horizon_us
        self.run_us += other.run_us
        self.underway += other.underway
        for key, more in other.stops.items():
            self.stops.setdefault(key, Stops()).add(more.count, more.us, more.longest_us)
        for at, us in other.state_us.items():
            self.state_us[at] = self.state_us.get(at, 0) + us
        for mold, made in other.pieces.items():
            self.pieces.setdefault(mold, Pieces()).add(
                (made.good, made.suspect, made.reject, made.lost), made.scrap, made.run_us
            )
        self.setups += other.setups
        self.periods += other.periods
        self.hours += [Hour() for _ in other.hours[len(self.hours) :]]
        for hour, more in zip(self.hours, other.hours, strict=False):
            hour.add(more)
        for mold, strokes in other.strokes.items():
            if mold not in self.strokes:
                self.strokes[mold] = StrokeTimes(
                    {n: StageTime(s.name, s.chain) for n, s in strokes.stages.items()}
                )
            self.strokes[mold].merge(strokes)

    # pieces

    @property
    def made(self) -> Pieces:
        """Pieces of all molds together."""
        total = Pieces()
        for made in self.pieces.values():
            total.add((made.good, made.suspect, made.reject, made.lost), made.scrap, made.run_us)
        return total

    def ideal_us(self, pieces: int) -> int:
        """PRI x pieces: how long they take at the takt."""
        return pieces * self.takt_us // self.cavities

    # times

    def stopped_us(self, *kinds: Kind) -> int:
        """Time of all stops of these kinds."""
        return sum(stop.us for (kind, _), stop in self.stops.items() if kind in kinds)

    @property
    def setup_us(self) -> int:
        """AUST: time in Change over and Set up."""
        return sum(stop.us for (_, cause), stop in self.stops.items() if causes.is_setup(cause))

    @property
    def delay_us(self) -> int:
        """ADET: unplanned stops, minor ones too."""
        return self.stopped_us(Kind.MINOR, Kind.MAJOR)

    @property
    def busy_us(self) -> int:
        """PBT: the period less its planned stops, which is APT + ADET."""
        return self.horizon_us - self.stopped_us(Kind.PLANNED)

    # OEE

    @property
    def availability(self) -> float | None:
        """APT / PBT."""
        return _ratio(self.run_us, self.busy_us)

    @property
    def availability_with_setup(self) -> float | None:
        """APT / (PBT + AUST): changing molds counts as a loss."""
        return _ratio(self.run_us, self.busy_us + self.setup_us)

    @property
    def availability_with_planned(self) -> float | None:
        """APT / whole period: every planned stop counts as a loss."""
        return _ratio(self.run_us, self.horizon_us)

    @property
    def performance(self) -> float | None:
        """PRI x PQ / APT, at most 1; `ahead_us` says what is above."""
        raw = _ratio(self.ideal_us(self.made.total), self.run_us)
        return None if raw is None else min(raw, 1.0)

    @property
    def ahead_us(self) -> int:
        """PRI x PQ - APT where that is above 0: pieces that were counted while it stood."""
        return max(self.ideal_us(self.made.total) - self.run_us, 0)

    @property
    def quality(self) -> float | None:
        """GQ / PQ."""
        made = self.made
        return _ratio(made.usable, made.total)

    @property
    def oee(self) -> float | None:
        """Availability x performance x quality; 0 where nothing was made in busy time."""
        if self.availability is None:
            return None
        return self.availability * (self.performance or 0.0) * (self.quality or 0.0)

    def hour_us(self, number: int) -> int:
        """Length of an hour of the period, which the last one may not fill; of all periods."""
        whole_us = HOUR_US * self.periods
        return max(min(self.horizon_us - number * whole_us, whole_us), 0)

    # failures

    @property
    def failures(self) -> int:
        """Major stops that an alarm of the machine itself began."""
        return sum(stop.count for stop in self._failed())

    @property
    def repair_us(self) -> int:
        """Time of these stops, from standing still to running again."""
        return sum(stop.us for stop in self._failed())

    @property
    def mtbf_us(self) -> float | None:
        """APT / failures."""
        return _ratio(self.run_us, self.failures)

    @property
    def mttr_us(self) -> float | None:
        """Repair time / failures."""
        return _ratio(self.repair_us, self.failures)

    @property
    def stops_unplanned(self) -> int:
        """Unplanned stops, minor ones too."""
        return sum(s.count for (kind, _), s in self.stops.items() if kind is not Kind.PLANNED)

    @property
    def minor_stops(self) -> int:
        """How many stops were minor."""
        return sum(s.count for (kind, _), s in self.stops.items() if kind is Kind.MINOR)

    @property
    def between_stops_us(self) -> float | None:
        """APT / unplanned stops."""
        return _ratio(self.run_us, self.stops_unplanned)

    def _failed(self) -> list[Stops]:
        return [
            stop
            for (kind, cause), stop in self.stops.items()
            if kind is Kind.MAJOR and causes.is_failure(cause)
        ]

    # losses

    def pareto(self) -> list[tuple[Kind, int, Stops]]:
        """Stops by kind and cause, the longest together first."""
        rows = [(kind, cause, stop) for (kind, cause), stop in self.stops.items()]
        return sorted(rows, key=lambda row: (-row[2].us, row[1], row[0]))

    def waterfall(self) -> list[Loss]:
        """From the period to PRI x GQ, step by step; the steps and that rest are the period."""
        losses = [
            Loss(group, causes.cause_name(cause), stop.us)
            for group, wanted in (
                ("planned stops", Kind.PLANNED),
                ("unplanned stops", Kind.MAJOR),
                ("minor stops", Kind.MINOR),
            )
            for kind, cause, stop in self.pareto()
            if kind is wanted
        ]
        made = self.made
        lost_us = self.run_us - self.ideal_us(made.total)
        underway_us = min(self.ideal_us(self.underway), max(lost_us, 0))
        if underway_us:
            losses.append(Loss("speed", "pieces on the way", underway_us))
            lost_us -= underway_us
        for name, us in self._slow(max(lost_us, 0)):
            losses.append(Loss("speed", name, us))
            lost_us -= us
        if lost_us:
            name = "starts, cut-off and empty strokes" if lost_us > 0 else "ahead of the takt"
            losses.append(Loss("speed", name, lost_us))
        left = made.total
        for name, count in (("reject", made.reject), ("lost", made.lost)):
            if count:
                us = self.ideal_us(left) - self.ideal_us(left - count)
                losses.append(Loss("quality", name, us))
                left -= count
        return losses

    def _slow(self, most_us: int) -> list[tuple[str, int]]:
        """What strokes over the takt cost, at most `most_us`, shared out to their stages.

        A late stroke may be caught up with; then its stages cost less than they took.
        """
        over: dict[str, float] = {}
        over_us = 0
        for strokes in self.strokes.values():
            over_us += strokes.over_us
            for name, us in strokes.over_by_stage().items():
                over[name] = over.get(name, 0.0) + us
        whole = sum(over.values())
        cost_us = min(over_us, most_us)
        if not whole or not cost_us:
            return []
        shares = [(name, int(cost_us * us / whole)) for name, us in over.items()]
        shares = [(name, us) for name, us in shares if us]
        return sorted(shares, key=lambda row: -row[1])


def pool(parts: Iterable[Figures]) -> Figures | None:
    """The figures of several periods together; None without any."""
    whole: Figures | None = None
    for part in parts:
        if whole is None:
            whole = deepcopy(part)
        else:
            whole.merge(part)
    return whole


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
