"""The live line of a run by the wall clock: what the machine does, on stderr."""

import shutil
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TextIO

from host_sim.paced_run import PacedRun, View
from host_sim.packml_names import state_name
from host_sim.run import Task
from host_sim.wall_times import WallTimes
from tools.pace import times_real

TERMINAL_S = 0.2  # between two lines that replace each other
FILE_S = 10.0  # between two lines that follow each other


class Live:
    """Shows one run after the other; on Ctrl-C it says in one line what was measured until then.

    Written only while the machine has nothing to do, and without a thread: it costs no answer.

    Args:
        todo: the runs to come.
        speed: machine time over wall time.
        stream: where lines go; on a terminal each replaces the one before.
    """

    def __init__(
        self,
        todo: Sequence[Task],
        speed: float,
        stream: TextIO | None = None,
    ) -> None:
        self._todo = todo
        self._speed = speed
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._next_s = 0.0
        self._width = 0
        self._begun = 0
        self._name = ""
        self._run: PacedRun | None = None

    def __enter__(self) -> "Live":
        runs = len(self._todo)
        machine_s = sum(task.horizon_us for task in self._todo) / 1e6
        self._print(
            f"At {times_real(self._speed)}: {runs} runs, one after the other, "
            f"{clock_text(machine_s / self._speed)} on the clock and the start-ups. "
            "Fewer: --replications, --hours. Ctrl-C ends it without a verdict."
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._replace("")
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            raise KeyboardInterrupt(self._interrupted()) from None

    def begin(self, task: Task) -> PacedRun:
        """The next run; it has not begun yet."""
        self._begun += 1
        self._name = f"{task.mold.data['id']} {self._begun}/{len(self._todo)}"
        self._next_s = 0.0
        self._run = PacedRun(self._speed, show=self.show)
        return self._run

    def show(self, view: View) -> None:
        """One look at the machine, if it is time for one."""
        if view.at_s < self._next_s:
            return
        self._next_s = view.at_s + (TERMINAL_S if self._terminal else FILE_S)
        text = f"{self._name} {view_text(view)}"
        if self._terminal:
            self._replace(text)
        else:
            self._print(text)

    def _replace(self, text: str) -> None:
        """The line again, from its beginning; it must not be wrapped."""
        if not self._terminal:
            return
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
        self._stream.flush()
        self._width = len(text)

    def _print(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def _interrupted(self) -> str:
        if self._run is None:
            return "Interrupted before the machine ran: no verdict."
        return f"Interrupted in {self._name}: no verdict. {partial_text(self._run.times())}"


def view_text(view: View) -> str:
    """What the machine does, in a line."""
    return (
        f"{clock_text(view.now_us / 1e6)} {state_name(view.state)} · {view.good} good "
        f"{view.rate:.1f}/min · late {view.late_us / 1000:.1f} ms · answer {view.answer_us:.0f} µs"
    )


def partial_text(times: WallTimes) -> str:
    """What a run had measured when it was interrupted."""
    if not times.answers.count:
        return "Nothing was measured."
    return (
        f"This run until then, {clock_text(times.machine_us / 1e6)}: "
        f"{times.answers.count} answers, mean {times.answers.mean:.0f} µs, "
        f"p99 {times.answers.percentile(99):.0f}, worst {times.answers.most}; "
        f"late {times.late.most / 1000:.1f} ms at the most, "
        f"{times.waits} waits."
    )


def clock_text(seconds: float) -> str:
    """Hours, minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
