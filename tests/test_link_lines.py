"""Bad lines change nothing and stop nothing, and each is answered with an error and its code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from link_lines import TABLE, Lines
from link_rig import Machine, request, sealed

from controller import packml
from host_sim import FIRMWARE

HERE = Path(__file__).parent


def producing(folder: Path, checked: bool, role: int) -> tuple[Machine, list[bytes]]:
    """A machine in production, between two shots; the commands that were done, the last apart."""
    machine = Machine(folder, checked)
    machine.twin.operator.start_up(1)
    machine.run(20)
    sent: list[bytes] = []
    for each in (1, 2, role):
        machine.run(2.1)
        machine.number += 1
        line = b'{"jsonrpc":"2.0","id":%d,"method":"login","params":{"role":%d,"pin":"%s"}}' % (
            machine.number, max(each, 1), str(max(each, 1)).encode() * 4,
        )  # fmt: skip
        sent.append(line)
        assert "result" in machine.answer(line)
    if not role:
        line = b'{"jsonrpc":"2.0","id":"out","method":"logout"}'
        machine.answer(line)
    while machine.app.inputs.gate_done != machine.app.outputs.gate_no:
        machine.run(0.01)
    assert machine.app.unit.state == packml.EXECUTE
    return machine, sent[:-1]


def state(machine: Machine) -> tuple[Any, ...]:
    """All that a line could change."""
    app, link = machine.app, machine.link
    return (
        app.unit.state, app.unit.mode, app.inputs.command_no, app.inputs.command, app.inputs.mode,
        app.inputs.devices, app.coordinator.parked, app.alarms.raised, app.alarms.n, app.recipe,
        app.feed.pitch_um, app.horn.energy_mj, app.pacing.takt_us, app.outputs.do,
        app.journal.at, app.journal.drained, link.role, link.done, link.mask, link.period_ms,
        link.news, link.lost, link.n,
    )  # fmt: skip


def pour(machine: Machine, lines: Lines, count: int) -> dict[int, int]:
    """Send so many, one after the other; how often each code came."""
    link, wire = machine.link, machine.wire
    codes: dict[int, int] = {}
    before = state(machine)
    damage = lines.random.randrange
    for line in islice(lines, count):
        bad = link.bad
        sent = line
        if wire.checked:
            # Every third is good inside and damaged on its way, or has no check at all.
            sent = sealed(line)
            if not damage(3):
                sent = bytearray(sealed(lines.whole()))
                sent[damage(len(sent) - 5)] ^= 1 << damage(7)
                sent = bytes(sent).replace(b"\n", b"?").replace(b"\r", b"?")
        wire.incoming.extend(sent + b"\n")
        while wire.incoming:
            link.turn()
        while link.held:
            link.turn()
        assert state(machine) == before, line
        answers = wire.lines()
        assert link.bad == bad + 1, line
        for answer in answers:
            made = json.loads(answer[:-5] if wire.checked else answer)
            code = made["error"]["code"]
            assert "result" not in made and code in TABLE.errors, (line, made)
            assert code != -32603, (line, made)  # no line is a fault of the board
            codes[code] = codes.get(code, 0) + 1
        if not answers:
            assert b'"id"' not in line, line
            codes[0] = codes.get(0, 0) + 1
    return codes


@pytest.mark.parametrize(("role", "checked"), [(0, False), (1, False), (3, False), (2, True)])
def test_bad_lines_change_nothing_and_each_is_an_error(
    role: int, checked: bool, tmp_path: Path
) -> None:
    machine, done = producing(tmp_path, checked, role)
    codes = pour(machine, Lines(role, role, done, machine.number + 1), 5_000)
    assert {-32700, -32600, -32602, -32001} <= set(codes)
    assert (-32000 in codes) == checked


@pytest.mark.slow
@pytest.mark.parametrize(("role", "checked"), [(0, False), (1, False), (3, False), (2, True)])
def test_a_million_bad_lines(role: int, checked: bool, tmp_path: Path) -> None:
    machine, done = producing(tmp_path, checked, role)
    codes = pour(machine, Lines(100 + role, role, done, machine.number + 1), 250_000)
    print(sorted(codes.items()))


def test_production_is_the_same_with_bad_lines_and_without_a_link(tmp_path: Path) -> None:
    """To the microsecond: nothing is stopped, and nothing is late."""
    quiet, noisy = Machine(tmp_path, link=False), Machine(tmp_path)
    for machine in (quiet, noisy):
        machine.twin.operator.start_up(1)
    done = request(-1, "login", role=1, pin="1111")  # numbers begin above 0
    lines = iter(Lines(7, 0, [done], 1))
    for _ in range(600):
        for line in islice(lines, 10):
            noisy.send(line)
        noisy.run(0.1)
        quiet.run(0.1)
    assert noisy.link.bad > 2_000
    assert noisy.app.unit.state == packml.EXECUTE
    assert noisy.events == quiet.events


def on_board(micropython: Path, folder: Path, lines: Sequence[bytes]) -> tuple[str, list[Any]]:
    """What real MicroPython says, in a board's heap, and its answer to each line; None: none."""
    with (folder / "lines").open("wb") as file:
        for line in lines:
            file.write(len(line).to_bytes(4, "little") + line)
    done = subprocess.run(
        [micropython, "-X", "heapsize=192wK", HERE / "mpy" / "link_lines.py",
         FIRMWARE / "machine.json", FIRMWARE / "molds" / "hand_M.json", folder / "lines",
         folder / "answers"],
        env={"MICROPYPATH": f"{FIRMWARE}:.frozen"},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    answers = (folder / "answers").read_bytes().split(b"~\n")[:-1]
    return done.stdout, [json.loads(each) if each else None for each in answers]


def on_host(machine: Machine, lines: Sequence[bytes]) -> list[Any]:
    """The same of this Python."""
    machine.app.inputs.di = 0  # a press that is nowhere: the recipe is refused, too
    answers = []
    for line in lines:
        machine.wire.incoming.extend(line + b"\n")
        while machine.wire.incoming or machine.link.held:
            machine.link.turn()
        answers.append(json.loads((machine.wire.lines() or [b"null"])[0]))
    return answers


def assert_alike(boards: Sequence[Any], hosts: Sequence[Any], lines: Sequence[bytes]) -> None:
    """A board's json takes some lines for JSON that are none; as a request it refuses them."""
    for board, host, line in zip(boards, hosts, lines, strict=True):
        codes = {each and each.get("error", {}).get("code", 0) for each in (board, host)}
        assert len(codes) == 1 or codes == {-32700, -32600}, (board, host, line)


def test_a_board_answers_as_the_host_and_keeps_nothing(micropython: Path, tmp_path: Path) -> None:
    """At rest, where nobody has logged in."""
    lines = list(islice(Lines(5, 0, [request(0, "park")], 1), 3_000))
    machine = Machine(tmp_path, link=False)
    hosts = on_host(machine, lines)
    said, boards = on_board(micropython, tmp_path, lines)
    assert_alike(boards, hosts, lines)
    _, bad, _, heap = said.split()
    assert int(bad) == machine.link.bad == 3_000 and int(heap) < 1024, said


def test_a_board_reads_a_line_as_strictly_as_the_host(micropython: Path, tmp_path: Path) -> None:
    """Its own json would let separators be anywhere. Every change of one or two characters."""
    line = b'{"jsonrpc":"2.0","id":1,"method":"read","params":{"mask":3}}'
    made = {line}
    for at in range(len(line)):
        for each in b'{}[]":, 0\\':
            made.add(line[:at] + bytes([each]) + line[at:])
            made.add(line[:at] + bytes([each]) + line[at + 1 :])
        rest = line[:at] + line[at + 1 :]
        made.add(rest)
        if line[at] in b'{}:,"':
            made.update(rest[:to] + line[at : at + 1] + rest[to:] for to in range(len(line)))
    lines = sorted(made)
    hosts = on_host(Machine(tmp_path, link=False), lines)
    _, boards = on_board(micropython, tmp_path, lines)
    assert_alike(boards, hosts, lines)
    assert len(lines) > 2_000
    assert 0 < sum(answer is not None and "result" in answer for answer in hosts) < 100
