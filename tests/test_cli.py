"""The command line: exit status 0, 1 and 2, one line for bad input, data on stdout."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from host_sim.molds import load_machine, load_molds
from tools.cli import main

ROOT = Path(__file__).parent.parent
SHORT = ("--hours", "0.02", "--replications", "2", "--jobs", "1")


def sonomask(*arguments, cwd=None):
    runner = CliRunner()
    if cwd is None:
        return runner.invoke(main, list(map(str, arguments)))
    with runner.isolated_filesystem(cwd):
        return runner.invoke(main, list(map(str, arguments)))


def written(path, data):
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_mold_that_holds_passes_and_says_so(tmp_path):
    done = sonomask("sim", "foot_L", *SHORT, "--picture", tmp_path)
    assert done.exit_code == 0, done.output
    assert "foot_L" in done.stdout
    assert "PASS" in done.stdout
    assert "Held: 30 pcs/min on 1 of 1 molds (least 95 % lower bound 30.00)." in done.stdout
    assert "Limit: lower, trigger, weld, hold, raise:" in done.stdout
    assert "strokes/min" in done.stdout
    assert "pcs/min" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {
        "stroke.svg",
        "stroke.png",
        "result.json",
    }


def test_a_machine_that_is_too_slow_fails():
    slow = ("--set", "plant.press_factor=2.5", "--set", "machine.press.lower_max_ms=2000")
    done = sonomask("sim", "foot_L", *SHORT, *slow, "--no-picture")
    assert done.exit_code == 1
    assert "FAIL" in done.stdout
    assert "foot_L fails: lower bound" in done.stdout


def test_json_has_everything_and_nothing_else_is_on_stdout(tmp_path):
    done = sonomask("sim", "foot_L", *SHORT, "--json", "--picture", tmp_path)
    data = json.loads(done.stdout)
    assert data == json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert {"version", "scenario", "seed", "definitions"} <= data.keys()
    (mold,) = data["molds"]
    assert mold["free_running"]["strokes_min"] == mold["free_running"]["pcs_min"]
    assert [stage["name"] for stage in mold["stages"]][:3] == ["index", "trim", "settle"]
    assert {"mean", "sd", "p95", "p99", "p99.9"} <= mold["stroke_ms"].keys()
    assert all(len(run["trace"]) == 32 for run in mold["replications"])


def test_a_machine_that_never_starts_fails_and_its_data_is_json():
    stuck = ("--set", "machine.press.raise_max_ms=50", "--set", "plant.press_factor=50")
    done = sonomask("sim", "foot_L", *SHORT, *stuck, "--json", "--no-picture")
    assert done.exit_code == 1
    (mold,) = json.loads(done.stdout)["molds"]
    assert (mold["strokes"], mold["worst_ten_minutes_pcs"]) == (0, 0)
    said = sonomask("sim", "foot_L", *SHORT, *stuck, "--no-picture").stdout
    assert "Limit: not one stroke of foot_L ended." in said


def test_pacing_is_an_option():
    done = sonomask("sim", "foot_L", *SHORT, "--pacing", "stroke", "--no-picture")
    assert done.exit_code == 0
    assert "pacing stroke" in done.stdout


def test_a_scenario_file_runs(tmp_path):
    path = tmp_path / "short.toml"
    path.write_text('molds = ["hand_M"]\nhours = 0.02\nreplications = 2\n', "utf-8")
    done = sonomask("sim", path, "--jobs", "1", "--no-picture")
    assert done.exit_code == 0, done.output
    assert "hand_M" in done.stdout


def test_degraded_cases_can_be_had_as_data():
    done = sonomask("degraded", *SHORT, "--json")
    data = json.loads(done.stdout)
    assert [case["case"] for case in data["cases"]][-1] == "all three"
    assert not data["cases"][-1]["grid"]["passed"]
    assert done.exit_code == (0 if data["passed"] else 1)


BAD = [
    (("sim", "foot_XL"), "foot_XL: no such mold."),
    (("sim", "foot_L", "a.toml"), "name one scenario, or molds"),
    (("sim", "none.toml"), "none.toml: cannot be read"),
    (("sim", "--machine", "none.json"), "none.json: does not exist"),
    (("sim", "--hours", "0"), "--hours: 0"),
    (("sim", "--replications", "1"), "--replications: 1 is below 2"),
    (("sim", "--seed", "-1"), "--seed: -1 is below 0"),
    (("sim", "--set", "takt=1"), "--set: takt: begin the key with"),
    (("sim", "--set", "machine.takt_ms"), "write it as key=value"),
    (("sim", "--set", "machine.takt_ms=fast"), "machine.takt_ms: "),
    (("sim", "--set", "mold.weld.energy_j=99001"), "is above the generator's 99000"),
    (("sim", "--set", "plant.press_factor=nan"), "nan is not a number to run with"),
    (("sim", "--picture", "/proc/none"), "--picture: /proc/none: cannot be written to"),
    (("degraded", "--hours", "1e9"), "--hours: 1000000000.0 is not at most 1000"),
    (("alarms", "999"), "999: there is no such alarm."),
    (("faults", "fire"), "fire: no such fault. Known: estop"),
]


@pytest.mark.parametrize(("arguments", "line"), BAD)
def test_bad_input_is_one_line_and_status_2(arguments, line):
    done = sonomask(*arguments)
    assert done.exit_code == 2
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments", [("sim", "--pacing", "fast"), ("simm",), ("sim", "--jobs", "0")]
)
def test_bad_options_are_status_2(arguments):
    assert sonomask(*arguments).exit_code == 2


def test_check_passes_all_shipped_files():
    done = sonomask("check")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("usable mold") == 8


def test_check_refuses_file_by_file(tmp_path):
    (mold,) = load_molds(["foot_L"])
    machine = load_machine()
    good = written(tmp_path / "good.json", mold.data)
    same = written(tmp_path / "same.json", mold.data)
    odd = written(tmp_path / "odd.json", mold.data | {"colour": "red"})
    base = written(tmp_path / "base.json", machine.data | {"colour": {}})
    done = sonomask("check", good, same, odd, base)
    assert done.exit_code == 2
    assert done.stdout == f"{good}: usable mold\n"
    lines = done.stderr.splitlines()
    assert lines[0] == (
        f"{same}: code: 8 is also the code of {good}. Give each mold a code of its own, 1 to 31."
    )
    assert lines[1].startswith(f"{odd}: colour: ")
    assert lines[2].startswith(f"{base}: colour: ")
    assert len(lines) == 3


def test_check_refuses_a_pin_used_twice(tmp_path):
    places = json.loads((ROOT / "firmware" / "io.json").read_text("utf-8"))
    places["pins"]["feed_step"] = places["pins"]["sonics_on"]
    done = sonomask("check", written(tmp_path / "io.json", places))
    assert done.exit_code == 2
    assert "pins.feed_step" in done.stderr and "pins.sonics_on" in done.stderr


def test_check_of_a_mold_knows_its_machine(tmp_path):
    (mold,) = load_molds(["foot_L"])
    machine = load_machine()
    weak = machine.data | {"generator": machine.data["generator"] | {"energy_max_j": 300}}
    path = written(tmp_path / "weak.json", weak)
    done = sonomask("check", written(tmp_path / "mold.json", mold.data), "--machine", path)
    assert done.exit_code == 2
    assert "weld.energy_j: 375 is above the generator's 300" in done.stderr


def test_alarms_are_listed():
    done = sonomask("alarms", "31")
    assert done.exit_code == 0
    assert "PRESS_SLOW_DOWN" in done.stdout
    (alarm,) = json.loads(sonomask("alarms", "31", "--json").stdout)
    assert alarm.keys() == {
        "code", "name", "reaction", "group", "on_ms", "off_s", "shelve", "happened", "do",
    }  # fmt: skip
    assert (alarm["reaction"], alarm["group"], alarm["shelve"]) == ("stop", "press", False)


def test_alarms_are_told_in_chinese_and_as_a_table():
    whole = sonomask("alarms", "--lang", "zh")
    assert "…" not in whole.stdout, "a text was cut"
    done = sonomask("alarms", "2", "--lang", "zh")
    assert done.exit_code == 0
    assert "急停" in done.stdout and "复位" in done.stdout
    done = sonomask("alarms", "--markdown")
    assert "| 10 | AIR_LOW | hold | air | 200 ms / 2 s | technician |" in done.stdout
    assert "| 2 | SAFETY_OPEN | abort | safety |  | nobody |" in done.stdout


def test_faults_are_listed_with_what_the_machine_does():
    done = sonomask("faults", "valve_slow")
    assert done.exit_code == 0 and "31 PRESS_SLOW_DOWN" in done.stdout
    rows = json.loads(sonomask("faults", "low_air", "--json").stdout)
    assert [(row["size"], row["unit"], row["alarm"], row["state"]) for row in rows] == [
        (1.2, "times", 0, "Execute"),
        (1.6, "times", 10, "Held"),
    ]
    assert "| brown_out |" in sonomask("faults", "--markdown").stdout


def test_the_command_is_installed_and_has_a_version():
    done = subprocess.run(
        [sys.executable, "-m", "tools.cli", "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.startswith("sonomask, version ")


def test_the_link_of_a_simulated_machine_answers():
    done = sonomask("link", "sim", "status", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["Recipe.Mold"] == "hand_M"


def test_samples_of_the_link_are_lines():
    tags = "Status.StateCurrent,Pieces.Good"
    done = sonomask("link", "sim", "monitor", "period_ms=500", "--tags", tags, "--samples", "3")
    assert done.exit_code == 0, done.output
    assert [line.split()[4:6] for line in done.stdout.splitlines()] == [
        ["Status.StateCurrent", "6"]
    ] * 3


def test_the_link_takes_a_command_with_a_pin_and_says_when_it_is_refused():
    hold = ("link", "sim", "command", "command=4", "--role", "operator", "--pin")
    assert sonomask(*hold, "1111").stdout == "done\n"
    done = sonomask(*hold, "4711")
    assert done.exit_code == 1 and "the PIN is wrong" in done.output
    done = sonomask("link", "sim", "command", "command=2", "--role", "operator", "--pin", "1111")
    assert done.exit_code == 1 and "-32004" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sim",), "name a port and a method"),
        (("sim", "reboot"), "there is no such method"),
        (("sim", "command", "--role", "operator"), "command is missing"),
        (("sim", "command", "command=2"), "Add --role operator"),
        (("sim", "command", "command=11"), "Write 1 to 10"),
        (("sim", "command", "command=stop"), "is not a whole number"),
        (("sim", "status", "x=1"), "is no parameter of status"),
        (("sim", "read", "--tags", "Status.Nothing"), "there is no such tag"),
        (("sim", "read"), "--tags TAG,TAG"),
        (("sim", "status", "--tags", "Pieces.Good"), "takes none"),
    ],
)
def test_what_the_link_cannot_ask_is_one_line(arguments, said):
    done = sonomask("link", *arguments)
    assert done.exit_code == 2
    assert said in done.output and len(done.output.splitlines()) == 1


def test_a_link_that_is_not_there_is_status_3():
    done = sonomask("link", "/dev/nothing_here", "status")
    assert done.exit_code == 3
    assert "cannot be opened" in done.output and len(done.output.splitlines()) == 1


def test_methods_of_the_link_are_listed():
    done = sonomask("link", "--methods")
    assert done.exit_code == 0 and "command=1..10" in done.stdout and "[most=1..16]" in done.stdout
    listed = json.loads(sonomask("link", "--methods", "--json").stdout)
    assert {"name", "role", "params", "answer", "meaning"} <= listed[0].keys()
