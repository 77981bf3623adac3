"""A machine is found by name, folder or file; what it lacks is said; every wire has its pin."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from controller import signals as s
from host_sim import FIRMWARE, machines
from host_sim.errors import InputError
from host_sim.files import load_json
from tools.cli import main
from tools.machine.findings import findings, io_lines
from tools.machine.wiring import BOARD_PINS, chips, wires

IO: dict[str, Any] = load_json(FIRMWARE / "io.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A machine of its own, as the reference."""
    for file in ("machine.json", "io.json"):
        shutil.copy(FIRMWARE / file, tmp_path)
    return tmp_path


def sonomask(*words: str | Path) -> Any:
    return CliRunner().invoke(main, list(map(str, words)))


def test_a_machine_is_found_by_name_folder_and_file(folder: Path) -> None:
    assert machines.find().machine == FIRMWARE / "machine.json"
    assert machines.find("reference") == machines.find()
    assert machines.find(folder).machine == folder / "machine.json"
    assert machines.find(folder / "machine.json").io == folder / "io.json"
    assert machines.find(folder).molds == FIRMWARE / "molds"
    (folder / "molds").mkdir()
    assert machines.find(folder).molds == folder / "molds"


@pytest.mark.parametrize("where", ["nowhere", "/", "machine.txt"])
def test_what_is_no_machine_is_refused_with_the_way_out(where: str) -> None:
    with pytest.raises(InputError, match=r"sonomask machine new|Choose from reference"):
        machines.find(where)


@pytest.mark.parametrize("name", machines.shipped())
def test_every_machine_that_ships_is_complete(name: str) -> None:
    found = findings(machines.find(name))
    assert found.wrong == ()
    assert found.usable[0].endswith("usable machine") and found.usable[-1].endswith("I/O map")


def test_everything_that_is_missing_is_said_at_once(folder: Path) -> None:
    data = json.loads((folder / "io.json").read_text("utf-8"))
    data["inputs"].pop("PRESS_TOP")
    lines = io_lines(data, "io.json", {"d": s.PRE_TRIGGER, "x": s.BTN_JOG, "o": s.BATCH_DONE})
    missing = ["PRE_TRIGGER", "PRESS_TOP"]
    if "BATCH_DONE" not in data["outputs"]:
        missing.append("BATCH_DONE")
    assert len(lines) == len(missing)
    for name in missing:
        assert sum(f".{name}: is missing" in line for line in lines) == 1


def test_each_wire_has_a_pin_of_its_own() -> None:
    found = wires(IO)
    ends = [(wire.chip, wire.pin) for wire in found]
    assert len(ends) == len(set(ends)) == sum(len(IO[each]) for each in IO if each != "board")
    assert all(pin > 0 for _, pin in ends)
    assert {wire.signal: wire.low for wire in found}["GEN_OVERLOAD"]


def test_pins_are_those_of_the_boards_data_sheet() -> None:
    assert (BOARD_PINS[0], BOARD_PINS[15], BOARD_PINS[16], BOARD_PINS[22]) == (1, 20, 21, 29)
    assert (BOARD_PINS[26], BOARD_PINS[27], BOARD_PINS[28]) == (31, 32, 34)


def test_a_chip_between_two_belongs_to_the_chain() -> None:
    data = json.loads(json.dumps(IO))
    data["inputs"] = {"AIR_OK": "chain 0", "WEB_OK": "chain 33"}
    data["outputs"] = {}
    by_chip = chips(wires(data))
    assert [name for name in by_chip if "165" in name] == [f"74HC165 {n}" for n in range(1, 6)]
    assert by_chip["74HC165 5"][0].label == "D1"


def test_show_prints_the_wires_and_draws_them(tmp_path: Path) -> None:
    done = sonomask("machine", "show", "--picture", tmp_path)
    assert done.exit_code == 0, done.output
    assert "sonics_on" in done.stdout and "74HC165 1" in done.stdout
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".png", ".svg"]
    data = json.loads(sonomask("machine", "show", "--no-picture", "--json").stdout)
    assert {"signal", "pin", "chip", "place"} <= data["wires"][0].keys()


def test_check_says_what_is_wrong_and_exits_2(folder: Path) -> None:
    assert sonomask("machine", "check", folder).exit_code == 0
    data = json.loads((folder / "machine.json").read_text("utf-8"))
    data["press"]["lower_max_ms"] = 1
    (folder / "machine.json").write_text(json.dumps(data), "utf-8")
    done = sonomask("machine", "check", folder)
    assert done.exit_code == 2 and "press.lower_max_ms: 1 is below 50" in done.stderr
    assert not json.loads(sonomask("machine", "check", folder, "--json").stdout)["usable"]


def test_list_names_every_machine() -> None:
    names = [row["name"] for row in json.loads(sonomask("machine", "list", "--json").stdout)]
    assert names == list(machines.shipped())


def new(folder: Path, *words: str) -> Any:
    return sonomask("machine", "new", folder, "--no-ask", *words)


def test_a_new_machine_is_complete_and_every_wire_has_its_place(tmp_path: Path) -> None:
    words = ("--cavities", "2", "--with", "horns", "--set", "horns.count=2",
             "--without", "registration", "--without", "pick")  # fmt: skip
    done = new(tmp_path / "mine", *words)
    assert done.exit_code == 0, done.output
    machine = load_json(tmp_path / "mine" / "machine.json")
    assert (machine["machine"]["name"], machine["machine"]["takt_ms"]) == ("mine", 4000)
    assert "registration" not in machine and "pick" not in machine
    io = load_json(tmp_path / "mine" / "io.json")
    assert "mark_eye" not in io["pins"] and {"sonics_on2", "power_monitor2"} <= io["pins"].keys()
    assert "PIECE_EYE2" in io["inputs"] and "PICK" not in io["outputs"]
    assert findings(machines.find(tmp_path / "mine")).wrong == ()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--with", "towers"), "towers: no such station"),
        (("--without", "gp7"), "gp7: no such station"),
        (("--set", "feed.speed_mm_s=9000"), "feed.speed_mm_s: 9000 is above 3000"),
        (("--set", "feed.colour=1"), "no such key"),
        (("--with", "horns", "--set", "horns.count=4"), "no pin of the board is left"),
    ],
)
def test_what_cannot_be_made_is_said_and_leaves_no_file(
    words: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    done = new(tmp_path / "mine", *words)
    assert done.exit_code == 2 and says in done.stderr
    assert not (tmp_path / "mine").exists()


def test_an_existing_machine_is_not_touched(folder: Path) -> None:
    before = (folder / "machine.json").read_bytes()
    done = new(folder)
    assert done.exit_code == 2 and "exists already" in done.stderr
    assert (folder / "machine.json").read_bytes() == before


def test_questions_are_asked_for_what_no_flag_says(tmp_path: Path) -> None:
    answers = "left_hand\n1\n2000\n" + "\n" * 12
    done = CliRunner().invoke(
        main, ["machine", "new", str(tmp_path / "asked"), "--ask"], input=answers
    )
    assert done.exit_code == 0, done.output
    assert "Has it stacker" in done.stdout
    assert load_json(tmp_path / "asked" / "machine.json")["machine"]["name"] == "left_hand"


@pytest.mark.parametrize("name", machines.shipped())
def test_every_machine_that_ships_holds_its_rate(name: str) -> None:
    mold = sorted(machines.find(name).molds.glob("*.json"))[0].stem
    done = sonomask("sim", mold, "--machine", name, "--hours", "0.05", "--replications", "2",
                    "--no-picture", "--jobs", "1")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Held: 30 pcs/min on 1 of 1 molds" in done.stdout
