"""The HAL contract leaves nothing out: every field of the images has its device, and its page."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any

import pytest

from controller.app import App
from controller.image import Inputs, Outputs
from host_sim import FIRMWARE

HAL = FIRMWARE / "hal"
README = (HAL / "README.md").read_text("utf-8")


def load_contract() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hal_contract", HAL / "contract.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CONTRACT = load_contract()
DEVICES = {
    name: value.__doc__ for name, value in vars(CONTRACT).items() if isinstance(value, type)
}
FIELDS = [f"{image.__name__}.{name}" for image in (Inputs, Outputs) for name in vars(image())]


def rows() -> dict[str, tuple[str, str]]:
    """Fields and need of each device, from the table of the page."""
    found: dict[str, Any] = {}
    for line in README.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] in DEVICES:
            found[cells[0]] = (cells[1] + cells[2], cells[3])
    return found


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_belongs_to_one_device(field: str) -> None:
    owners = [
        name for name, text in DEVICES.items() if re.search(rf"^    {field}\b", text, re.MULTILINE)
    ]
    assert len(owners) == 1
    assert f"`{field.split('.')[1]}`" in rows()[owners[0]][0]


@pytest.mark.parametrize("name", [name for name in DEVICES if name != "Clock"])
def test_a_device_is_on_the_page(name: str) -> None:
    fields, need = rows()[name]
    assert fields
    text = DEVICES[name]
    assert "Required" in text or "Optional" in text
    for flag in re.findall(r"CAP_\w+", text):
        assert flag in need


def test_capabilities_are_single_bits_of_their_own() -> None:
    flags = [value for name, value in vars(CONTRACT).items() if name.startswith("CAP_")]
    assert sorted(flags) == [1 << bit for bit in range(len(flags))]
    for name in vars(CONTRACT):
        if name.startswith("CAP_"):
            assert any(name in text for text in DEVICES.values())


def test_the_controller_is_for_this_contract() -> None:
    assert App.contract == CONTRACT.CONTRACT_VERSION


def test_documented_devices_name_no_field_that_does_not_exist() -> None:
    for text in DEVICES.values():
        assert set(re.findall(r"(?:Inputs|Outputs)\.\w+", text)) <= set(FIELDS)
