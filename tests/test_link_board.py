"""The link as the board has it: compiled, from boot.py on, over the stream that its USB is."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_rig import board_files, compiled

from controller import packml
from host_sim.link_client import LinkClient, RefusedError
from start.kept import Kept

CHIP = Path(__file__).parent / "mpy" / "null_chip"


class Pipes:
    """A board's USB as a stream."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self.write = process.stdin.write
        self.readline = process.stdout.readline


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tree")
    compiled(out, CHIP)
    return out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    board_files(tmp_path)
    return tmp_path


@pytest.fixture
def board(micropython: Path, tree: Path, root: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [micropython, "-X", "heapsize=192wK", CHIP / "link_on_chip.py", tree, root],
        env={"MICROPYPATH": f"{CHIP}:{tree}:.frozen"}, bufsize=0,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        yield process
        process.kill()


def test_the_client_talks_to_a_board(board: subprocess.Popen[bytes]) -> None:
    client = LinkClient(Pipes(board))
    known = client.call("identify")
    assert known["Machine.Name"] == "reference_1up" and known["Board.Serial"] == "e6616408"
    assert known["Board.Mpy"] == 6
    status = client.call("status")
    assert status["Status.StateCurrent"] == packml.ABORTED
    assert "hand_M" in client.call("molds")["names"]
    with pytest.raises(RefusedError, match="needs a login"):
        client.call("park")
    assert client.call("journal", **{"from": 0})["events"]
    assert len(client.read(*[name for name, _ in client.table.tags])) == len(client.table.tags)


def test_a_recipe_is_changed_on_a_board_that_has_forgotten_how(
    board: subprocess.Popen[bytes], root: Path
) -> None:
    """What checks files is loaded again, and unloaded; the record is there after a reset."""
    client = LinkClient(Pipes(board))
    client.login(2, "2222")
    for takt_ms in (2100, 2200, 2300):
        assert client.call("set", key="machine.takt_ms", value=takt_ms) == {}
    assert client.call("set", key="pitch_mm", value=320.5) == {}
    assert client.read("Status.Parameter[0].Value") == {"Status.Parameter[0].Value": 320_500}
    with pytest.raises(RefusedError, match="generator's 30000"):
        client.call("set", key="weld.time_ms", value=40_000)
    assert client.call("recipe")["set"] == {"machine.takt_ms": 2300, "pitch_mm": 320.5}
    assert client.call("select", mold="hand_M") == {}
    assert client.read("Recipe.Mold") == {"Recipe.Mold": "hand_M"}
    assert client.call("set", key="weld.hold_ms", value=160) == {}
    assert client.call("park") == {"parked": 1}
    assert Kept(str(root)).recipe() == ("hand_M", {"weld.hold_ms": 160})


def test_ctrl_c_over_usb_gives_the_repl(board: subprocess.Popen[bytes]) -> None:
    client = LinkClient(Pipes(board))
    client.call("status")
    assert board.stdin is not None and board.stdout is not None
    board.stdin.write(b"\r\x03")
    assert board.stdout.readline() == b"repl\n"
    assert board.wait(10) == 0
