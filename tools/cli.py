"""`sonomask`: one command over everything on the host."""

from typing import Any

import click

from host_sim.errors import InputError, TargetError
from host_sim.version import version
from tools.alarms import alarms
from tools.check import check
from tools.degraded import degraded
from tools.faults import faults
from tools.kpi import kpi
from tools.link import link
from tools.machine.command import machine
from tools.mpy import mpy
from tools.scan_work import scan_work
from tools.sim import sim
from tools.traceback import traceback
from tools.weld_modes import weld_modes


class Unusable(click.ClickException):
    """Unusable input: its one line on stderr, exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:  # noqa: ANN401
        """Print the line alone."""
        click.echo(self.message, file=file, err=file is None)


class Broken(Unusable):
    """The target did not run the controller: exit status 3."""

    exit_code = 3


class Interrupted(Unusable):
    """Ctrl-C: exit status 130, as a shell has it for a program that SIGINT ends."""

    exit_code = 130


class Commands(click.Group):
    """A group that turns our own errors into a line and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise Unusable(str(error)) from None
        except TargetError as error:
            raise Broken(str(error)) from None
        except KeyboardInterrupt as stop:
            raise Interrupted(str(stop) or "Interrupted: no result.") from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="sonomask")
def main() -> None:
    """Controller of an ultrasonic hand and foot mask machine, run against the machine simulated.

    Exit status: 0 pass, 1 fail, 2 unusable input, 3 the target does not run the controller, 130
    interrupted by Ctrl-C.
    """


for command in (
    sim, degraded, kpi, check, machine, weld_modes, alarms, faults, link, mpy, scan_work,
    traceback,
):  # fmt: skip
    main.add_command(command)

if __name__ == "__main__":
    main()
