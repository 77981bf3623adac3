"""One store for what must outlive a power cut: recipes, calibration, counters, histories.

Called in idle context; `write` and `remove` only when `may_write` allows. A record is two files,
NAME.0 and NAME.1: the newest generation and the one before. The elder is replaced in one step, so
that one whole generation is there at any instant.
"""

import json

from micropython import const

from store import files, frame
from store.files import StoreError

MOST = const(4080)  # bytes of a payload: with its header, one block of flash
# What `damaged` says of a record
HALF = const(1)  # one generation is damaged: what is read may be the one before
LOST = const(2)  # no generation is left: the default is read

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


class Store:
    def __init__(self, root, reserve=4):
        self.root = root
        self.reserve = reserve  # blocks that are kept free for others
        self.damaged = {}  # HALF or LOST by name, of what has been read
        self._newest = {}  # (which of the two files, its generation) by name
        files.listed(root)
        files.tidy(root)

    def read(self, name, default=None):
        """Payload of the newest generation that is whole; else `default`."""
        self._named(name)
        found = None
        which, generation = 1, -1
        bad = 0
        for each in (0, 1):
            data = files.load(f"{self.root}/{name}.{each}", MOST + frame.HEAD)
            if data is None:
                continue
            taken = frame.take(data, 0, name)
            payload = None
            if taken and taken[3] == len(data):
                payload = _json(taken[2]) if taken[0] == frame.JSON else taken[2]
            if payload is None:
                bad += 1
            elif taken[1] > generation:
                found, which, generation = payload, each, taken[1]
        self._newest[name] = which, generation
        self.damaged.pop(name, None)
        if bad:
            self.damaged[name] = LOST if found is None else HALF
        return default if found is None else found

    def write(self, name, payload):
        """Keep a dict of integers, texts, lists and dicts, or bytes. All or nothing."""
        self._named(name)
        kind = frame.RAW
        data = payload
        if isinstance(payload, dict):
            kind = frame.JSON
            data = json.dumps(payload, separators=(",", ":")).encode()
            if _json(data) != payload:
                raise StoreError(f"{name}: has a value that JSON does not keep. Use integers.")
        if len(data) > MOST:
            raise StoreError(f"{name}: {len(data)} bytes are more than {MOST}. Split it.")
        files.need_room(self.root, name, len(data), self.reserve)
        if name not in self._newest:
            self.read(name)
        which, generation = self._newest[name]
        which, generation = 1 - which, generation + 1
        header = frame.head(name, kind, generation, len(data), (data,))
        files.put(self.root, f"{name}.{which}", (header, data))
        self._newest[name] = which, generation

    def remove(self, name):
        """Forget a record: the elder generation first, so that a cut brings back no old one."""
        self.read(name)
        which, _ = self._newest.pop(name)
        self.damaged.pop(name, None)
        for each in (1 - which, which):
            files.remove(f"{self.root}/{name}.{each}")

    def names(self):
        """Names of all records, damaged ones too, sorted."""
        found = files.listed(self.root)
        stems = {each[:-2] for each in found if each[-2:] in (".0", ".1")}
        return sorted([stem for stem in stems if _is_name(stem)])

    def check(self):
        """Read every record and write one. Returns `damaged`; raises StoreError."""
        for name in self.names():
            self.read(name)
        checks = self.read("self-test", {"checks": 0})["checks"] + 1  # pyright: ignore
        self.write("self-test", {"checks": checks})
        if self.read("self-test") != {"checks": checks}:
            raise StoreError("self-test: reads back wrong. Replace the board.")
        return self.damaged

    def _named(self, name):
        if not _is_name(name):
            raise StoreError(f"{name}: is no name. Use letters, digits, - and _, at most 40.")


def _is_name(name):
    return 0 < len(name) <= 40 and all(each in _LETTERS for each in name)


def _json(data):
    try:
        return json.loads(data)
    except ValueError:
        return None
