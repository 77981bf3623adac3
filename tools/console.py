"""Where things go: results to stdout, progress to stderr; widths that survive a pipe."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from host_sim.remote.target import HOST
from host_sim.result import Result
from host_sim.run import Task

WIDTH = 110  # a table is never cut, whatever the terminal or the pipe


def out() -> Console:
    """Console for results, on stdout. Lines are left to the terminal to wrap."""
    console = Console(highlight=False, soft_wrap=True)
    console.width = max(console.width, WIDTH)
    return console


def runs_on(target: str) -> str:
    """Who runs the controller, for a heading; nothing for this Python itself."""
    return "" if target == HOST else f" · controller on {target}"


def plain_table(*columns: tuple[str, bool]) -> Table:
    """A table without lines; (heading, whether it holds numbers) for each column."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading, numbers in columns:
        table.add_column(
            heading, justify="right" if numbers else "left", no_wrap=True, vertical="bottom"
        )
    return table


def print_json(data: Any) -> None:  # noqa: ANN401
    """Machine-readable output on stdout, the same bytes for the same data."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def strokes_progress(todo: Sequence[Task]) -> Iterator[Callable[[Task, Result], None]]:
    """A bar on stderr over replications; the mold that has just ended is named."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("runs"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("simulating", total=len(todo))

        def ended(task: Task, result: Result) -> None:
            progress.update(bar, advance=1, description=f"{result.mold:<10}")

        yield ended
