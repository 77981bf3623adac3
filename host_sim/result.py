"""What one replication leaves behind: small, picklable, and made of events only."""

from dataclasses import dataclass

from host_sim.kpi.figures import Figures
from host_sim.stages import Stage
from host_sim.tally import Tally
from host_sim.wall_times import WallTimes


@dataclass(frozen=True)
class Result:
    """Numbers of one run. Times in µs since power-up, rates per minute."""

    mold: str
    replication: int
    seed: int
    trace: str  # hash of all events, start-up included
    events: int
    lost: int  # events that the journal had to drop
    cavities: int
    takt_us: int
    execute_us: int | None  # when production began; None: never
    until_us: int
    rate: float  # paced strokes a minute
    worst: int  # least strokes in any window of window_us
    window_us: int
    late_most_us: int  # latest beginning of a stroke against its slot
    time: Tally
    stages: tuple[Stage, ...]
    branches: tuple[Stage, ...]
    counts: dict[str, int]  # pieces, welds, timeouts
    alarms: dict[int, int]  # how often each alarm was raised in production
    state_us: dict[int, int]  # time in each PackML state
    wall: WallTimes | None = None  # None: it did not go by the wall clock
    figures: Figures | None = None  # ISO 22400
