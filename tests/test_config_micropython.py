"""The board's interpreter makes the same settings of the same files, and the same errors."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from bad_files import BAD_MACHINES, BAD_MOLDS, GONE, changed

from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA, ConfigError
from host_sim import FIRMWARE
from host_sim.files import load_json

# Runs on the board's interpreter: one line of JSON for each file, in order.
PROGRAM = """
import json, sys
from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA, ConfigError

machine = None
with open(sys.argv[1]) as lines:
    for line in lines:
        kind, file, data = json.loads(line)
        schema = MACHINE_SCHEMA if kind == "machine" else MOLD_SCHEMA
        try:
            settings = check(schema, data, file, machine)
            if machine is None:
                machine = settings
            print(json.dumps([settings.file, settings.values, settings.unread()]))
        except ConfigError as error:
            print(json.dumps([str(error), error.key]))
"""

Work = list[tuple[str, str, Any]]


def work() -> Work:
    """Kind, file name and data of what to check; the machine that molds need is the first."""
    machine = load_json(FIRMWARE / "machine.json")
    mold = load_json(FIRMWARE / "molds" / "foot_L.json")
    todo: Work = [("machine", "machine.json", machine)]
    for path in sorted((FIRMWARE / "molds").glob("*.json")):
        todo.append(("mold", f"molds/{path.name}", load_json(path)))
    for mm in (212.5, 212.001, 315.123, 999.999, 20.0):
        data = mold | {"pitch_mm": mm, "piece_mm": 15.25}
        todo.append(("mold", "molds/foot_L.json", data))
    for kind, good, cases in (("machine", machine, BAD_MACHINES), ("mold", mold, BAD_MOLDS)):
        for place, value, _ in cases:
            # The board's json reads no NaN, and its integers need not be this long.
            if value is GONE or (value == value and value != 10**400):
                todo.append((kind, f"{kind}.json", changed(good, place, value)))
    return todo


def here(todo: Work) -> list[Any]:
    """What CPython makes of it."""
    made: list[Any] = []
    machine = None
    for kind, file, data in todo:
        schema = MACHINE_SCHEMA if kind == "machine" else MOLD_SCHEMA
        try:
            settings = check(schema, data, file, machine)
            machine = machine or settings
            made.append([settings.file, settings.values, settings.unread()])
        except ConfigError as error:
            made.append([str(error), error.key])
    return made


@pytest.fixture(scope="module")
def todo() -> Work:
    return work()


def test_same_settings_and_same_errors(micropython: Path, tmp_path: Path, todo: Work) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    lines = tmp_path / "files.jsonl"
    lines.write_text("".join(json.dumps(each) + "\n" for each in todo), "utf-8")
    done = subprocess.run(
        [micropython, "-X", "heapsize=192wK", program, lines],
        env=os.environ | {"MICROPYPATH": f"{FIRMWARE}:.frozen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout[-500:]
    there = [json.loads(line) for line in done.stdout.splitlines()]
    assert there == here(todo)
    assert len([each for each in there if len(each) == 2]) > 40
