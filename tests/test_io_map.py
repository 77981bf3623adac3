"""An io.json that no board could run is refused, with file, key, what is wrong and the way out."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from controller import signal_names as signals
from controller import signals as s
from controller.schema import ConfigError
from hal.rp2.io_map import IO_SCHEMA, check
from host_sim import FIRMWARE
from host_sim.files import load_json

GOOD: dict[str, Any] = load_json(FIRMWARE / "io.json")

WRONG = [
    ("pins", "sonics_on", "gp14", "gp14"),  # used twice
    ("inputs", "TRIGGER", "gp19", "inputs.SAFETY_OK"),
    ("inputs", "AIR_OK", "chain 0", "inputs.GUARD_CLOSED"),
    ("outputs", "BUZZER", "chain 0", "outputs.PRESS_DOWN"),
    ("pins", "mark_eye", "gp22", "safe mode"),
    ("pins", "feed_step", "gp23", "gp22"),  # no such pin on the board
    ("pins", "feed_step", "gp29", "gp22"),
    ("pins", "feed_step", "gp99", "gp22"),
    ("pins", "feed_step", "gp100", "not a place"),
    ("pins", "feed_step", "14", "gp7"),
    ("pins", "feed_step", "gp", "gp7"),
    ("pins", "feed_step", "gp-1", "gp7"),
    ("pins", "feed_step", "gp1 4", "gp7"),
    ("pins", "feed_step", 14, "gp7"),
    ("pins", "feed_step", None, "gp7"),
    ("pins", "feed_step", ["gp14"], "gp7"),
    ("pins", "feed_step", "chain 15", "gp"),  # a timed device
    ("inputs", "GEN_OVERLOAD", "chain 15", "gp"),
    ("inputs", "GEN_OVERLOAD", "gp17", "broken wire"),
    ("inputs", "PIECE_EYE", "not chain 15", "gp"),
    ("inputs", "TRIGGER", "chain 15", "gp"),
    ("inputs", "SAFETY_OK", "chain 15", "gp"),
    ("inputs", "AIR_OK", "chain 48", "chain 47"),
    ("inputs", "AIR_OK", "chain", "gp7"),
    ("inputs", "AIR_OK", "chain x", "gp7"),
    ("inputs", "AIR_OK", "not not chain 15", "gp7"),
    ("pins", "power_monitor", "gp22", "safe mode"),
    ("pins", "power_monitor", "gp1", "gp26"),  # cannot measure
    ("pins", "chain_clock", "gp4", "gp2"),  # no SPI there
    ("pins", "sonics_on", "not gp16", '"not"'),
    ("pins", "no_such", "gp1", "Remove it"),
    ("inputs", "TRIGER", "gp1", "inputs.TRIGGER"),
    ("outputs", "TRIGGER", "gp1", "not a key"),
    ("board", "watchdog_ms", 8389, "8388"),
    ("board", "watchdog_ms", 99, "100"),
    ("board", "watchdog_ms", "5000", "whole number"),
    ("board", "watchdog_ms", True, "whole number"),
    ("board", "name", "pico", "not a key"),
]


@pytest.mark.parametrize(("section", "key", "value", "says"), WRONG)
def test_a_wrong_place_is_refused(section: str, key: str, value: Any, says: str) -> None:
    data = copy.deepcopy(GOOD)
    data[section][key] = value
    with pytest.raises(ConfigError) as error:
        check(data, "io.json")
    text = str(error.value)
    assert text.startswith("io.json: ")
    assert says in text
    assert "\n" not in text
    assert len(text) < 220
    assert error.value.key.split(".")[0] in ("pins", "inputs", "outputs", "board")
    assert text.endswith((".", "?"))


# Pins that are right by themselves: changes of [pins], and the line that is refused
TOGETHER = [
    ({"chain_out": "gp15", "feed_dir": None}, "pins.chain_out: gp15 is not on the SPI of gp2"),
    ({"chain_in": "gp12", "mark_eye": None}, "pins.chain_in: gp12 is not on the SPI of gp2"),
    ({"web_b": "gp12", "mark_eye": None}, "pins.web_b: gp12 is not beside gp8"),
    ({"belt_a": "gp15", "feed_dir": None}, "pins.belt_b: gp11 is not beside gp15"),
    ({"web_a": "gp12", "mark_eye": "gp8", "amplitude": None}, "pins.web_b: gp9 is not beside"),
]


@pytest.mark.parametrize(("changes", "says"), TOGETHER)
def test_pins_that_do_not_go_together_are_refused(changes: dict[str, Any], says: str) -> None:
    data = copy.deepcopy(GOOD)
    for name, place in changes.items():
        data["pins"].pop(name)
        if place:
            data["pins"][name] = place
    with pytest.raises(ConfigError) as error:
        check(data, "io.json")
    assert says in str(error.value)


def test_two_pins_of_one_pwm_are_refused() -> None:
    data = copy.deepcopy(GOOD)
    del data["pins"]["mark_eye"]
    data["inputs"]["PRESS_BOTTOM"] = "gp20"
    data["pins"].update(amplitude="gp12", belt_speed="gp28")
    with pytest.raises(ConfigError, match="gp28 is not on another PWM than gp12"):
        check(data, "io.json")


def test_an_encoder_may_be_turned_round() -> None:
    data = copy.deepcopy(GOOD)
    data["pins"].update(web_a="gp9", web_b="gp8")
    assert check(data, "io.json").at["web_a"] == (9, 0)


def test_every_line_is_needed_or_may_be_left_out() -> None:
    optional = {key for key, _, needs, *_ in IO_SCHEMA.read()[0] if "?" in str(needs)}
    assert len(optional) == 48
    for section in ("board", "pins", "inputs", "outputs"):
        for key in GOOD[section]:
            data = copy.deepcopy(GOOD)
            del data[section][key]
            if f"{section}.{key}" in optional:
                assert key not in check(data, "io.json").at
                continue
            with pytest.raises(ConfigError, match=f"io.json: {section}.{key}: is missing"):
                check(data, "io.json")
        data = copy.deepcopy(GOOD)
        del data[section]
        with pytest.raises(ConfigError):
            check(data, "io.json")


def test_what_a_station_needs_is_not_left_out() -> None:
    data = copy.deepcopy(GOOD)
    del data["inputs"]["SPLICE"]
    with pytest.raises(ConfigError, match=r"io.json: inputs.SPLICE: is missing, and a station"):
        check(data, "io.json", {"d": s.PRESS_TOP, "x": s.SPLICE, "o": s.BUZZER})
    data["inputs"]["SPLICE"] = "chain 23"
    assert check(data, "io.json", {"d": 0, "x": s.SPLICE, "o": 0}).at["SPLICE"] == (23, 0)


def test_a_web_with_marks_needs_their_sensor() -> None:
    data = copy.deepcopy(GOOD)
    del data["pins"]["mark_eye"]
    assert check(data, "io.json", {"d": 0, "x": 0, "o": 0, "m": 0})
    with pytest.raises(ConfigError, match=r"io.json: pins.mark_eye: is missing, and a station"):
        check(data, "io.json", {"d": 0, "x": 0, "o": 0, "m": 1})


@pytest.mark.parametrize("data", [None, [], 3, "io", {}, {"pins": []}])
def test_what_is_no_map_is_refused(data: Any) -> None:
    with pytest.raises(ConfigError):
        check(data, "io.json")


def test_every_signal_has_its_bit() -> None:
    more = copy.deepcopy(GOOD)
    more["inputs"] |= {"DOWNSTREAM_OK": "not chain 47", "REJECT_EYE": "chain 40"}
    more["outputs"]["WELD_REJECT"] = "chain 46"
    for data in (GOOD, more):
        places = check(data, "io.json")
        for rows, table in (
            (places.di, signals.DI), (places.dx, signals.DX), (places.do, signals.DO),
        ):  # fmt: skip
            found = {bit: (number, low) for row in rows for bit, number, low in row}
            assert found == {bit: places.at[name] for name, bit in table if name in places.at}
    assert places.at["DOWNSTREAM_OK"] == (47, 1)
