"""Machine and mold files become settings, or one ConfigError: nothing else, whatever they hold."""

from __future__ import annotations

import copy
from math import isclose, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller import schema
from controller.config import Settings, check
from controller.feasible import move_ms
from controller.schema import (
    CHOICE,
    MACHINE_SCHEMA,
    MILLI,
    MOLD_SCHEMA,
    TEXT,
    ConfigError,
)
from controller.wording import kept
from host_sim import FIRMWARE
from host_sim.files import load_json

MACHINE_ROWS, MACHINE_LIMITS, _ = MACHINE_SCHEMA.read()
MOLD_ROWS, MOLD_LIMITS, _ = MOLD_SCHEMA.read()
MACHINE = load_json(FIRMWARE / "machine.json")
MOLDS = {path.stem: load_json(path) for path in sorted((FIRMWARE / "molds").glob("*.json"))}
REFERENCE = check(MACHINE_SCHEMA, MACHINE, "machine.json")

# id, pitch mm, weld length mm, energy J, weld ms, hold ms
CATALOGUE = [
    ("kids_hand", 170, 640, 290, 320, 110),
    ("hand_S", 210, 820, 370, 390, 120),
    ("hand_M", 230, 920, 415, 430, 130),
    ("hand_L", 255, 1010, 455, 470, 140),
    ("kids_foot", 210, 500, 240, 290, 110),
    ("foot_S", 260, 640, 310, 360, 130),
    ("foot_M", 285, 700, 345, 400, 140),
    ("foot_L", 315, 760, 375, 430, 150),
]


def mold_settings(data: dict[str, Any]) -> Settings:
    return check(MOLD_SCHEMA, data, "mold.json", REFERENCE)


def test_the_eight_molds_ship_as_in_the_catalogue() -> None:
    assert sorted(MOLDS) == sorted(row[0] for row in CATALOGUE)
    for name, pitch_mm, length_mm, energy_j, time_ms, hold_ms in CATALOGUE:
        mold = mold_settings(MOLDS[name])
        assert mold["id"] == name
        assert mold["pitch_um"] == pitch_mm * 1000
        assert mold["piece_um"] == (pitch_mm - 20) * 1000
        assert mold["weld_length_mm"] == length_mm
        assert mold["weld.energy_j"] == energy_j
        assert mold["weld.time_ms"] == time_ms
        assert mold["weld.hold_ms"] == hold_ms


def test_each_mold_has_a_code_of_its_own() -> None:
    codes = [mold["code"] for mold in MOLDS.values()]
    assert sorted(codes) == list(range(1, 9))


def test_reading_a_key_marks_it(machine: Settings) -> None:
    unread = machine.unread()
    assert "belt.loop_ms" in unread
    assert unread == sorted(machine.written)
    assert machine["belt.loop_ms"] == 200
    assert set(unread) - set(machine.unread()) == {"belt.loop_ms"}


def test_looking_without_reading_leaves_no_mark(machine: Settings) -> None:
    assert machine.values["belt.loop_ms"] == 200
    assert "belt.loop_ms" in machine.unread()


def test_checking_a_mold_reads_the_bounds_of_the_generator(machine: Settings) -> None:
    check(MOLD_SCHEMA, MOLDS["hand_M"], "hand_M.json", machine)
    assert "generator.energy_max_j" not in machine.unread()
    assert "feed.speed_mm_s" in machine.unread()


def test_no_such_key(machine: Settings) -> None:
    with pytest.raises(KeyError):
        machine["belt.colour"]
    with pytest.raises(KeyError):
        machine["registration.eye_mm"]  # kept in µm, as registration.eye_um


def test_decimals_are_kept_in_micrometres() -> None:
    for given_mm, um in [(212.5, 212_500), (212, 212_000), (212.001, 212_001), (20.0, 20_000)]:
        mold = mold_settings(MOLDS["hand_M"] | {"pitch_mm": given_mm, "piece_mm": 15.123})
        assert mold["pitch_um"] == um
        assert mold["piece_um"] == 15_123
        assert type(mold["pitch_um"]) is int


def test_a_whole_number_may_be_written_with_a_point() -> None:
    mold = mold_settings(MOLDS["hand_M"] | {"code": 7.0})
    assert mold["code"] == 7
    assert type(mold["code"]) is int


def test_the_first_fault_does_not_depend_on_the_order_of_the_keys() -> None:
    data = copy.deepcopy(MACHINE)
    data["zeal"] = data["anger"] = 1
    data["belt"]["loop_ms"] = "x"
    turned = {key: data[key] for key in reversed(data)}
    lines = set()
    for each in (data, turned):
        with pytest.raises(ConfigError) as caught:
            check(MACHINE_SCHEMA, each, "machine.json")
        lines.add(str(caught.value))
    assert lines == {"machine.json: anger: is not a key of this file. Remove it."}


def test_limits_speak_of_keys_that_exist() -> None:
    machine = {kept(row) for row in MACHINE_ROWS}
    mold = {kept(row) for row in MOLD_ROWS}
    for key, _, bound in MACHINE_LIMITS:
        assert {key, bound} <= machine
    for key, _, bound in MOLD_LIMITS:
        assert key in mold
        assert bound in mold | machine


def test_a_board_without_its_schema_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "PATH", "/nowhere/schema.txt")
    with pytest.raises(ConfigError, match=r"schema.txt: cannot be read\. Copy it to the board\."):
        check(MACHINE_SCHEMA, MACHINE, "machine.json")


@pytest.mark.parametrize("row", MACHINE_ROWS + MOLD_ROWS, ids=lambda row: row[0])
def test_bounds_leave_room_for_the_controllers_arithmetic(row: tuple[Any, ...]) -> None:
    key, kind, least, most, meaning, _ = row
    assert 5 <= len(meaning) <= 40
    if kind == CHOICE:
        assert len(least) > 1
        return
    assert 0 <= least < most
    if kind in (TEXT, MILLI):
        assert most <= 1_000_000
        assert (kind == MILLI) <= key.endswith("_mm")
    elif key.endswith("_ms"):
        assert most * 1000 < 1 << 29
    elif key == "weld.energy_j":
        # Above the generator's: it is that bound which an operator should hear of.
        assert REFERENCE["generator.energy_max_j"] < most
    else:
        assert most * 1000 < 1 << 30


def test_the_longest_weld_at_most_power_fits_an_integer() -> None:
    most = {row[0]: row[3] for row in MACHINE_ROWS}
    samples = most["generator.weld_max_ms"]
    assert samples * most["generator.full_scale_w"] < 1 << 30  # mJ
    assert samples * 4095 < 1 << 30  # sum of raw samples
    assert most["generator.energy_max_j"] * 1000 * 10 < 1 << 30  # permille of the set energy


@given(
    way_um=st.integers(1_000, 1_000_000),
    speed_mm_s=st.integers(100, 3000),
    accel_mm_s2=st.integers(500, 50_000),
)
def test_move_time_is_that_of_a_trapezoid(way_um: int, speed_mm_s: int, accel_mm_s2: int) -> None:
    way_mm = way_um / 1000
    if way_mm >= speed_mm_s**2 / accel_mm_s2:
        ms = 1000 * (way_mm / speed_mm_s + speed_mm_s / accel_mm_s2)
    else:
        ms = 2000 * sqrt(way_mm / accel_mm_s2)
    assert isclose(move_ms(way_um, speed_mm_s, accel_mm_s2), ms, rel_tol=0.1, abs_tol=3)


def test_move_time_of_the_cycle_budget() -> None:
    assert move_ms(230_000, 900, 7000) == 383  # 230 mm at 0.9 m/s, 7 m/s², without the trim


numbers = st.one_of(
    st.integers(),
    st.integers(-(2**80), 2**80),
    st.integers(0, 1000),
    st.floats(),
    st.sampled_from([0, 1, 10**400, float("nan"), float("inf"), -0.0, 0.001, 1e308]),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=50))
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutations(draw: st.DrawFn, good: dict[str, Any]) -> Any:
    """A good file with a few values changed, taken out, added, renamed or put elsewhere."""
    data = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 4))):
        sections = [data, *[value for value in data.values() if isinstance(value, dict)]]
        section = draw(st.sampled_from(sections))
        keys = st.text(max_size=12)
        if section:
            keys |= st.sampled_from(sorted(section))
        key = draw(keys)
        if draw(st.booleans()):
            section[key] = draw(trees)
        elif key in section:
            value = section.pop(key)
            if draw(st.booleans()):
                draw(st.sampled_from(sections))[draw(keys)] = value
            elif isinstance(value, int):
                section[key] = draw(st.integers(value - 3, abs(value) * 4 + 3))
    return data


def outcome(part: Any, data: Any, machine: Settings | None) -> None:
    """Settings of small integers and texts, or a ConfigError of one plain line."""
    try:
        settings = check(part, data, "file.json", machine)
    except ConfigError as error:
        line = str(error)
        assert line.startswith("file.json: ")
        assert line.isprintable()
        assert len(line) < 300
        assert line.endswith((".", "?"))
    else:
        assert list(settings.values) == [kept(row) for row in part.read()[0]]
        for value in settings.values.values():
            assert type(value) in (int, str)
            assert isinstance(value, str) or abs(value) < 1 << 30


@given(mutations(MACHINE))
def test_a_changed_machine_file_passes_or_is_refused(data: Any) -> None:
    outcome(MACHINE_SCHEMA, data, None)


@given(mutations(MOLDS["hand_M"]))
def test_a_changed_mold_file_passes_or_is_refused(data: Any) -> None:
    outcome(MOLD_SCHEMA, data, REFERENCE)


@given(trees)
def test_any_other_json_is_refused(data: Any) -> None:
    for part in (MACHINE_SCHEMA, MOLD_SCHEMA):
        with pytest.raises(ConfigError):
            check(part, data, "file.json", REFERENCE)
