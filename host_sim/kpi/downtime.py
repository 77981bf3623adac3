"""Faults at random: from time between failures and time to repair to a list of faults."""

from collections.abc import Sequence
from dataclasses import dataclass

from host_sim.faults import KINDS, Fault
from host_sim.plant.streams import Streams, lognormal

HOUR_S = 3600.0


@dataclass(frozen=True)
class Downtime:
    """How often a fault of the closed list happens, and how long it lasts. [E] where it is shown.

    Raises:
        ValueError: as `Fault` does; for a fault that nobody ends, a deviation without a mean.
    """

    name: str
    mtbf_h: float  # from the end of one to the beginning of the next, exponential
    mttr_s: float  # mean of how long it lasts, lognormal
    mttr_sd_s: float = 0.0
    size: float | None = None

    def __post_init__(self) -> None:
        Fault(self.name, 0, 0, self.size)
        if KINDS[self.name].end is not None and not self.mttr_s:
            raise ValueError(f"{self.name}: mttr_s: 0 would let it stay. Write a time above 0")
        if self.mttr_sd_s and not self.mttr_s:
            raise ValueError(f"{self.name}: mttr_sd_s needs an mttr_s above 0. Write one")


def breakdowns(downtimes: Sequence[Downtime], horizon_us: int, seed: int) -> tuple[Fault, ...]:
    """Faults up to `horizon_us`, in the order of their beginnings; the same seed, the same faults.

    Each name has a random stream of its own, so that one more kind moves no other.
    """
    luck = Streams(seed)
    faults: list[Fault] = []
    for downtime in downtimes:
        generator = luck.generator(f"downtime.{downtime.name}")
        lasts = lognormal(downtime.mttr_s, downtime.mttr_sd_s) if downtime.mttr_s else None
        at_s = 0.0
        while True:
            at_s += generator.exponential(downtime.mtbf_h * HOUR_S)
            if at_s * 1e6 >= horizon_us:
                break
            lasts_s = float(lasts(generator, 1)[0]) if lasts else 0.0
            lasts_us = max(int(lasts_s * 1e6), 1) if lasts else 0
            faults.append(Fault(downtime.name, int(at_s * 1e6), lasts_us, downtime.size))
            at_s += lasts_s
    return tuple(sorted(faults, key=lambda fault: (fault.start_us, fault.name)))
