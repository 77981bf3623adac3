"""Work of a scan: calls and bytecodes, counted while the board's folded code runs on CPython, and
an estimate of what they cost an RP2040.

Anchors, measured on an RP2040 at 125 MHz: a turn of an empty loop costs 4.9 µs (five plain
bytecodes, two operators, a jump), a call of an empty function 6.4 µs (a look-up, three plain
bytecodes, and the call itself). How look-ups, methods and built-in functions compare with these
was measured on MicroPython's unix port. Good to a third, not to a percent: a board on the bench
has the last word.
"""

import dis
import importlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from host_sim import FIRMWARE
from host_sim.board.fold import fold
from host_sim.board.tape import FIELDS, Tape
from host_sim.board.tree import modules

# µs on an RP2040 at 125 MHz, by kind
PLAIN, OPERATOR, JUMP, LOOK_UP, METHOD, CALL, BUILTIN = range(7)
COST_US = (0.35, 1.2, 0.75, 1.4, 4.6, 4.0, 3.0)
SCAN_MOST_US = 2000.0
SAMPLE_MOST_US = 60.0

_LOOK_UPS = {
    "LOAD_ATTR", "STORE_ATTR", "LOAD_GLOBAL", "LOAD_NAME", "BINARY_SUBSCR",
    "STORE_SUBSCR",
}  # fmt: skip
_OPERATORS = {
    "BINARY_OP", "COMPARE_OP", "UNARY_NOT", "UNARY_NEGATIVE", "UNARY_INVERT", "CONTAINS_OP",
    "IS_OP", "FOR_ITER", "GET_ITER", "UNPACK_SEQUENCE",
}  # fmt: skip
# Steps of CPython's own that the board's interpreter has not
_NOT_THERE = {"RESUME", "PRECALL", "CACHE", "NOP", "PUSH_NULL", "EXTENDED_ARG", "KW_NAMES"}


def kind_of(name: str) -> int | None:
    """Kind of a bytecode of CPython 3.11 by its name; None for what a board has not."""
    if name in _NOT_THERE:
        return None
    if name == "LOAD_METHOD":
        return METHOD
    if name in _LOOK_UPS:
        return LOOK_UP
    if name in _OPERATORS:
        return OPERATOR
    return JUMP if "JUMP" in name else PLAIN


class Count:
    """What was done in one scan or sample, or by one part of it: how often, by kind."""

    def __init__(self) -> None:
        self.by_kind = [0] * len(COST_US)

    @property
    def calls(self) -> int:
        """Calls of Python functions."""
        return self.by_kind[CALL]

    @property
    def bytecodes(self) -> int:
        """Bytecodes of every kind."""
        return sum(self.by_kind[:CALL])

    @property
    def us(self) -> float:
        """Estimate for an RP2040 at 125 MHz."""
        return sum(n * us for n, us in zip(self.by_kind, COST_US, strict=True))

    def add(self, other: "Count") -> None:
        """Take another count into this one."""
        self.by_kind = [a + b for a, b in zip(self.by_kind, other.by_kind, strict=True)]


Parts = dict[str, Count]  # by module


@dataclass
class Scan:
    """One scan: when, what it wrote into the journal, and its work by part."""

    now_us: int
    parts: Parts
    events: list[tuple[int, int]] = field(default_factory=list)  # what, value

    @property
    def total(self) -> Count:
        """Work of all parts."""
        return total(self.parts)


@dataclass
class Work:
    """Scans and samples of one tape; the first scan, at power-up, is left out."""

    scans: list[Scan]
    worst_sample: Count


def total(parts: Parts) -> Count:
    """Sum over parts."""
    made = Count()
    for count in parts.values():
        made.add(count)
    return made


def count(tape: Tape) -> Work:
    """Replay a tape on the folded controller and count. Refuses a replay that differs."""
    with _folded() as (controller, folder):
        machine = controller.config.check(
            controller.schema.MACHINE_SCHEMA, tape.machine, "machine.json"
        )
        mold = controller.config.check(
            controller.schema.MOLD_SCHEMA, tape.mold, "mold.json", machine
        )
        app = controller.app.App(machine, mold)
        counter = _Counter(folder)
        scans: list[Scan] = []
        worst = Count()
        for step in tape.steps:
            if step.samples is not None:
                counter.run(app.monitor.begin)
                for raw in step.samples:
                    one = total(counter.run(app.monitor.sample, raw)[1])
                    worst = max(worst, one, key=lambda each: each.us)
            for name, value in zip(FIELDS, step.inputs, strict=True):
                setattr(app.inputs, name, value)
            wait_us, parts = counter.run(app.scan, step.now_us)
            if wait_us != step.wait_us:
                raise AssertionError(f"{step.now_us}: {wait_us} µs to wait, not {step.wait_us}")
            scan = Scan(step.now_us, parts)

            def sink(ring: Any, start: int, stop: int, scan: Scan = scan) -> None:  # noqa: ANN401
                scan.events += [(ring[at + 1], ring[at + 2]) for at in range(start, stop, 3)]

            app.journal.drain(sink)
            scans.append(scan)
        return Work(scans[1:], worst)


class _Counter:
    """Runs a function under a tracer that sees every bytecode of the files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._codes: dict[CodeType, tuple[str, dict[int, int | None]] | None] = {}
        self._parts: Parts = {}

    def run(self, function: Any, *arguments: int) -> tuple[Any, Parts]:  # noqa: ANN401
        """Call it; returns its value and the work by part."""
        self._parts = {}
        sys.setprofile(self._profile)
        sys.settrace(self._trace)
        try:
            value = function(*arguments)
        finally:
            sys.settrace(None)
            sys.setprofile(None)
        return value, self._parts

    def _known(self, code: CodeType) -> tuple[str, dict[int, int | None]] | None:
        """Part of a code object and kind of each bytecode by its place."""
        if code not in self._codes:
            known = None
            if code.co_filename.startswith(self._folder):
                kinds = {each.offset: kind_of(each.opname) for each in dis.get_instructions(code)}
                known = (Path(code.co_filename).stem, kinds)
            self._codes[code] = known
        return self._codes[code]

    def _count(self, name: str) -> Count:
        if name not in self._parts:
            self._parts[name] = Count()
        return self._parts[name]

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401
        known = self._known(frame.f_code)
        if event != "call" or known is None:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        name, kinds = known
        mine = self._count(name).by_kind
        mine[CALL] += 1

        def local(frame: FrameType, event: str, _: Any) -> Any:  # noqa: ANN401
            if event == "opcode":
                kind = kinds[frame.f_lasti]
                if kind is not None:
                    mine[kind] += 1
            return local

        return local

    def _profile(self, frame: FrameType, event: str, _: Any) -> None:  # noqa: ANN401
        if event == "c_call":
            known = self._known(frame.f_code)
            if known is not None:
                self._count(known[0]).by_kind[BUILTIN] += 1


@contextmanager
def _folded() -> Iterator[tuple[Any, Path]]:
    """The package `controller` as a board has it, beside the one that this process uses."""

    def mine() -> list[str]:
        return [name for name in sys.modules if name.split(".")[0] == "controller"]

    sources = {name: path.read_text("utf-8") for name, path in modules().items()}
    held = {name: sys.modules.pop(name) for name in mine()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        for name, text in fold(
            sources, [n for n in sources if n.startswith("controller.")]
        ).items():
            path = folder / f"{name.replace('.', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        shutil.copy(FIRMWARE / "schema.txt", folder)
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()
        try:
            for name in ("app", "config", "schema"):
                importlib.import_module(f"controller.{name}")
            yield importlib.import_module("controller"), folder
        finally:
            sys.path.remove(str(folder))
            for name in mine():
                del sys.modules[name]
            sys.modules.update(held)
            importlib.invalidate_caches()
