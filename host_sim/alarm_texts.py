"""What each alarm does, and says to the person in front of the machine, in English and Chinese."""

import re
from dataclasses import dataclass
from functools import cache

from controller import supervision
from controller.alarm_codes import GROUP, OFF_S, REACT_HOLD, REACTION
from host_sim import FIRMWARE
from host_sim.errors import InputError

FILE = FIRMWARE / "texts" / "alarms.txt"
LANGUAGES = ("en", "zh")
"""English for every alarm; Chinese falls back on it."""
REACTIONS = ("warn", "hold", "stop", "abort")
"""Names of the reactions, indexed by `controller.alarm_codes.REACT_*`."""
GROUPS = ("safety", "air", "mold", "press", "horn", "web", "belt", "sequence")
"""Names of the groups, of which each has one first-out, indexed by `controller.alarm_codes.GROUP`.

safety is the controller's own as well, horn the generator's."""
STATES = (
    "normal",
    "unacknowledged",
    "acknowledged",
    "latched, unacknowledged",
    "latched, acknowledged",
    "returned, unacknowledged",
    "shelved",
    "suppressed by design",
    "out of service",
)
"""Names of the states of ISA-18.2, indexed by `controller.alarm_states.alarm_state`."""

_LINE = re.compile(r"(\d+) ([A-Z_0-9]+) ([a-z]{2}) \| ([^|]+) \| ([^|]+)")


@dataclass(frozen=True)
class AlarmText:
    """One row of the alarm table."""

    code: int
    name: str
    """As in `controller.alarm_codes`."""
    reaction: str
    """What the machine does by itself, one of `REACTIONS`."""
    group: str
    """One of `GROUPS`."""
    on_ms: float
    """On-delay: its input has been bad for so long."""
    off_s: int
    """Off-delay: its cause has been gone for so long, or the event has not come again."""
    shelve: bool
    """Whether a technician may shelve it and a supervisor take it out of service."""
    happened: str
    """What happened, in one or two sentences."""
    do: str
    """What to do, in the order in which a technician would."""

    def __str__(self) -> str:
        return f"{self.code} {self.name}  {self.happened}  {self.do}"


@cache
def said(text: str | None = None) -> dict[int, dict[str, tuple[str, str, str]]]:
    """Name, what happened and what to do by code and language, of the file or of `text`.

    Raises:
        InputError: a line is none, or is there twice.
    """
    found: dict[int, dict[str, tuple[str, str, str]]] = {}
    for number, line in enumerate((text or FILE.read_text("utf-8")).splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        if not parts or parts[3] not in LANGUAGES:
            raise InputError(
                f"texts/{FILE.name}: line {number} is no alarm. Write: code NAME "
                f"{'|'.join(LANGUAGES)} | what happened | what to do."
            )
        here = found.setdefault(int(parts[1]), {})
        if parts[3] in here:
            raise InputError(
                f"texts/{FILE.name}: line {number}: {parts[1]} {parts[3]} is there twice. "
                "Remove one."
            )
        here[parts[3]] = (parts[2], parts[4], parts[5])
    return found


@cache
def texts(language: str = "en") -> dict[int, AlarmText]:
    """All alarms by code, in the order of their codes."""
    on_us = {row[2]: row[1] for row in supervision.TABLE}
    table = {}
    for code, by_language in sorted(said().items()):
        name, happened, do = by_language.get(language) or by_language["en"]
        table[code] = AlarmText(
            code,
            name,
            REACTIONS[REACTION[code]],
            GROUPS[GROUP[code]],
            on_us.get(code, 0) / 1000,
            OFF_S.get(code, 0),
            REACTION[code] <= REACT_HOLD,
            happened,
            do,
        )
    return table
