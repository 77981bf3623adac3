"""Codes, names, reactions and texts of the alarms agree, and none is there for nothing."""

from __future__ import annotations

import re

import pytest

from controller import alarm_codes, alarm_states, supervision
from controller import signals as s
from controller.alarm_codes import (
    GROUP,
    OFF_S,
    REACT_ABORT,
    REACT_HOLD,
    REACT_STOP,
    REACT_WARN,
    REACTION,
)
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from host_sim import FIRMWARE
from host_sim.alarm_texts import FILE, GROUPS, LANGUAGES, STATES, AlarmText, said, texts
from host_sim.errors import InputError
from tools.alarms import in_markdown

CODES = {
    name: value
    for name, value in vars(alarm_codes).items()
    if name.isupper() and not name.startswith(("REACT", "_", "GROUP", "OFF_S"))
}
LONGEST = 200  # letters of each text: two lines of a small screen

WARN = ["POWER_UP", "REGISTRATION_WARN", "PIECE_EXTRA"]
HOLD = [
    "AIR_LOW", "MARK_LOST", "REJECTS_IN_A_ROW", "REJECT_RESET", "REGISTRATION_OFF", "BELT_JAM",
    "PIECE_LOST", "PICK_FAILED", "PICK_STUCK", "PIECE_DOUBLE", "REJECT_UNCONFIRMED",
    "GOOD_REJECTED", "REJECT_JAM", "PUSHER_STUCK", "STACK_OVERRUN", "STACK_FULL",
]  # fmt: skip
ABORT = [
    "SAFETY_OPEN",
    "GUARD_OPEN",
    "SCAN_FAULT",
    "INTERLOCK_DENIED",
    "STILL_MOVING",
    "PRESS_SLOW_UP",
    "PRESS_SWITCHES",
    "MOLD_PULLED",
    "WELD_TIMEOUT",
    "FEED_DRIVE_FAULT",
    "WEB_BREAK",
]
# of the web supply
WARN += ["UPPER_ROLL_LOW", "LOWER_ROLL_LOW", "STATIC_WARN"]
HOLD += ["UPPER_WEB_LATE", "LOWER_WEB_LATE", "UPPER_WEB_SLACK", "LOWER_WEB_SLACK"]
HOLD += ["STATIC_OFF", "WASTE_BREAK"]

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


# --- Chinese, and how the file lies on the board


def test_every_alarm_is_told_in_every_language() -> None:
    for language in LANGUAGES:
        missing = sorted(code for code, by in said().items() if language not in by)
        assert not missing, f"{FILE.name} has no {language} text for the alarms {missing}"


@pytest.mark.parametrize("code", [code for code, by in said().items() if "zh" in by])
def test_chinese_says_the_same_for_an_operator(code: int) -> None:
    english, chinese = texts()[code], texts("zh")[code]
    names = r"[a-z]+\.[a-z_]+|\b[a-z]+_[a-z]+\b"
    for part in (chinese.happened, chinese.do):
        assert 6 <= len(part) <= 90 and part.endswith("。")
        assert part.count("。") <= 2, "two sentences at most"
        plain = re.sub(names, "", part)
        assert not re.search(r"[A-Za-z]{2}", plain), f"not Chinese: {plain}"
        assert not re.search(r"[,;:?!()]", plain), "Chinese marks, please"
    both = [f"{text.happened} {text.do}" for text in (english, chinese)]
    assert set(re.findall(names, both[0])) == set(re.findall(names, both[1]))
    assert ("RESET" in both[0]) == ("“复位”" in both[1])
    assert ("START" in both[0]) == ("“启动”" in both[1])


def test_one_alarm_can_be_read_without_the_others() -> None:
    lines = FILE.read_bytes().splitlines()
    assert max(map(len, lines)) < 512, "one line is a record, for a panel with little memory"
    codes = [int(line.split()[0]) for line in lines if not line.startswith(b"#")]
    assert codes == sorted(codes)


def test_nothing_on_the_board_reads_the_texts() -> None:
    for path in FIRMWARE.rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            assert "texts/" not in line or "texts/alarms.txt; the board" in line, path


def test_a_line_that_is_no_alarm_is_refused() -> None:
    for line in ("31 PRESS_SLOW_DOWN en | only this", "31 PRESS_SLOW_DOWN fr | a | b", "x y"):
        with pytest.raises(InputError, match="line 1 is no alarm"):
            said(line)
    with pytest.raises(InputError, match="line 2: 31 en is there twice"):
        said("31 A en | a | b\n31 A en | a | b")


# --- groups, delays, states


def test_every_code_has_a_group() -> None:
    assert len(GROUP) == len(REACTION) and set(GROUP) == set(range(len(GROUPS)))
    by_name = {name: GROUPS[GROUP[code]] for name, code in CODES.items()}
    for name, group in {
        "SAFETY_OPEN": "safety", "AIR_LOW": "air", "WEB_BREAK": "web", "BELT_DRIVE_FAULT": "belt",
        "GEN_OVERLOAD": "horn", "GEN_NOT_READY": "horn", "MOLD_PULLED": "mold",
        "PRESS_SLOW_UP": "press", "WELD_TIMEOUT": "press", "REJECTS_IN_A_ROW": "horn",
        "MARK_LOST": "web", "PIECE_LOST": "belt", "SERVICE_LATE": "sequence",
    }.items():  # fmt: skip
        assert by_name[name] == group
    ranges = ((36, 40, "horn"), (70, 80, "horn"), (80, 95, "web"), (95, 120, "belt"))
    for first, end, group in ranges:
        assert {GROUPS[GROUP[code]] for code in range(first, end)} == {group}


def test_delays_are_short_and_only_where_nobody_is_in_danger() -> None:
    assert OFF_S.keys() <= set(CODES.values())
    for code, off_s in OFF_S.items():
        assert 1 <= off_s <= 60 and REACTION[code] <= REACT_HOLD
    for bit, delay_us, _ in supervision.TABLE:
        assert delay_us <= 1_000_000
        assert delay_us == 0 or not bit & (s.SAFETY_OK | s.GUARD_CLOSED)


def test_states_have_their_names() -> None:
    numbers = [value for name, value in vars(alarm_states).items() if name.isupper()]
    assert {alarm_states.NORMAL, alarm_states.RETIRED} <= set(numbers)
    assert STATES[alarm_states.RETIRED] == "out of service" and len(STATES) == 9
    assert STATES[alarm_states.SUPPRESSED] == "suppressed by design"
    assert STATES[alarm_states.RETURNED] == "returned, unacknowledged"


def test_a_readme_that_shows_the_table_shows_this_one() -> None:
    lines = in_markdown(list(texts().values()))
    for readme in FIRMWARE.parent.rglob("README.md"):
        text = readme.read_text("utf-8")
        if ".venv" not in readme.parts and lines[0] in text:
            assert "\n".join(lines) in text, f"{readme}: paste `sonomask alarms --markdown`"
