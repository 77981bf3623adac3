"""`sonomask sim --pace`: same verdict, answer times, one line for bad input and for Ctrl-C."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from pace_rig import FakeWall

from tools.cli import main

SHORT = ("sim", "foot_L", "--hours", "0.02", "--replications", "2", "--no-picture")


def sonomask(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*SHORT, *arguments])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeWall:
    made = FakeWall(4_000)
    monkeypatch.setattr("host_sim.pace.Wall", lambda: made.wall)
    return made


def test_a_pace_changes_no_result(fake: FakeWall) -> None:
    plain, paced = (json.loads(sonomask("--json", *more).stdout) for more in ((), ("--pace", "5")))
    times = paced.pop("wall_clock")
    assert plain.pop("wall_clock") is None
    assert paced == plain
    assert times["pace"] == 5
    assert times["controller"] == "host"
    assert times["kept"]
    assert times["answers_us"]["count"] > 500
    assert {"mean", "p99", "most"} <= times["answers_us"].keys() & times["late_us"].keys()
    assert times["wall_s"] * 5 == pytest.approx(times["machine_s"], rel=0.01)


def test_the_table_has_answer_times_and_whether_the_pace_was_kept(fake: FakeWall) -> None:
    done = sonomask("--pace", "real")
    assert done.exit_code == 0, done.output
    for said in ("PASS", "mean µs", "p99 µs", "worst µs", "waits", "Pace kept: real time"):
        assert said in done.stdout
    assert "Execute" in done.stderr
    assert "by the wall clock" not in sonomask().stdout


def test_ctrl_c_is_one_line_and_no_half_result(fake: FakeWall) -> None:
    fake.interrupt_at = 900
    for more in ((), ("--json",)):
        fake.sleeps = 0
        done = sonomask("--pace", "real", *more)
        assert done.exit_code == 130
        assert done.stdout == ""
        last = done.stderr.splitlines()[-1]
        assert last.startswith("Interrupted in foot_L 1/2: no verdict. This run until then, 0:0")
        assert "answers, mean 4 µs, p99 4, worst 4" in last
        assert "Traceback" not in done.stderr
        assert "Aborted!" not in done.stderr


@pytest.mark.parametrize(
    "pace", ["0", "-1", "nan", "inf", "fast", "", "10x", "1001", "0.009", "grid"]
)
def test_what_is_no_pace_is_one_line_with_the_way_out(pace: str) -> None:
    done = sonomask("--pace", pace)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("--pace: ")
    assert "Write real, or how many times real time, 0.01 .. 1000" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_several_processes_have_no_pace() -> None:
    done = sonomask("--pace", "real", "--jobs", "2")
    assert done.exit_code == 2
    assert "--jobs: 2 is above 1" in done.stderr
