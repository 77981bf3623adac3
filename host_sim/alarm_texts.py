"""What each alarm does, and says to the person in front of the machine."""

from dataclasses import dataclass
from functools import cache

from controller.alarm_codes import REACTION
from host_sim import FIRMWARE
from host_sim.files import load_json

FILE = FIRMWARE / "texts" / "alarms.json"
REACTIONS = ("warn", "hold", "stop", "abort")
"""Names of the reactions, indexed by `controller.alarm_codes.REACT_*`."""


@dataclass(frozen=True)
class AlarmText:
    """One row of the alarm table."""

    code: int
    name: str
    """As in `controller.alarm_codes`."""
    reaction: str
    """What the machine does by itself, one of `REACTIONS`."""
    happened: str
    """What happened, in one or two sentences."""
    do: str
    """What to do, in the order in which a technician would."""

    def __str__(self) -> str:
        return f"{self.code} {self.name}  {self.happened}  {self.do}"


@cache
def texts() -> dict[int, AlarmText]:
    """All alarms by code, in the order of their codes."""
    table = load_json(FILE)
    return {
        code: AlarmText(code, reaction=REACTIONS[REACTION[code]], **table[str(code)])
        for code in sorted(map(int, table))
    }
