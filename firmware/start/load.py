"""Reads and checks machine.json and the chosen mold. Called by run, idle context.

What checks them is needed no more when the machine is built: `forget` gives its memory back.
"""

import json
import os
import sys

import controller
import start
from controller import app, wording
from controller.config import ConfigError, check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from start import texts

_CHECKERS = ("config", "schema", "wording", "feasible")
_BUILDERS = ("tables",)  # app has run them


def settings(root, chosen):
    """Settings of machine and mold; the first mold by name where none was chosen.

    Raises ConfigError, whose text is one line for an operator.
    """
    wording.meaning = lambda key: texts.meaning(key, root + "/texts/keys.txt")
    machine = check(MACHINE_SCHEMA, _json(root, "machine.json"), "machine.json")
    file = f"molds/{chosen}.json" if chosen else _first(root)
    return machine, check(MOLD_SCHEMA, _json(root, file), file, machine)


def refuse_unread(each):
    """A key that neither controller nor HAL has read is a promise that nobody keeps."""
    unread = each.unread()
    if unread:
        raise ConfigError(each.file, unread[0], "nobody reads this key. Remove it.")


def forget():
    """Unload what checks files, what only builds, and this file. All can be imported again."""
    for name in _CHECKERS + _BUILDERS:
        _unload(controller, "controller", name)
    app.tables = None
    _unload(start, "start", "load")
    _unload(start, "start", "texts")


def _unload(package, room, name):
    # A dict keeps what it held in a slot that is free again: None first lets go of it.
    if hasattr(package, name):
        setattr(package, name, None)
        delattr(package, name)
    sys.modules[f"{room}.{name}"] = None  # pyright: ignore
    del sys.modules[f"{room}.{name}"]


def _first(root):
    try:
        names = sorted(os.listdir(root + "/molds"))
    except OSError:
        names = ()
    if not names:
        raise ConfigError("molds", "", "holds no mold. Copy one to the board.")
    return "molds/" + names[0]


def _json(root, file):
    try:
        with open(f"{root}/{file}") as lines:
            return json.load(lines)
    except OSError:
        raise ConfigError(file, "", "cannot be read. Copy it to the board.")
    except ValueError:
        raise ConfigError(file, "", "is not JSON. Check it with `sonomask check`.")
