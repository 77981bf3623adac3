"""`sonomask traceback`: a traceback from a board, with the names of the sources."""

import sys
from typing import TextIO

import click

from host_sim.board.lengthen import lengthen
from host_sim.board.tree import BENCH, ROOTS, short_names


@click.command()
@click.option("--bench", is_flag=True, help="The board was made with `sonomask mpy --bench`.")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
def traceback(file: TextIO, bench: bool) -> None:
    """Give a traceback of a board the names of the sources.

    FILE has it, or standard input: paste it, then Ctrl-D. On a board the firmware's own names have
    two letters, and one file has many modules. Use the version of sonomask that the board runs.
    """
    if file is sys.stdin and file.isatty():
        click.echo("Paste the traceback, then Ctrl-D.", err=True)
    click.echo(lengthen(file.read(), short_names(BENCH if bench else ROOTS)), nl=False)
