"""The link: takes lines as their bytes come, and answers each. Called by start in idle context.

A turn takes a few bytes and at most one line, never waits, and does nothing while a shot is on,
since it allocates. What the other side does not read is dropped, and counted.
"""

import json
from binascii import crc32

from micropython import const

from controller.app import VERSION
from link.methods import DO, read
from link.request import (
    BAD_PARAMS,
    DAMAGED,
    INTERNAL,
    NEEDS_ROLE,
    NO_METHOD,
    NO_REQUEST,
    REPLAYED,
    TOO_LONG,
    RefusedError,
    arguments,
    parse,
)
from start.decide import in_service

_LINE = const(512)  # bytes of a line, at most
_OUT = const(1536)  # bytes of answers that wait
_BYTES = const(16)  # bytes in a turn
_LOGOUT_MS = const(600000)  # after the last command
_PATH = __file__.rpartition("link.")[0] + "methods.txt"


class Link:
    """port: read(), a byte or -1 for none; write(view), how many bytes it took; neither waits;
    checked: `*` and four digits of a check sum stand behind each line, both ways.
    board: as start.records has it, and identity(). kept: start.kept."""

    n = 0  # bytes of the line; more than there is room for: it is dropped
    first = held = 0  # what waits in `out`
    lost = 0  # answers and samples that were dropped
    bad = 0  # lines that were refused
    role = 0
    tried = -10000  # when a login was tried last
    heard = 0  # when the last command came
    done = 0, 0  # number and check sum of the last command
    result = None  # and its answer
    mask = 0  # tags that are sent
    period_ms = sampled = 0
    news = False  # the controller has something to look at

    def __init__(self, app, port, board, kept):
        self.app = app
        self.port = port
        self.board = board
        self.kept = kept
        self.line = bytearray(_LINE)
        self.out = bytearray(_OUT)
        self.identity = (app.name, VERSION, app.contract) + board.identity()
        self.table = {}
        with open(_PATH, encoding="utf-8") as lines:
            for line in lines:
                words = line.split(" ", 4)
                if len(words) > 4:
                    self.table[words[0]] = " ".join(words[1:4])  # lists took a KB more
                elif self.table:
                    break  # the methods come first

    def turn(self):
        """Go on. True: ask the controller for a scan."""
        try:
            return self._turn(self.app)
        except Exception:  # for want of memory, or of the stream
            self.lost += 1
            return False

    def _turn(self, app):
        if app.inputs.gate_done != app.outputs.gate_no:
            return False
        if self.held:
            self.first += self.port.write(memoryview(self.out)[self.first : self.held])
            if self.first == self.held:
                self.first = self.held = 0
        if self.mask and not 0 <= self.board.since_ms(self.sampled) < self.period_ms:
            self.sampled = self.board.ticks_ms()
            made = {"ms": self.sampled, "lost": self.lost, "values": read(self, self.mask)}
            self._put({"method": "sample", "params": made})
        for _ in range(_BYTES):
            byte = self.port.read()
            if byte < 0:
                break
            n = self.n
            if byte == 10 or byte == 13:
                self.n = 0
                if n:
                    self._answer(n)
                    break
            elif byte == 3 and not n and not self.port.checked:
                # Ctrl-C, which no request begins with: somebody wants the REPL.
                if in_service(app.unit.state, app.unit.mode):
                    raise KeyboardInterrupt
            elif n <= _LINE:
                if n < _LINE:
                    self.line[n] = byte
                self.n = n + 1
        news = self.news
        self.news = False
        return news

    def _answer(self, n):
        answer = {"id": None}
        try:
            answer["result"] = self._request(n, answer)  # pyright: ignore
        except Exception as error:  # for want of memory, too
            self.bad += 1
            code, data = INTERNAL, repr(error)
            if isinstance(error, RefusedError):
                code, data = error.args
            made = {"code": code, "message": "refused", "data": data}
            answer["error"] = made  # pyright: ignore
        if "id" in answer:
            self._put(answer)

    def _put(self, made):
        made["jsonrpc"] = "2.0"
        text = json.dumps(made)
        if self.port.checked:
            text += f"*{crc32(text.encode()) & 0xFFFF:04X}"
        line = text.encode() + b"\n"
        end = self.held + len(line)
        if end > _OUT:
            self.lost += 1
        else:
            self.out[self.held : end] = line
            self.held = end

    def _request(self, n, answer):
        """Do what a line asks for; `answer` gets its id, or loses it. The result."""
        if n > _LINE:
            raise RefusedError(TOO_LONG, None)
        line = bytes(self.line[:n])
        if self.port.checked:
            line, check = line[:-5], line[-5:]
            if check != f"*{crc32(line) & 0xFFFF:04X}".encode():
                raise RefusedError(DAMAGED, None)
        request = parse(line)
        silent = "id" not in request
        number = request.pop("id", 0)
        if type(number) is not int and (type(number) is not str or len(number) > 32):
            raise RefusedError(NO_REQUEST, "id")
        if not silent:
            answer["id"] = number
        method = request.pop("method", None)
        params = request.pop("params", {})
        if request.pop("jsonrpc", None) != "2.0" or request or type(method) is not str:
            raise RefusedError(NO_REQUEST, None)
        if silent:
            del answer["id"]  # nobody waits for an answer
        if type(params) is not dict:
            raise RefusedError(BAD_PARAMS, None)
        if method not in self.table:
            raise RefusedError(NO_METHOD, None)
        role, at, wanted = self.table[method].split(" ")
        if not 0 <= self.board.since_ms(self.heard) < _LOGOUT_MS:
            self.role = 0
        if self.role < int(role[0]):
            raise RefusedError(NEEDS_ROLE, int(role[0]))
        given = arguments(wanted, params)
        action = DO[int(at)]
        if role[-1] != "!":
            return action(self, *given)
        # A command is done once, also when its line comes again.
        if silent or type(number) is not int:
            raise RefusedError(NO_REQUEST, "id")
        was, now = self.done, (number, crc32(line))
        if now != was:
            if number <= was[0]:
                raise RefusedError(REPLAYED, was[0])
            self.done = now
            try:
                self.result = None
                self.result = action(self, *given)
            except RefusedError:
                self.done = was
                raise
            self.heard = self.board.ticks_ms()
        return self.result
