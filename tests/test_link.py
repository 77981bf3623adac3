"""The link: who may do what, each command done once, nothing that waits, each answer a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from link_rig import PINS, Machine, request, running

import host_sim
from controller import packml, tags
from host_sim.board.work import _Counter as Counter
from host_sim.board.work import total
from host_sim.link_client import LinkClient, RefusedError
from host_sim.link_port import SIM, stream
from host_sim.link_table import markdown, table
from link.methods import DO

TABLE = table()
READ = {name for name, row in TABLE.methods.items() if not row.role}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def good(method: str) -> dict[str, Any]:
    """Parameters within their bounds."""
    return {
        param.name: param.most if param.kind == "number" else "hand_M"
        for param in TABLE.methods[method].params
        if param.default is None
    }


@pytest.mark.parametrize("method", [name for name in TABLE.methods if name not in READ])
def test_what_moves_or_changes_needs_its_role(method: str, machine: Machine) -> None:
    needed = TABLE.methods[method].role
    assert TABLE.methods[method].numbered
    assert machine.refused(method, **good(method)) == (-32002, needed)
    if needed > 1:
        machine.login(needed - 1)
        assert machine.refused(method, **good(method)) == (-32002, needed)
    machine.login(needed)
    answer = machine.ask(method, **good(method))
    assert "result" in answer or answer["error"]["code"] in (-32004, -32006), answer


def test_stop_and_abort_are_for_anybody(machine: Machine) -> None:
    running(machine)
    assert machine.call("stop") == []
    machine.run(4)
    assert machine.app.unit.state == packml.STOPPED
    assert machine.call("abort") == []
    machine.run(0.1)
    assert machine.app.unit.state in (packml.ABORTING, packml.ABORTED)


def test_stop_needs_no_answer(machine: Machine) -> None:
    running(machine).send(b'{"jsonrpc":"2.0","method":"stop"}')
    machine.run(4)
    assert machine.app.unit.state == packml.STOPPED and machine.wire.lines() == []


def test_an_operator_runs_the_machine_over_the_link(machine: Machine) -> None:
    machine.run(0.2)
    machine.twin.operator.reset_relay()
    machine.run(0.2)
    machine.login(1)
    machine.twin.operator.press("RESET")  # alarms are reset at the panel
    for command, state in ((1, packml.IDLE), (2, packml.EXECUTE), (4, packml.HELD),
                           (5, packml.EXECUTE), (3, packml.STOPPED)):  # fmt: skip
        machine.run(6)
        assert machine.call("command", command=command) == []
        machine.run(6)
        assert machine.app.unit.state == state, command
    assert machine.refused("command", command=5) == (-32004, packml.STOPPED)


def test_modes_change_where_the_standard_lets_them(machine: Machine) -> None:
    running(machine, 2)
    assert machine.refused("mode", mode=3) == (-32004, packml.EXECUTE)
    machine.call("stop")
    machine.run(4)
    assert machine.call("mode", mode=2) == []
    machine.run(0.1)
    assert machine.app.unit.mode == 2
    assert machine.refused("mode", mode=5)[0] == -32004  # this machine has no such mode


def test_a_command_that_comes_again_is_answered_again_and_not_done_again(machine: Machine) -> None:
    running(machine, 1)
    machine.number += 1
    line = request(machine.number, "command", command=4)
    before = machine.app.inputs.command_no
    first = machine.answer(line)
    machine.run(8)
    assert machine.app.unit.state == packml.HELD
    assert machine.answer(line) == first
    assert machine.app.inputs.command_no == before + 1
    # Another command under the same number, and one before it, are refused.
    assert machine.answer(request(machine.number, "command", command=5))["error"]["code"] == -32007
    older = machine.answer(request(machine.number - 1, "command", command=5))
    assert older["error"] == {"code": -32007, "message": "refused", "data": machine.number}
    machine.run(3)
    assert machine.app.unit.state == packml.HELD


def test_a_command_that_was_refused_may_be_asked_again(machine: Machine) -> None:
    machine.login(1)
    machine.number += 1
    line = request(machine.number, "command", command=2)
    assert machine.answer(line)["error"]["code"] == -32004
    assert machine.answer(line)["error"]["code"] == -32004


def test_a_session_ends_by_itself_ten_minutes_after_the_last_command(machine: Machine) -> None:
    machine.login(1)
    machine.ahead_ms += 599_000
    assert machine.refused("command", command=2)[0] == -32004
    machine.ahead_ms += 2_000
    assert machine.refused("command", command=2) == (-32002, 1)


def test_a_wrong_pin_has_to_wait_for_the_next_try(machine: Machine) -> None:
    machine.run(2.5)
    assert machine.refused("login", role=3, pin="0000") == (-32003, None)
    assert machine.refused("login", role=3, pin=PINS[3])[0] == -32005
    machine.login(3)
    assert machine.call("logout") == [0] and machine.refused("park") == (-32002, 2)


def test_a_parked_machine_does_not_start_until_it_is_released(machine: Machine) -> None:
    running(machine, 2)
    assert machine.call("park") == [0]
    for _ in range(80):
        machine.run(0.1)
        if machine.call("park") == [1]:
            break
    app, plant = machine.app, machine.twin.plant
    assert app.unit.state == packml.STOPPED and plant.press.position_pm == 0
    machine.twin.operator.press("RESET")
    machine.run(2)
    assert app.unit.state == packml.STOPPED
    assert machine.refused("command", command=1) == (-32004, packml.STOPPED)
    assert machine.call("release") == [0]
    machine.twin.operator.press("RESET")
    machine.run(5)
    assert app.unit.state == packml.IDLE


def test_nothing_is_done_while_a_shot_is_on(machine: Machine) -> None:
    running(machine)
    app = machine.app
    while app.inputs.gate_done == app.outputs.gate_no:
        machine.run(0.001)
    machine.send(request(1, "status"))
    machine.run(0.1)
    assert app.inputs.gate_done != app.outputs.gate_no and machine.wire.lines() == []
    machine.run(1)
    assert len(machine.wire.lines()) == 1


def test_a_line_comes_in_pieces_and_is_answered_when_it_ends(machine: Machine) -> None:
    line = request("me", "identify") + b"\r\n\r\n"
    for byte in line[:-4]:
        machine.wire.incoming.append(byte)
        machine.run(0.05)
        assert machine.wire.lines() == []
    machine.wire.incoming.extend(line[-4:])
    machine.run(0.1)
    answers = [json.loads(each) for each in machine.wire.lines()]
    assert [each["id"] for each in answers] == ["me"]


def test_a_line_of_512_bytes_is_read_and_a_longer_one_is_not(machine: Machine) -> None:
    line = request(1, "status")
    assert "result" in machine.answer(line + b" " * (512 - len(line)))
    assert machine.answer(line + b" " * (513 - len(line)))["error"]["code"] == -32001
    assert "result" in machine.answer(line)


def test_a_fault_of_the_board_is_an_answer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise MemoryError("allocating 4096 bytes")

    monkeypatch.setattr(machine.kept, "molds", fails)
    code, data = machine.refused("molds")
    assert code == -32603 and "4096" in data
    assert "result" in machine.ask("status")


def test_a_sample_without_memory_is_lost_and_no_more(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(machine)
    machine.call("monitor", mask=1, period_ms=100)

    def fails(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("link.link.read", fails)
        machine.run(3)
    assert machine.link.lost > 10 and machine.app.unit.state == packml.EXECUTE
    assert "result" in machine.ask("status")


def test_ctrl_c_gives_the_repl_at_rest_and_nothing_in_production(machine: Machine) -> None:
    running(machine)
    machine.wire.incoming.extend(b"\r\x03")
    machine.run(2)
    assert machine.app.unit.state == packml.EXECUTE
    machine.call("stop")
    machine.run(4)
    machine.wire.incoming.extend(b"\r\x03")
    with pytest.raises(KeyboardInterrupt):
        machine.run(1)


def test_over_a_uart_ctrl_c_is_a_byte_like_any_other(tmp_path: Path) -> None:
    machine = Machine(tmp_path, checked=True)
    machine.wire.incoming.extend(b"\r\x03\r")
    machine.run(1)
    assert machine.link.bad == 1


def test_the_standard_errors_of_json_rpc(machine: Machine) -> None:
    for line, code in (
        (b'{"jsonrpc": "2.0", "method": "foobar", "params": "bar", "baz]', -32700),
        (b'{"jsonrpc": "2.0", "method": 1, "params": "bar"}', -32600),
        (b"[]", -32600),
        (b"[1,2]", -32600),
        (b'{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', -32601),
        (b'{"jsonrpc": "2.0", "method": "command", "params": [2], "id": "1"}', -32602),
    ):
        answer = machine.answer(line)
        assert answer["error"]["code"] == code, line
        assert answer["id"] == ("1" if b'"id"' in line else None)
        assert set(answer) == {"jsonrpc", "id", "error"} and answer["jsonrpc"] == "2.0"


def test_every_row_of_the_table_names_what_is_there(machine: Machine) -> None:
    for name, row in machine.link.table.items():
        role, at, _ = row.split(" ")
        assert DO[int(at)] and role[0] in "0123", name
    assert list(machine.link.table) == list(TABLE.methods)
    everything = machine.call("read", mask=(1 << len(TABLE.tags)) - 1)
    assert len(everything) == len(TABLE.tags)
    known = [name for name, _ in TABLE.tags]
    values = dict(zip(known, everything, strict=True))
    assert values["Recipe.Mold"] == "hand_M" and values["Machine.Name"] == "reference_1up"
    assert values["Admin.Alarm[]"] == tags.active(machine.app)
    assert values["Link.Last"] == machine.link.done[0]


def test_presets_read_the_tags_that_their_answers_name(machine: Machine) -> None:
    for name, row in machine.link.table.items():
        _, at, wanted = row.split(" ")
        words = wanted.split(":")
        if at == "0" and len(words) == 3:
            assert list(TABLE.methods[name].answer) == TABLE.names(int(words[2])), name


def test_the_documentation_is_the_table() -> None:
    readme = (host_sim.FIRMWARE / "link" / "README.md").read_text("utf-8")
    assert markdown() in readme, "put in what `sonomask link --markdown` prints"


def test_the_client_speaks_with_names() -> None:
    with stream(SIM) as opened:
        client = LinkClient(opened)
        assert client.call("status")["Status.StateCurrent"] == packml.EXECUTE
        assert client.read("Pieces.Good", "Recipe.Mold")["Recipe.Mold"] == "hand_M"
        with pytest.raises(RefusedError, match="needs a login"):
            client.call("command", command=4)
        client.login(1, "1111")
        assert client.call("command", command=4) == {}
        client.monitor("Status.StateCurrent", period_ms=500)
        states = [sample["Status.StateCurrent"] for _, sample in zip(range(9), client.sampled(),
                  strict=False)]  # fmt: skip
        assert states[-1] == packml.HELD
        assert client.call("identify")["Link.Last"] == 3


def test_a_turn_is_short(machine: Machine) -> None:
    """By the estimate for an RP2040; reading a byte and json take a millisecond more each [E]."""
    running(machine)
    machine.run(0.5)
    counter = Counter(host_sim.FIRMWARE)
    worst = 0.0
    for line in (
        request(1, "read", mask=(1 << len(TABLE.tags)) - 1),
        request(2, "journal", **{"from": 0, "most": 16}),
        request(3, "login", role=1, pin=PINS[1]),
        b"x" * 600,
    ):
        machine.wire.incoming.extend(line + b"\n")
        while machine.wire.incoming:
            worst = max(worst, total(counter.run(machine.link.turn)[1]).us)
    assert 1000 < worst < 3000
    assert total(counter.run(machine.link.turn)[1]).us < 100
