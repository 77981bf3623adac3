"""Where two traces part: the first event that differs, in words, with what lies around it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from controller import alarm_codes, events
from controller.sequence import NAME
from host_sim.recorder import Records

AROUND = 5

NAMES = {value: name for name, value in vars(events).items() if name.isupper() and value >= 0x100}
ALARMS = {
    value: name
    for name, value in vars(alarm_codes).items()
    if name.isupper() and isinstance(value, int) and not name.startswith(("REACT", "GROUP"))
}
STEPS = {
    events.SEQ_BEGIN: "begins",
    events.SEQ_END: "has ended",
    events.SEQ_TIMEOUT: "timed out",
    events.SEQ_CANCEL: "was cancelled",
}


def difference(
    left: Records,
    right: Records,
    names: tuple[str, str] = ("left", "right"),
    sequences: Sequence[Any] = (),
) -> str | None:
    """A text of the first event in which two traces differ; None when they are the same.

    `sequences` are the controller's, `App.sequences`; with them rows are called by their names.
    """
    both = min(len(left), len(right))
    unlike = np.flatnonzero(left[:both] != right[:both])
    if len(unlike):
        at = int(unlike[0])
    elif len(left) == len(right):
        return None
    else:
        at = both
    head = f"event {at} differs: {names[0]} has {len(left)} events, {names[1]} {len(right)}"
    lines = [head, "the same in both:" if at else "nothing is the same in both"]
    lines += _words(left[max(0, at - AROUND) : at], sequences)
    for name, records in zip(names, (left, right), strict=True):
        lines.append(f"{name}:")
        lines += _words(records[at : at + 1 + AROUND], sequences) or ["  ends here"]
    return "\n".join(lines)


def _words(records: Records, sequences: Sequence[Any]) -> list[str]:
    lines = []
    for record in records:
        t_us, what, value = record.tolist()
        lines.append(f"  {t_us:>12} µs  {event(what, value, sequences)}")
    return lines


def event(what: int, value: int, sequences: Sequence[Any] = ()) -> str:
    """One event in words."""
    if what >= events.SEQUENCE:
        number, kind = (what - events.SEQUENCE) >> 8, what & 0xFF
        name, step = f"sequence {number}", STEPS.get(kind, f"row {kind}")
        for sequence in sequences:
            if sequence.ident == number:
                name = sequence.name
                step = STEPS.get(kind) or sequence.rows[kind][NAME]
        return f"{name}: {step} {value}"
    if what >> 8 == events.RAISED >> 8 and what in NAMES:
        code = value & 0xFF  # and who, how long, how often: in events.py
        return " ".join(
            [NAMES[what], str(ALARMS.get(code, code)), *([hex(value >> 8)] * (value > code))]
        )
    if what in (events.INPUT, events.INPUT_X, events.OUTPUT, events.DENIED):
        return f"{NAMES[what]} {value:#06x}"
    return f"{NAMES.get(what, f'event {what:#06x}')} {value}"
