"""`sonomask kpi`: definitions, stops and losses are shown, as data too; a recording is read."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from kpi_rig import figures
from test_cli import sonomask
from test_kpi import an_hour, change

from host_sim.kpi.picture import ROWS_MOST, bars, draw
from host_sim.kpi.stops import Kind, Stops
from tools.kpi_data import kpi_data

SCENARIO = """
molds = ["hand_M"]
hours = 0.1
replications = 2
[[fault]]
name = "web_break"
start_s = 60
duration_s = 30
[[downtime]]
name = "belt_jam"
mtbf_h = 0.05
mttr_s = 20
mttr_sd_s = 5
"""


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kpi") / "shift.toml"
    path.write_text(SCENARIO, "utf-8")
    return path


def test_a_shift_is_shown_with_its_definitions(shift: Path, tmp_path: Path) -> None:
    done = sonomask("kpi", shift, "--jobs", "1", "--picture", tmp_path)
    assert done.exit_code == 0, done.output
    for part in (
        "OEE ",
        "availability x performance x quality",
        "APT / PBT = ",
        "PRI x PQ / APT = 2.000 s x ",
        "GQ / PQ = ",
        "APT / failures = ",
        "repair / failures = ",
        "11 WEB_BREAK",
        "51 BELT_JAM",
        "minor",
        "stage of 3 hand_M",
        "PRI x GQ",
    ):
        assert part in done.stdout, part
    data = json.loads((tmp_path / "kpi.json").read_text("utf-8"))
    lost = sum(loss["s"] for loss in data["waterfall"])
    assert lost + data["gq"] * data["pri_s"] == pytest.approx(data["horizon_s"])
    assert data["horizon_s"] == pytest.approx(720)
    assert data["oee"] == data["availability"] * data["performance"] * data["quality"]
    assert {stop["name"] for stop in data["stops"]} >= {"11 WEB_BREAK", "51 BELT_JAM"}
    ElementTree.parse(tmp_path / "kpi.svg")


def test_a_recording_gives_what_its_run_gave(shift: Path, tmp_path: Path) -> None:
    kept = tmp_path / "run.events"
    first = sonomask("kpi", shift, "--jobs", "1", "--record", kept, "--json", "--no-picture")
    again = sonomask("kpi", kept, "--json", "--no-picture")
    assert again.exit_code == 0, again.output
    one, both = json.loads(again.stdout), json.loads(first.stdout)
    assert 0 < one["pq"] < both["pq"]
    assert one["horizon_s"] == pytest.approx(360, abs=2)


def test_a_simulation_says_its_oee() -> None:
    done = sonomask("sim", "foot_L", "--hours", "0.02", "--replications", "2", "--no-picture")
    assert "= availability 100.00 % x performance " in done.stdout


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "cut").write_bytes(b"x" * 17)
    for arguments, line in (
        (("kpi", tmp_path / "cut"), "cut: is no recording"),
        (("kpi", tmp_path / "cut", "--record", "y"), "--record: nothing runs here."),
        (("kpi", "foot_XL"), "foot_XL: no such mold."),
    ):
        done = sonomask(*arguments, "--no-picture")
        assert done.exit_code == 2 and line in done.stderr and done.stderr.count("\n") == 1


def test_the_picture_is_the_same_twice_and_shows_every_loss(tmp_path: Path) -> None:
    h = change(an_hour()).strokes(10)
    found = figures(h.events, h.t_us)
    paths = [draw(found, tmp_path / name, "t", "c") for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert bars(found) == found.waterfall()


def test_many_causes_share_a_bar_and_nothing_is_left_out() -> None:
    h = an_hour()
    found = figures(h.events, h.t_us)
    for code in range(60, 100):
        found.stops[Kind.MINOR, code] = Stops(1, 1000 * code, 1000 * code)
    shown = bars(found)
    assert len(shown) <= ROWS_MOST + 1
    assert sum(loss.us for loss in shown) == sum(loss.us for loss in found.waterfall())


def test_data_is_json_when_the_machine_never_ran() -> None:
    json.dumps(kpi_data(figures([], 0)), allow_nan=False)
