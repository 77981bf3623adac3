"""Goes on from one moment of an emulated chip as often as a test likes: each time in a copy of the
process. To boot and to load a program takes a minute; it is done once."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable


def in_a_copy(action: Callable[[], str]) -> tuple[str, str]:
    """What `action` returns, and the traceback it ended with; what it did is forgotten."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        try:
            said = "+" + action()
        except BaseException:
            said = "-" + traceback.format_exc()
        with os.fdopen(into, "w") as file:
            file.write(said)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as file:
        said = file.read()
    os.waitpid(child, 0)
    return (said[1:], "") if said.startswith("+") else ("", said[1:] or "it crashed")
