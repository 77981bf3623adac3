"""Bad lines for the link, without end, from a grammar and a seed.

Each is bad for a machine in production whose session has `role`, whatever came before it: what it
asks for is malformed, unknown, out of bounds, not allowed to that role, refused by the state, or
has been done before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from host_sim.link_table import Method, table

TABLE = table()
LINE = 512
# Good for anybody at any time: with these, only the form can be wrong. Stop and Abort are, too,
# and are never sent whole.
READINGS = [name for name, method in TABLE.methods.items() if not method.role and name not in
            ("stop", "abort", "login", "logout", "monitor", "recipe")]  # fmt: skip
COMMANDS = [name for name, method in TABLE.methods.items() if method.numbered]
REFUSED_IN_EXECUTE: list[tuple[str, dict[str, Any]]] = [
    ("command", {"command": 1}), ("command", {"command": 2}), ("command", {"command": 5}),
    ("command", {"command": 9}), ("mode", {"mode": 3}), ("mode", {"mode": 5}),
    ("select", {"mold": "foot_L"}), ("set", {"key": "pitch_mm", "value": 200}),
]  # fmt: skip
STRUCTURE = b'{}":,'
WRONG: list[Any] = [
    None, True, 1.5, -1, "x", "", [], {}, [1], {"a": 1}, 10**20, "9" * 40, "\u00e9", "a\nb", "\\",
]  # fmt: skip


def dumps(made: Any, **how: Any) -> bytes:
    return json.dumps(made, **how).encode()


class Lines:
    """done: commands that have been done, oldest first; the last is not among them."""

    def __init__(self, seed: int, role: int, done: list[bytes], first: int) -> None:
        self.random = Random(seed)
        self.role = role
        self.done = done
        self.number = first  # of the first command that is free
        self.kinds: list[Callable[[], bytes]] = [
            self.truncated, self.torn, self.extra, self.wrong_member, self.wrong_member,
            self.wrong_param, self.wrong_param, self.unknown, self.not_utf8, self.twice,
            self.nested, self.batch, self.noise, self.other_json, self.replay, self.refused,
            self.not_allowed, self.silent,
        ]  # fmt: skip

    def __iter__(self) -> Iterator[bytes]:
        """Lines without their ends; none has one inside."""
        while True:
            # One in a thousand is long: it costs as much as all others.
            kind = self.random.randrange(1000)
            yield self.huge() if kind == 0 else self.kinds[kind % len(self.kinds)]()

    def id(self) -> int | str:
        return self.random.choice((self.number, self.number + 7, 0, "a", "x" * 32))

    def params(self, method: Method) -> dict[str, Any]:
        """Values within their bounds."""
        made: dict[str, Any] = {}
        for param in method.params:
            if param.kind == "number":
                made[param.name] = self.random.randint(param.least, min(param.most, 1 << 20))
            else:
                made[param.name] = self.random.choice(("hand_M", "pitch_mm", "1111", "0"))
        return made

    def good(self, names: list[str] | None = None) -> dict[str, Any]:
        """A request of good form."""
        name = self.random.choice(names or list(TABLE.methods))
        made = {"jsonrpc": "2.0", "id": self.number, "method": name}
        if params := self.params(TABLE.methods[name]):
            made["params"] = params
        return made

    def whole(self) -> bytes:
        return dumps(self.good())

    def truncated(self) -> bytes:
        line = self.whole()
        return line[: self.random.randrange(1, len(line))]

    def torn(self) -> bytes:
        """A character of its structure is missing."""
        line = self.whole()
        at = self.random.choice([at for at, each in enumerate(line) if each in STRUCTURE])
        return line[:at] + line[at + 1 :]

    def extra(self) -> bytes:
        """There is one too many."""
        line = self.whole()
        at = self.random.randrange(len(line) + 1)
        each = self.random.choice(STRUCTURE)
        return line[:at] + bytes([each]) + line[at:]

    def huge(self) -> bytes:
        length = self.random.randint(LINE + 1, 20 * LINE)
        if self.random.randrange(2):
            return (b"[" if self.random.randrange(2) else b'{"a":') * length
        made = self.good()
        made["id"] = "x" * length
        return dumps(made)

    def nested(self) -> bytes:
        depth = self.random.randint(2, LINE // 12)
        left, right = self.random.choice(((b"[", b"]"), (b'{"a":', b"}")))
        middle = left * depth + (right * depth if self.random.randrange(2) else b"")
        if self.random.randrange(2):
            return middle
        return b'{"jsonrpc":"2.0","id":1,"method":"status","params":' + middle + b"}"

    def wrong_member(self) -> bytes:
        made = self.good()
        which = self.random.randrange(6)
        if which == 0:
            made["jsonrpc"] = self.random.choice((2.0, 2, "1.0", "2.0 ", None))
        elif which == 1:
            made["method"] = self.random.choice(WRONG)
        elif which == 2:
            made["id"] = self.random.choice((None, True, 1.5, [], {}, "y" * 33))
        elif which == 3:
            made["params"] = self.random.choice((None, True, 1, "x", [], [1, 2]))
        elif which == 4:
            made[self.random.choice(("x", "ID", "result", "param", ""))] = 1
        else:
            del made[self.random.choice(("jsonrpc", "method"))]
        return dumps(made)

    def wrong_param(self) -> bytes:
        """A parameter is missing, unknown, of another kind or out of bounds."""
        made = self.good([name for name, each in TABLE.methods.items() if each.params])
        method = TABLE.methods[made["method"]]
        param = self.random.choice(method.params)
        which = self.random.randrange(4)
        if which == 0 and param.default is None and param.kind != "value":
            del made["params"][param.name]
        elif which == 1 and param.kind == "number":
            far = self.random.choice((param.least - 1, param.most + 1, 1 << 62, -(1 << 40)))
            made["params"][param.name] = far
        elif which == 2 and param.kind == "text":
            made["params"][param.name] = self.random.choice(
                (1, None, True, "z" * (param.most + 1))
            )
        else:
            made["params"][self.random.choice(("Command", "x", "", "seq"))] = 1
        return dumps(made)

    def unknown(self) -> bytes:
        made = self.good()
        made["method"] = self.random.choice(
            (
                "Status",
                "reboot",
                "",
                "status ",
                "__init__",
                "-32700",
                "[tags]",
                "[methods]",
                "[methods]\n",
            )
        )
        return dumps(made)

    def not_utf8(self) -> bytes:
        line = bytearray(self.whole())
        for _ in range(self.random.randint(1, 3)):
            line.insert(self.random.randrange(len(line) + 1), self.random.randint(128, 255))
        return bytes(line)

    def twice(self) -> bytes:
        """A key comes twice."""
        line = self.whole()
        each = self.random.choice((b'"id":1', b'"method":"stop"', b'"jsonrpc":"2.0"'))
        return line[:1] + each + b"," + line[1:]

    def batch(self) -> bytes:
        lines = [self.whole() for _ in range(self.random.randint(0, 3))]
        return b"[" + b",".join(lines) + b"]"

    def noise(self) -> bytes:
        length = self.random.randint(1, 60)
        made = bytes(self.random.randrange(256) for _ in range(length))
        return b"~" + made.replace(b"\n", b"?").replace(b"\r", b"?")

    def other_json(self) -> bytes:
        return self.random.choice(
            (b"1", b"null", b'"stop"', b"{}", b"[]", b"true", b"-1e9", b"NaN", b'{"stop":1}',
             b"'stop'", b"{stop}", b'{"jsonrpc":"2.0"}', b'{"id":1,"error":{"code":1}}',
             b'{"jsonrpc":"2.0","id":1,"result":[]}', b"stop", b"\x00", b"\x1b[A", b"import os")
        )  # fmt: skip

    def replay(self) -> bytes:
        """A command that was done before, as it was, or another under its number."""
        line = self.random.choice(self.done)
        if self.random.randrange(2):
            made = self.good(COMMANDS)
            made["id"] = json.loads(line)["id"]
            return dumps(made)
        return line

    def refused(self) -> bytes:
        name, params = self.random.choice(REFUSED_IN_EXECUTE)
        return dumps({"jsonrpc": "2.0", "id": self.number, "method": name, "params": params})

    def not_allowed(self) -> bytes:
        """Right in all, for somebody else; a wrong PIN; a command with an id that is no number."""
        above = [name for name, each in TABLE.methods.items() if each.role > self.role]
        if not above or not self.random.randrange(3):
            made = self.good(["login"])
            made["params"] = {"role": self.random.randint(1, 3), "pin": "12345"}
        elif self.random.randrange(2):
            made = self.good(above)
        else:
            made = self.good(COMMANDS)
            made["id"] = self.random.choice(("a", "7", ""))
        return dumps(made)

    def silent(self) -> bytes:
        """A command as a notification: it is not done, and nobody is told."""
        made = self.good([*COMMANDS, "recipe"])
        del made["id"]
        return dumps(made)
