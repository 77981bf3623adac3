"""`sonomask link`: talks to the controller of a machine over its link."""

from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from host_sim.errors import InputError
from host_sim.link_client import Answer, LinkClient, RefusedError
from host_sim.link_port import stream
from host_sim.link_table import MASK, ROLES, Method, Value, markdown, table, usage
from host_sim.packml_names import mode_name, state_name
from tools.console import out, print_json

_PIN = "SONOMASK_PIN"
_ROLES = {name: role for role, name in ROLES.items() if role}


@click.command()
@click.argument("port", required=False)
@click.argument("method", required=False)
@click.argument("params", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--methods", "list_methods", is_flag=True, help="List all methods, and no more.")
@click.option("--markdown", "as_markdown", is_flag=True, hidden=True)
@click.option("--role", type=click.Choice(list(_ROLES)), help="Who you are; asks for the PIN.")
@click.option("--pin", envvar=_PIN, help=f"The role's PIN; or set {_PIN}.")
@click.option("--tags", metavar="TAG,TAG", help="Names of tags, for `read` and `monitor`.")
@click.option("--samples", type=click.IntRange(1), default=10, help="Of `monitor`. Default 10.")
@click.option("--checked", is_flag=True, help="Lines have check sums, as over a UART.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def link(
    port: str | None,
    method: str | None,
    params: tuple[str, ...],
    list_methods: bool,
    as_markdown: bool,
    role: str | None,
    pin: str | None,
    tags: str | None,
    samples: int,
    checked: bool,
    as_json: bool,
) -> None:
    """Call a METHOD of the machine at PORT: /dev/ttyACM0, COM3, or sim for a simulated one.

    \b
    sonomask link /dev/ttyACM0 status
    sonomask link /dev/ttyACM0 stop
    sonomask link /dev/ttyACM0 command command=2 --role operator
    sonomask link /dev/ttyACM0 set key=weld.time_ms value=450 --role technician
    sonomask link sim monitor period_ms=500 --tags Status.StateCurrent,Pieces.Good

    PackML commands: 1 Reset, 2 Start, 3 Stop, 4 Hold, 5 Unhold, 6 Suspend, 7 Unsuspend, 8 Abort,
    9 Clear, 10 Complete. Exit status 1: the machine refused; 3: it does not answer.
    """
    if as_markdown:
        click.echo(markdown(), nl=False)
    elif list_methods:
        _list(as_json)
    elif port is None or method is None:
        raise InputError("link: name a port and a method, as `sonomask link sim status`, or "
                         "--methods for a list.")  # fmt: skip
    else:
        _call(port, method, _values(method, params, tags), role, pin, samples, checked, as_json)


def _list(as_json: bool) -> None:
    methods = table().methods.values()
    if as_json:
        print_json([_plain(method) for method in methods])
        return
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    made.add_column("method", no_wrap=True)
    made.add_column("who", no_wrap=True)
    made.add_column("does", ratio=1)
    for method in methods:
        made.add_row(escape(usage(method)), ROLES[method.role], escape(method.meaning))
    out().print(made)


def _plain(method: Method) -> dict[str, Any]:
    made = vars(method) | {"role": ROLES[method.role]}
    return made | {"params": [vars(param) for param in method.params]}


def _values(method: str, words: tuple[str, ...], tags: str | None) -> dict[str, Value]:
    """Parameters from the command line; what is missing or unknown is one line."""
    made = table()
    row = made.methods.get(method)
    if row is None:
        raise InputError(
            f"{method}: there is no such method. `sonomask link --methods` lists all."
        )
    known = {param.name: param for param in row.params}
    values: dict[str, Value] = {}
    if tags is not None:
        if MASK not in known:
            raise InputError(f"--tags: {method} takes none. Leave it out.")
        values[MASK] = made.mask(tags.split(","))
    for word in words:
        name, _, text = word.partition("=")
        if name not in known:
            raise InputError(f"{word}: is no parameter of {method}. Write `{usage(row)}`.")
        values[name] = known[name].read(text)
    for param in row.params:
        if param.default is None and param.name not in values:
            way = "--tags TAG,TAG" if param.name == MASK else f"{param.name}=, {param.bounds}"
            raise InputError(f"{method}: {param.name} is missing. Write {way}.")
    return values


def _call(
    port: str,
    method: str,
    values: dict[str, Value],
    role: str | None,
    pin: str | None,
    samples: int,
    checked: bool,
    as_json: bool,
) -> None:
    row = table().methods[method]
    if row.role and role is None:
        raise InputError(f"{method}: needs a role. Add --role {ROLES[row.role]}.")
    with stream(port) as opened:
        client = LinkClient(opened, checked, port)
        try:
            if role is not None:
                asked = pin if pin is not None else click.prompt("PIN", hide_input=True, err=True)
                client.login(_ROLES[role], str(asked))
            if method == "monitor":
                _monitor(client, values, samples, as_json)
            else:
                _show(client.call(method, **values), as_json)
            if role is not None and method != "login":
                client.call("logout")
        except RefusedError as error:
            raise click.ClickException(str(error)) from None


def _monitor(client: LinkClient, values: dict[str, Value], samples: int, as_json: bool) -> None:
    names = client.table.names(int(values[MASK]))
    client.monitor(*names, period_ms=int(values.get("period_ms", 1000)))
    for sample, _ in zip(client.sampled(), range(samples), strict=False):
        if as_json:
            print_json(sample)
        else:
            click.echo("  ".join(f"{name} {value}" for name, value in sample.items()))
    client.monitor()


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    for name, value in answer.items():
        shown = {
            "Status.StateCurrent": state_name, "Status.UnitModeCurrent": mode_name,
        }.get(name)  # fmt: skip
        click.echo(f"{name:<30} {value}" + (f" {shown(value)}" if shown else ""))
    if not answer:
        click.echo("done")
