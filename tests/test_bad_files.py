"""Broken machine and mold files: each is refused with one line that says where and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_files import BAD_MACHINES, BAD_MOLDS, changed

from controller.config import Settings, check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA, ConfigError
from host_sim import FIRMWARE
from host_sim.errors import InputError
from host_sim.files import load_json

MACHINE = load_json(FIRMWARE / "machine.json")
MOLD = load_json(FIRMWARE / "molds" / "foot_L.json")

# name of the file, its bytes, the error behind the file's name
BAD_TEXTS: list[tuple[str, bytes, str]] = [
    (
        "comma.json",
        b'{\n  "code": 8\n  "pitch_mm": 315\n}\n',
        "line 3, column 3: Expecting ',' delimiter. Mend that line.",
    ),
    (
        "quote.json",
        b'{"code: 8}',
        "line 1, column 2: Unterminated string starting at. Mend that line.",
    ),
    ("empty.json", b" \n", "is empty. Copy a shipped file and change it."),
    ("latin.json", b'{"id": "f\xfc\xdf"}', "byte 9 is not UTF-8. Save the file as UTF-8 text."),
    ("twice.json", b'{"weld": {"a": 1, "a": 2}}', "weld.a: is given twice. Keep one of them."),
    ("hidden.json", b'{"w": {"a": 1, "a": 2}, "w": 3}', "a: is given twice. Keep one of them."),
    ("deep.json", b"[" * 100_000, "is nested too deeply. Sections hold values only."),
    (
        "digits.json",
        b'{"code": ' + b"9" * 5000 + b"}",
        "has a number of thousands of digits. Shorten it.",
    ),
]


def error_of(act: Callable[[], object], kind: type[Exception]) -> str:
    """The one line that `act` raises."""
    with pytest.raises(kind) as caught:
        act()
    line = str(caught.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize("place, value, error", BAD_MACHINES)
def test_machine_file(place: str, value: object, error: str) -> None:
    data = changed(MACHINE, place, value)
    line = error_of(lambda: check(MACHINE_SCHEMA, data, "machine.json"), ConfigError)
    assert line == f"machine.json: {error}"


@pytest.mark.parametrize("place, value, error", BAD_MOLDS)
def test_mold_file(machine: Settings, place: str, value: object, error: str) -> None:
    data = changed(MOLD, place, value)
    line = error_of(lambda: check(MOLD_SCHEMA, data, "molds/foot_L.json", machine), ConfigError)
    assert line == f"molds/foot_L.json: {error}"


@pytest.mark.parametrize("name, content, error", BAD_TEXTS, ids=lambda text: str(text)[:12])
def test_text(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert error_of(lambda: load_json(path), InputError) == f"{path}: {error}"


@pytest.mark.parametrize("data", [[], "machine", 5, None, True])
def test_a_file_that_is_no_object(data: object) -> None:
    line = error_of(lambda: check(MACHINE_SCHEMA, data, "m.json"), ConfigError)
    assert line.startswith("m.json: ")
    assert line.endswith(" is not an object. Put its keys in braces.")


def test_a_dot_in_a_key_is_no_way_into_a_section() -> None:
    data = MACHINE | {"belt.eye_mm": 900}
    line = error_of(lambda: check(MACHINE_SCHEMA, data, "machine.json"), ConfigError)
    assert line == (
        "machine.json: belt.eye_mm: is not a key of this file. Write eye_mm in the braces of belt."
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    gone = tmp_path / "gone.json"
    assert error_of(lambda: load_json(gone), InputError) == (
        f"{gone}: does not exist. Check the name."
    )
    assert error_of(lambda: load_json(tmp_path), InputError) == (
        f"{tmp_path}: is a folder. Name a file in it."
    )
    odd = Path("nul\0.json")
    assert "cannot be read" in error_of(lambda: load_json(odd), InputError)


def test_errors_name_shipped_files_by_their_place_on_the_board(tmp_path: Path) -> None:
    line = error_of(lambda: load_json(FIRMWARE / "molds" / "none.json"), InputError)
    assert line == "molds/none.json: does not exist. Check the name."


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    path.write_text(json.dumps(MOLD), encoding="utf-8-sig")
    assert load_json(path) == MOLD


def test_error_carries_file_key_and_remedy() -> None:
    data = changed(MACHINE, "machine.cavities", 3)
    with pytest.raises(ConfigError) as caught:
        check(MACHINE_SCHEMA, data, "machine.json")
    error = caught.value
    assert (error.file, error.key) == ("machine.json", "machine.cavities")
    assert str(error) == f"{error.file}: {error.key}: {error.remedy}"
