"""Reads a line as a request, strictly, and its parameters. Called by link, idle context."""

import json

from micropython import const

# Codes of JSON-RPC 2.0, and from -32000 down those of this link; methods.txt has their meaning.
NOT_JSON = const(-32700)
NO_REQUEST = const(-32600)
NO_METHOD = const(-32601)
BAD_PARAMS = const(-32602)
INTERNAL = const(-32603)
DAMAGED = const(-32000)
TOO_LONG = const(-32001)
NEEDS_ROLE = const(-32002)
WRONG_PIN = const(-32003)
WRONG_STATE = const(-32004)
BUSY = const(-32005)
OUT_OF_BOUNDS = const(-32006)
REPLAYED = const(-32007)


class RefusedError(Exception):
    """RefusedError(code, data): nothing has changed. `data`: what the sender has to know."""


def parse(line):
    """The object in a line (bytes), as a dict. Raises RefusedError."""
    if line.count(b"{") + line.count(b"[") > 2:
        raise RefusedError(NO_REQUEST, "brackets")  # a request has two; more may be too deep
    try:
        text = str(line, "utf-8")
        made = json.loads(text)
    except ValueError:
        raise RefusedError(NOT_JSON, None)
    # A board's json forgives separators and leading zeros, everybody's a key that comes twice:
    # what was read has to be as long as what was written, and members a text, a colon, a value.
    text = text.replace(" ", "")
    again = json.dumps(made).replace(" ", "")
    same = type(made) is dict and max(line) < 128 and b"\\" not in line and text[0] == "{"
    members = '"'.join(text.split('"')[::2])[1:]  # a text is a quotation mark
    for each in members.replace(':{"', ':0,"').split(","):
        if each[:2] != '":' or ":" in each[2:] or len(each) < 3:
            same = False
    if members.count("[") != members.count("]") or text.count(":") != again.count(":"):
        same = False
    if not same or len(text) != len(again):
        raise RefusedError(NO_REQUEST, None)
    return made


def arguments(wanted, given):
    """The values of a row of the table, taken from a request's parameters. Raises RefusedError."""
    values = []
    for each in wanted.split(","):
        words = each.split(":")  # name, kind, least, most, default; with one bound it is the value
        if len(words) == 3:
            values.append(int(words[2]))
        elif len(words) > 1:
            name, kind = words[:2]
            value = given.pop(name, int(words[4]) if len(words) > 4 else None)
            if kind != "v":
                if type(value) is not (str if kind == "t" else int):
                    raise RefusedError(BAD_PARAMS, name)
                measure = len(value) if kind == "t" else value  # pyright: ignore
                if not int(words[2]) <= measure <= int(words[3]):  # pyright: ignore
                    raise RefusedError(OUT_OF_BOUNDS, name)
            values.append(value)
    if given:
        raise RefusedError(BAD_PARAMS, list(given))
    return values
