"""The host's side of the link: calls any method of its table over a serial port or a pipe."""

import json
import secrets
import time
from binascii import crc32
from collections.abc import Iterator
from typing import Any, Protocol

from host_sim.errors import InputError, TargetError
from host_sim.link_table import Table, Value, table

RESENT = 3  # how often a line is sent before the board counts as silent
PATIENCE_S = 2.0  # a shot may last as long; while one is on the board does not answer

Answer = dict[str, Any]


class Stream(Protocol):
    """A serial port of pyserial, or what behaves like one: `readline` waits for a time."""

    def readline(self) -> bytes: ...

    def write(self, data: bytes, /) -> Any: ...  # noqa: ANN401


class RefusedError(Exception):
    """The board has refused a request; nothing has changed.

    Attributes:
        code: of methods.txt, section errors.
        data: what the board adds to it.
    """

    def __init__(self, method: str, code: int, data: Any, meaning: str) -> None:  # noqa: ANN401
        more = "" if data is None else f" Data: {str(data).rstrip('.')}."
        super().__init__(f"{method}: refused with {code}: {meaning}.{more}")
        self.code = code
        self.data = data


class LinkClient:
    """A session on one link.

    Args:
        stream: both ways; its `readline` returns what has come by the end of its patience.
        checked: lines have check sums, as over a UART.
        name: of the port, for messages.
    """

    def __init__(self, stream: Stream, checked: bool = False, name: str = "link") -> None:
        self.table: Table = table()
        self.samples: list[dict[str, Any]] = []  # that came between answers, oldest first
        self._stream = stream
        self._checked = checked
        self._name = name
        self._number: int | None = None
        self._token = secrets.token_hex(4)
        self._readings = 0
        self._monitored: list[str] = []
        self._begun = False

    def call(self, method: str, **params: Value) -> Answer:
        """The result of a method, by the names that the table gives it.

        Raises:
            InputError: there is no such method or parameter.
            RefusedError: the board refuses it.
            TargetError: the board does not answer.
        """
        row = self.table.methods.get(method)
        if row is None:
            raise InputError(
                f"{method}: there is no such method. Choose from {', '.join(self.table.methods)}."
            )
        known = [param.name for param in row.params]
        for name in params:
            if name not in known:
                raise InputError(
                    f"{name}: is no parameter of {method}. It has {', '.join(known) or 'none'}."
                )
        result = self._exchange(method, params, self._next() if row.numbered else self._any())
        if row.answer == ("tags...",):
            return dict(zip(self.table.names(int(params["mask"])), result, strict=True))
        if row.answer and row.answer[-1].endswith("..."):
            return {row.answer[-1][:-3]: result}
        return dict(zip(row.answer, result, strict=True))

    def login(self, role: int, pin: str) -> None:
        """Begin a session; a try that comes too soon after another is made again.

        Raises:
            RefusedError: the PIN is wrong.
        """
        for tries in range(4):
            try:
                self.call("login", role=role, pin=pin)
                return
            except RefusedError as error:
                if error.code != -32005 or tries == 3:
                    raise
            time.sleep(0.7)

    def read(self, *tags: str) -> Answer:
        """Present values of tags, by name."""
        return self.call("read", mask=self.table.mask(tags))

    def monitor(self, *tags: str, period_ms: int = 1000) -> None:
        """Ask for these tags each period; none ends it. They come by `sampled`."""
        mask = self.table.mask(tags)
        self.call("monitor", mask=mask, period_ms=period_ms)
        self._monitored = self.table.names(mask)
        self.samples.clear()

    def sampled(self) -> Iterator[dict[str, Any]]:
        """Samples as they come: `ms` of the board, `lost` so far, and the tags by name. Ends when
        none comes in the stream's patience."""
        while True:
            if not self.samples and self._receive() is None:
                return
            while self.samples:
                params = self.samples.pop(0)
                values = dict(zip(self._monitored, params["values"], strict=False))
                yield {"ms": params["ms"], "lost": params["lost"], **values}

    def _next(self) -> int:
        """Number of a command: above the last one that the board has done, whoever sent it."""
        if self._number is None:
            row = self.table.methods["identify"]
            result = self._exchange("identify", {}, self._any())
            self._number = int(result[row.answer.index("Link.Last")])
        self._number += 1
        return self._number

    def _any(self) -> str:
        """Id of a reading, unlike any that an answer of before may still have."""
        self._readings += 1
        return f"{self._token}-{self._readings}"

    def _exchange(self, method: str, params: dict[str, Value], number: int | str) -> list[Any]:
        request: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "method": method}
        if params:
            request["params"] = params
        line = json.dumps(request).encode()
        if self._checked:
            line += b"*%04X" % (crc32(line) & 0xFFFF)
        if not self._begun:
            line = b"\n" + line  # ends what somebody may have left unfinished
            self._begun = True
        for _ in range(RESENT):
            self._stream.write(line + b"\n")
            until = time.monotonic() + PATIENCE_S
            while time.monotonic() < until:
                answer = self._receive()
                if answer is None:
                    break
                if answer.get("id") != number:
                    continue  # of a line before this one
                if "error" in answer:
                    code = answer["error"]["code"]
                    meaning = self.table.errors.get(code, "an error that this version lacks")
                    raise RefusedError(method, code, answer["error"].get("data"), meaning)
                return answer["result"]
        raise TargetError(
            f"{self._name}: the board does not answer. Is it the right port, and does main.py "
            "run? Over a UART, add --checked."
        )

    def _receive(self) -> dict[str, Any] | None:
        """The next answer; samples are put aside, what is neither is passed over."""
        while line := self._stream.readline():
            text = line.strip()
            if self._checked:
                text, _, check = text.rpartition(b"*")
                if check != b"%04X" % (crc32(text) & 0xFFFF):
                    continue
            try:
                made = json.loads(text)
            except ValueError:
                continue
            if isinstance(made, dict) and made.get("method") == "sample":
                self.samples.append(made["params"])
                return {}
            if isinstance(made, dict):
                return made
        return None
