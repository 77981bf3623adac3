"""`sonomask machine list|check|show`: is a machine complete, and where is each of its wires."""

import sys
from pathlib import Path

import click

from controller.schema import ConfigError
from hal.rp2 import io_map
from host_sim import machines
from host_sim.errors import InputError
from host_sim.files import label
from host_sim.molds import load, load_machine, machine_settings_of
from tools.console import out, plain_table, print_json
from tools.machine.findings import findings
from tools.machine.new import new
from tools.machine.wiring import Wire, wires

PICTURES = Path("build/machine")


@click.group()
def machine() -> None:
    """Make, check and show the configuration of one machine.

    A machine is named by the name of a shipped one, by its folder, or by its machine file.
    """


machine.add_command(new)


@machine.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def list_(as_json: bool) -> None:
    """The machines that ship."""
    rows = []
    for name, files in machines.shipped().items():
        settings = machine_settings_of(load_machine(files.machine))
        rows.append(
            {
                "name": name,
                "cavities": settings["machine.cavities"],
                "takt_ms": settings["machine.takt_ms"],
                "file": label(files.machine),
            }
        )
    if as_json:
        print_json(rows)
        return
    table = plain_table(("machine", False), ("cavities", True), ("takt ms", True), ("file", False))
    for row in rows:
        table.add_row(*map(str, row.values()))
    out().print(table)


@machine.command()
@click.argument("which", required=False, metavar="MACHINE")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def check(which: str | None, as_json: bool) -> None:
    """Is the machine complete: its file, its molds, its I/O map. The reference without a name.

    Everything that is wrong or missing gets a line. Exit status 2 then.
    """
    found = findings(machines.find(which))
    if as_json:
        print_json({"usable": not found.wrong, "wrong": found.wrong, "files": found.usable})
    else:
        for line in found.usable:
            click.echo(line)
        for line in found.wrong:
            click.echo(line, err=True)
    sys.exit(2 if found.wrong else 0)


@machine.command()
@click.argument("which", required=False, metavar="MACHINE")
@click.option(
    "--picture",
    type=click.Path(file_okay=False, path_type=Path),
    default=PICTURES,
    show_default=True,
    metavar="DIR",
    help="Where the I/O map goes as .svg and .png.",
)
@click.option("--no-picture", is_flag=True, help="Draw nothing.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def show(which: str | None, picture: Path, no_picture: bool, as_json: bool) -> None:
    """Draw the I/O map and print the wiring table. The reference without a name."""
    files = machines.find(which)
    name = machine_settings_of(load_machine(files.machine))["machine.name"]
    io = load(files.io)
    try:
        io_map.check(io.data, io.file)
    except ConfigError as error:
        raise InputError(str(error)) from None
    found = wires(io.data)
    if as_json:
        print_json({"machine": name, "wires": [wire.data() for wire in found]})
    else:
        _print(name, found)
    if not no_picture:
        from tools.machine.drawing import draw

        caption = "chips are counted from the board · (low): the signal is there when low"
        drawn = draw(found, picture, name, caption)
        click.echo(f"Picture {drawn[0]}", err=as_json)


def _print(name: str, found: list[Wire]) -> None:
    table = plain_table(
        ("signal", False), ("", False), ("at", False), ("chip", False), ("pin", True),
        ("means", False),
    )  # fmt: skip
    for wire in found:
        table.add_row(
            wire.signal, wire.direction, wire.label, wire.chip, str(wire.pin),
            wire.meaning + (", low is on" if wire.low else ""),
        )  # fmt: skip
    console = out()
    console.print(f"machine {name} · {len(found)} wires\n")
    console.print(table)
