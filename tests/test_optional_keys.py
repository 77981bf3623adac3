"""Keys with a value of their own, and sections that a machine need not have."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import host_sim
from controller import schema
from controller.config import check
from controller.schema import MACHINE_SCHEMA, ConfigError
from host_sim.files import load_json
from host_sim.molds import DataFile
from host_sim.overrides import apply, parse

GOOD: dict[str, Any] = load_json(host_sim.FIRMWARE / "machine.json")
LINES = """[machine]
tower ? a station that few have
tower.height_mm um:0..5000 how high it is
tower.step_ms 1..900=20 how fast it climbs
tower.way up|down=up where it goes
belt.wait_ms 0..900=0 rest after a piece
belt.rest_ms 0..900=5 rest after a batch
belt.wait_ms <= belt.rest_ms
tower.step_ms <= belt.loop_ms
"""


@pytest.fixture(autouse=True)
def more_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "schema.txt"
    path.write_text(Path(schema.PATH).read_text("utf-8").replace("[machine]\n", LINES), "utf-8")
    monkeypatch.setattr(schema, "PATH", str(path))


def with_(**sections: dict[str, Any]) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    for name, keys in sections.items():
        data.setdefault(name, {}).update(keys)
    return data


def test_a_key_that_is_not_there_has_its_value_and_is_no_promise() -> None:
    read = check(MACHINE_SCHEMA, GOOD, "machine.json")
    assert read["belt.wait_ms"] == 0 and read["belt.rest_ms"] == 5
    assert "belt.wait_ms" not in check(MACHINE_SCHEMA, GOOD, "machine.json").unread()


def test_a_key_that_is_there_counts_and_wants_a_reader() -> None:
    read = check(MACHINE_SCHEMA, with_(belt={"wait_ms": 3}), "machine.json")
    assert "belt.wait_ms" in read.unread()
    assert read["belt.wait_ms"] == 3
    assert "belt.wait_ms" not in read.unread()


def test_a_section_may_be_left_out_and_then_has_no_keys() -> None:
    read = check(MACHINE_SCHEMA, GOOD, "machine.json")
    assert not read.has("tower") and read.has("belt")
    with pytest.raises(KeyError):
        read["tower.step_ms"]


def test_a_section_that_is_there_is_complete() -> None:
    read = check(MACHINE_SCHEMA, with_(tower={"height_mm": 2.5}), "machine.json")
    assert read.has("tower")
    assert (read["tower.height_um"], read["tower.step_ms"], read["tower.way"]) == (2500, 20, "up")
    with pytest.raises(ConfigError, match=r"tower.height_mm: is missing"):
        check(MACHINE_SCHEMA, with_(tower={}), "machine.json")


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ({"belt": {"wait_ms": 6}}, "belt.wait_ms: 6 is above 5"),
        ({"tower": {"height_mm": 1, "step_ms": 300}}, "tower.step_ms: 300 is above 200"),
        ({"tower": {"height_mm": 1, "way": "left"}}, 'tower.way: "left" is not a choice'),
    ],
)
def test_bounds_hold_for_them_as_for_others(sections: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        check(MACHINE_SCHEMA, with_(**sections), "machine.json")


def test_a_what_if_may_set_a_key_that_the_file_does_not_have() -> None:
    file = apply(DataFile("machine.json", GOOD), [parse("machine.belt.wait_ms=4")])
    assert check(MACHINE_SCHEMA, file.data, "machine.json")["belt.wait_ms"] == 4
    assert "wait_ms" not in GOOD["belt"]
