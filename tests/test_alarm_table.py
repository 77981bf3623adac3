"""Codes, names, reactions and texts of the alarms agree, and none is there for nothing."""

from __future__ import annotations

import re

import pytest

from controller import alarm_codes
from controller.alarm_codes import REACT_ABORT, REACT_HOLD, REACT_STOP, REACT_WARN, REACTION
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from host_sim import FIRMWARE
from host_sim.alarm_texts import AlarmText, texts

CODES = {
    name: value
    for name, value in vars(alarm_codes).items()
    if name.isupper() and not name.startswith(("REACT_", "REACTION", "_"))
}
LONGEST = 200  # letters of each text: two lines of a small screen

WARN = ["POWER_UP", "REGISTRATION_WARN", "PIECE_EXTRA"]
HOLD = [
    "AIR_LOW", "MARK_LOST", "REJECTS_IN_A_ROW", "REGISTRATION_OFF", "BELT_JAM", "PIECE_LOST",
    "PICK_FAILED", "PICK_STUCK", "PIECE_DOUBLE", "REJECT_UNCONFIRMED", "GOOD_REJECTED",
    "REJECT_JAM", "PUSHER_STUCK", "STACK_OVERRUN", "STACK_FULL",
]  # fmt: skip
ABORT = [
    "SAFETY_OPEN",
    "GUARD_OPEN",
    "SCAN_FAULT",
    "INTERLOCK_DENIED",
    "STILL_MOVING",
    "PRESS_SLOW_UP",
    "MOLD_PULLED",
    "WELD_TIMEOUT",
    "FEED_DRIVE_FAULT",
    "WEB_BREAK",
]

every_text = pytest.mark.parametrize("text", texts().values(), ids=lambda text: text.name)


def test_codes_and_texts_agree() -> None:
    assert {text.name: code for code, text in texts().items()} == CODES
    assert len(set(CODES.values())) == len(CODES)


@pytest.mark.parametrize("name", CODES)
def test_reaction(name: str) -> None:
    stated = {REACT_WARN: WARN, REACT_HOLD: HOLD, REACT_ABORT: ABORT}
    expected = [reaction for reaction, names in stated.items() if name in names]
    assert [REACTION[CODES[name]]] == (expected or [REACT_STOP])


def test_reactions_grow_harder_and_a_number_that_is_no_alarm_aborts() -> None:
    assert REACT_WARN < REACT_HOLD < REACT_STOP < REACT_ABORT
    assert len(REACTION) > max(CODES.values())
    strangers = set(range(len(REACTION))) - set(CODES.values())
    assert {REACTION[code] for code in strangers} == {REACT_ABORT}


@every_text
def test_text_is_short_and_plain(text: AlarmText) -> None:
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text.name)
    for part in (text.happened, text.do):
        assert 20 <= len(part) <= LONGEST or (part is text.happened and len(part) >= 15)
        assert part[0].isupper()
        assert part.endswith(".")
        assert part == " ".join(part.split())
        assert len(re.findall(r"\.(?: |$)", part)) <= 2, "two sentences at most"


@every_text
def test_text_names_settings_that_exist(text: AlarmText) -> None:
    known = {row[0] for row in MACHINE_SCHEMA.read()[0] + MOLD_SCHEMA.read()[0]}
    named = set(re.findall(r"[a-z]+\.[a-z_]+", f"{text.happened} {text.do}"))
    assert named <= known


@every_text
def test_text_says_how_to_get_on(text: AlarmText) -> None:
    assert "RESET" in text.do or REACTION[text.code] == REACT_WARN


@pytest.mark.parametrize("name", CODES)
def test_a_part_raises_it(name: str) -> None:
    sources = [
        path.read_text("utf-8")
        for path in (FIRMWARE / "controller").glob("*.py")
        if path.name != "alarm_codes.py"
    ]
    uses = [line for source in sources for line in source.splitlines() if re.search(
        rf"\b{name}\b", line) and "import" not in line]  # fmt: skip
    assert uses, f"{name} is raised by nobody"


def test_a_row_reads_as_one_line() -> None:
    assert str(texts()[31]).startswith(
        "31 PRESS_SLOW_DOWN  The press did not reach its bottom switch in time"
    )
