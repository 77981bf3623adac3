"""`sonomask mpy`: compile the firmware as it lies on the board, and hold it to its budget."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from host_sim import machines
from host_sim.board.tree import ARCH, BENCH, BUDGET, ROOTS, File, Tree, build
from tools.console import print_json

OUT = Path("build/mpy")
_IN = " " * 18  # below the name of a file


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=OUT,
    show_default=True,
    help="Folder for the tree; it is emptied first.",
)
@click.option(
    "--machine",
    type=click.Path(path_type=Path),
    help="Whose machine.json, io.json and molds; the reference machine's.",
)
@click.option("--bench", is_flag=True, help="With what --target board:PORT needs.")
@click.option("--lines", is_flag=True, help="Keep line numbers for tracebacks; 6 % larger.")
@click.option("--arch", default=ARCH, show_default=True, help="Processor of native code.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def mpy(
    out: Path, machine: Path | None, bench: bool, lines: bool, arch: str, as_json: bool
) -> None:
    """Compile the firmware into a tree that can be copied to the board, and print its sizes.

    Integer constants are folded across files first, modules that are always needed together are
    one file, and the firmware's own names get one or two letters; what nobody on the board imports
    is left out.
    Exit status: 0 within the budget, 1 above it.
    """
    files = machines.find(machine)
    tree = build(out, BENCH if bench else ROOTS, lines, arch, machine=files)
    if as_json:
        print_json(data(tree, out))
    else:
        for line in table(tree, out):
            click.echo(line)
    sys.exit(0 if tree.total <= BUDGET else 1)


def data(tree: Tree, out: Path) -> dict[str, Any]:
    """Sizes in bytes as plain data."""
    return {
        "out": str(out),
        "files": [
            {"path": file.path, "bytes": file.size, "modules": list(file.modules)}
            for file in tree.files
        ],
        "folders": tree.folders(),
        "total": tree.total,
        "budget": BUDGET,
        "left_out": list(tree.left_out),
        "pass": tree.total <= BUDGET,
    }


def table(tree: Tree, out: Path) -> list[str]:
    """Sizes by folder, each with its files, and the modules that share a file."""
    made = [f"{'bytes':>6}  of .mpy, in {out}"]
    for folder, size in tree.folders().items():
        made.append(f"{size:>6}  {folder or 'started by the interpreter'}")
        for file in tree.files:
            if file.folder == folder:
                made.append(f"{'':6}  {file.size:>6}  {file.path.rpartition('/')[2]}")
                if len(file.modules) > 1:
                    made += wrap(
                        ", ".join(_here(file)), 96, initial_indent=_IN, subsequent_indent=_IN
                    )
    left = BUDGET - tree.total
    kept = f"{left} bytes left" if left >= 0 else f"{-left} bytes too many"
    made.append(f"{tree.total:>6}  of {BUDGET}: {kept}")
    if tree.left_out:
        made.append(f"Nobody on the board imports: {', '.join(tree.left_out)}.")
    return made


def _here(file: File) -> Iterator[str]:
    """Modules of a file; those of its own folder by their last names."""
    room = file.folder.replace("/", ".") + "."
    for module in sorted(file.modules):
        yield module.removeprefix(room)
