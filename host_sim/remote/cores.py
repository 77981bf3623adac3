"""One core for two processes that wait for each other: an exchange is 3 to 5 times faster so."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[int | None]:
    """Keep this process, and those it starts meanwhile, on a core of their own; then let go.

    Yields its number, or None where that cannot be done: then the system decides, as it also does
    when each core is taken by another pair.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    before = os.sched_getaffinity(0)
    for core in sorted(before):
        claim = _claim(core)
        if claim is not None:
            break
    else:
        yield None
        return
    with claim:
        os.sched_setaffinity(0, {core})
        try:
            yield core
        finally:
            os.sched_setaffinity(0, before)


def _claim(core: int) -> socket.socket | None:
    """A name without a file, which the system takes back with the process: None if it is taken."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0sonomask core {core}")
    except OSError:
        claim.close()
        return None
    return claim
