"""Whole files: read, put in place in one step, lengthen; and how much room there is.

Called by store and journal_file, idle context, when `may_write` allows. On littlefs a closed file
and a rename are in flash when the call returns, and each happens wholly or not at all.
"""

import os

from micropython import const

_ABSENT = const(2)  # ENOENT
_FULL = const(28)  # ENOSPC
_TEMPORARY = "/write.tmp"


class StoreError(Exception):
    """Nothing was written. `str` is one line: what, what is wrong, the way out."""


def listed(root):
    """Names of the files in a folder; it is made if there is none."""
    try:
        return os.listdir(root)
    except OSError:
        pass
    try:
        os.mkdir(root)
    except OSError as error:
        _fail(root, error.errno)
    return []


def tidy(root):
    """Remove what a write that was cut short may have left behind."""
    try:
        os.remove(root + _TEMPORARY)
    except OSError:
        pass  # there is none, or it does no harm


def remove(path):
    """Remove a file; there may be none."""
    try:
        os.remove(path)
    except OSError as error:
        if error.errno != _ABSENT:
            _fail(path, error.errno)


def load(path, most):
    """Contents; None: no such file, empty: unreadable or longer than `most` bytes."""
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        return None if error.errno == _ABSENT else b""
    return data if len(data) <= most else b""


def size(path):
    """Length in bytes, 0 if there is no such file."""
    try:
        return os.stat(path)[6]
    except OSError:
        return 0


def need_room(root, name, length, reserve):
    """Refuse `length` bytes for a file unless `reserve` blocks stay free beside them."""
    system = os.statvfs(root)
    need = reserve + (length + system[0] - 1) // system[0]
    # A littlefs that is full may count a block twice, and fewer than no blocks as very many.
    if not need <= system[3] <= system[2]:
        _fail(name, _FULL)


def put(root, name, parts):
    """Replace a file in one step: a temporary one is written, then renamed."""
    try:
        _write(root + _TEMPORARY, "wb", parts)
        os.rename(root + _TEMPORARY, f"{root}/{name}")
    except OSError as error:
        tidy(root)
        _fail(name, error.errno)


def lengthen(root, name, parts):
    """Append to a file. A cut leaves the old length, on other file systems a torn tail."""
    try:
        _write(f"{root}/{name}", "ab", parts)
    except OSError as error:
        _fail(name, error.errno)


def _write(path, mode, parts):
    with open(path, mode) as file:
        for part in parts:
            file.write(part)


def _fail(name, code):
    if code == _FULL:
        raise StoreError(f"{name}: the file system is full. Remove what it can do without.")
    raise StoreError(f"{name}: flash error {code}. Format it or replace the board.")
