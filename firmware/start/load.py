"""Reads and checks machine.json and the chosen mold. Called by run, idle context.

What checks and what builds is needed no more when the machine is built: `forget` gives its memory
back.
"""

import json
import os
import sys

import controller  # noqa: F401 - its room is looked up by name
from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA, ConfigError

_NEEDED_ONCE = (
    "controller.config controller.schema controller.wording controller.feasible controller.tables "
    "hal.rp2.io_map hal.rp2.ramp start.load"
)
TAKT = "machine.takt_ms"  # the only key of machine.json that is changed while it runs


def settings(root, chosen, changes=()):
    """Settings of machine and mold; the first mold by name where none was chosen.

    changes: values by key that go before those of the files. Raises ConfigError, whose text is
    one line for an operator.
    """
    file = f"molds/{chosen}.json" if chosen else _first(root)
    machine, mold = parsed(root, "machine.json"), parsed(root, file)
    for key in changes:
        section, _, name = key.rpartition(".")
        data = machine if key == TAKT else mold
        if section:
            data = data.setdefault(section, {})
        data[name] = changes[key]
    checked = check(MACHINE_SCHEMA, machine, "machine.json")
    return checked, check(MOLD_SCHEMA, mold, file, checked)


def refuse_unread(each):
    """A key that neither controller nor HAL has read is a promise that nobody keeps."""
    unread = each.unread()
    if unread:
        raise ConfigError(each.file, unread[0], "nobody reads this key. Remove it.")


def forget():
    """Unload what checks files and what builds, and all constructors of the machine's parts.

    Files can be imported again; the machine is built once, until the next reset.
    """
    for name in _NEEDED_ONCE.split():
        _unload(name)
    for name, module in sys.modules.items():
        if name.split(".")[0] in ("controller", "hal", "link"):
            _drop_constructors(module)


def _unload(name):
    room, _, file = name.rpartition(".")
    package = sys.modules[room]
    if hasattr(package, file):
        # A dict keeps what it held in a slot that is free again: None first lets go of it.
        setattr(package, file, None)
        delattr(package, file)
    if name in sys.modules:
        sys.modules[name] = None  # pyright: ignore
        del sys.modules[name]


def _drop_constructors(module):
    for each in module.__dict__.values():
        if isinstance(each, type) and "__init__" in each.__dict__:
            each.__init__ = None  # no function of this file's: it would keep all of it


def _first(root):
    try:
        names = sorted(os.listdir(root + "/molds"))
    except OSError:
        names = ()
    if not names:
        raise ConfigError("molds", "", "holds no mold. Copy one to the board.")
    return "molds/" + names[0]


def parsed(root, file):
    """The data of a file on the board. Raises ConfigError."""
    try:
        with open(f"{root}/{file}") as lines:
            return json.load(lines)
    except OSError:
        raise ConfigError(file, "", "cannot be read. Copy it to the board.")
    except ValueError:
        raise ConfigError(file, "", "is not JSON. Check it with `sonomask check`.")
