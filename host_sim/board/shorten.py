"""Gives the firmware's own names one or two letters before they are compiled.

A .mpy holds every name that it looks up as text, and a board keeps each in RAM: names were a third
of the files. Names of files, of MicroPython's objects and of what is looked up by a string stay.
"""

import array
import ast
import builtins
import io
import keyword
import re
import tokenize
from collections.abc import Collection, Iterator, Mapping, Sequence

from host_sim.board.lengthen import Names, Source
from host_sim.board.letters import letters
from host_sim.board.local_names import short_locals

# What the firmware defines under a name that objects of MicroPython's have, too: nobody can tell
# from the sources whose is meant. tests/test_shorten.py holds the list against the stubs.
OUTSIDE = frozenset(
    """
    abort active alarm build channel code data delay enable end error feed flags high lines low
    path poll put quiet register reset restart scan serial size step stop system ticks_ms total
    word
    """.split()  # noqa: SIM905
)

_BUILT_IN = {
    name
    for kind in (str, bytes, bytearray, list, dict, set, int, memoryview, io.FileIO, array.array)
    for name in dir(kind)
} | {*dir(builtins), *keyword.kwlist}

_LOOK_UPS = {"getattr", "setattr", "hasattr", "delattr"}


def shorten(
    sources: Mapping[str, str],
    keep: Collection[str] = (),
    together: Mapping[str, Sequence[str]] | None = None,
) -> tuple[dict[str, str], Names]:
    """Sources with short names, and the names behind them.

    Args:
        sources: text by dotted name of module, of all files that call each other.
        keep: names that others call.
        together: the modules of each file in their order, by the name of the file; without, each
            module is a file of its own.
    """
    files = {name: [name] for name in sources} if together is None else together
    sources = short_locals(sources, keep)
    own: set[str] = set()
    kept = {*OUTSIDE, *_BUILT_IN, *keep}
    trees = {name: ast.parse(text) for name, text in sources.items()}
    for file in files:
        kept.update(file.split("."))
    for tree in trees.values():
        own.update(_defined(tree))
        kept.update(_by_string(tree), _of_pio(tree))
    for tree in trees.values():
        kept.update(_keywords(tree, own - kept))
    long = {name for name in own - kept if len(name) > 2 and not name.startswith("__")}
    has = {name: set(words(text)) for name, text in sources.items()}
    short = letters(long, has, trees, {name: file for file in files for name in files[file]})
    texts = {name: _renamed(text, short) for name, text in sources.items()}
    names: Names = {}
    for file, members in files.items():
        here = names[file] = []
        for module in members:
            letter_of = {short[name]: name for name in has[module] & long}
            here.append(Source.of(module, letter_of, texts[module]))
    return texts, names


def words(text: str) -> Iterator[str]:
    """Every name that a source has."""
    for token in _tokens(text):
        if token.type == tokenize.NAME:
            yield token.string
        elif _is_f_string(token):
            for node in ast.walk(ast.parse(token.string, mode="eval")):
                yield from _names(node)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def _is_f_string(token: tokenize.TokenInfo) -> bool:
    """One token up to Python 3.11; its braces are tokens of their own later."""
    return token.type == tokenize.STRING and token.string[0] in "fF"


def _names(node: ast.AST) -> Iterator[str]:
    """The name that a node is or has."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword) and node.arg:
        yield node.arg


def _defined(tree: ast.Module) -> Iterator[str]:
    """Functions, classes, arguments, attributes, variables, and what imports are called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (name.asname for name in node.names if name.asname)
        elif isinstance(node, ast.arg) or not isinstance(
            getattr(node, "ctx", ast.Load()), ast.Load
        ):
            yield from _names(node)


def _by_string(tree: ast.Module) -> Iterator[str]:
    """Names that are spelled in a file which looks attributes up by string."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    if any(isinstance(func, ast.Name) and func.id in _LOOK_UPS for func in calls):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(r"\w+", node.value)


def _of_pio(tree: ast.Module) -> Iterator[str]:
    """Names in PIO programs: the assembler's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            for inner in ast.walk(node):
                yield from _names(inner)


def _keywords(tree: ast.Module, own: set[str]) -> Iterator[str]:
    """Names of arguments in calls of what is not `own`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not own & set(_names(node.func)):
            yield from (each.arg for each in node.keywords if each.arg)


def _renamed(text: str, short: Mapping[str, str]) -> str:
    """The file with its names replaced; every line keeps its number."""
    lines = text.splitlines(keepends=True)
    for token in reversed(_tokens(text)):
        if token.type == tokenize.NAME:
            new = short.get(token.string, token.string)
        elif _is_f_string(token):
            new = _renamed_f_string(token.string, short)
        else:
            continue
        (row, start), (_, stop) = token.start, token.end
        line = lines[row - 1]
        lines[row - 1] = line[:start] + new + line[stop:]
    return "".join(lines)


def _renamed_f_string(text: str, short: Mapping[str, str]) -> str:
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = short.get(node.id, node.id)
        elif isinstance(node, ast.Attribute):
            node.attr = short.get(node.attr, node.attr)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            node.arg = short.get(node.arg, node.arg)
    return ast.unparse(tree)
