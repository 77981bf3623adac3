"""A board's traceback with the names of the sources, for people.

Function names are never the same in one file of the board, so they are certain. Which source a
function is in is certain, too, unless several modules of a file have one of that name and nothing
tells them apart: the line, where the board has line numbers, or what the function calls.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

_FRAME = re.compile(r'^( *File ")(?:.*/)?(\w+)(?:\.m?py)?(", line )(\d+)(, in )(.+?)(\r?\n?)$')
# What else has a name: the exception, and what it quotes
_NAMES = re.compile(r"^\w+(?=:|\r?$)|(?<=')\w+(?=')", re.MULTILINE)
_FIRST_LINE = 1  # of everything where there are no line numbers


@dataclass(frozen=True)
class Source:
    """One module as a board has it."""

    module: str  # "controller.horn"
    names: Mapping[str, str]  # letters -> name
    lines: int = 0
    # By function's letters the names that it mentions
    functions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, module: str, names: Mapping[str, str], text: str) -> Self:
        """What a traceback may ask of a text with short names."""
        functions: dict[str, frozenset[str]] = {}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                functions[node.name] = functions.get(node.name, frozenset()) | {*_mentioned(node)}
        return cls(module, names, len(text.splitlines()), functions)

    @property
    def path(self) -> str:
        """Its file in firmware/."""
        return self.module.replace(".", "/") + ".py"


Names = dict[str, list[Source]]  # by file, in the order in which the file has them


@dataclass
class _Frame:
    """A line of a traceback: what it says, and the modules that it may mean."""

    line: int
    function: str
    sources: Sequence[Source]


def lengthen(traceback: str, names: Names) -> str:
    """A board's traceback with its names as the sources have them.

    names: by what a traceback calls a file, the last part of its name.
    """
    lines = traceback.splitlines(keepends=True)
    frames: dict[int, _Frame] = {}
    for row, line in enumerate(lines):
        if found := _FRAME.match(line):
            frames[row] = _frame(int(found[4]), found[6], names.get(found[2], []))
            if row - 1 in frames:
                _narrow(frames[row - 1], {found[6]})
        elif row - 1 in frames:
            _narrow(frames[row - 1], {*re.findall(r"'(\w+)'", line)})
    said: Sequence[Source] = ()
    for row, line in enumerate(lines):
        frame = frames.get(row)
        if frame is None:
            lines[row] = _NAMES.sub(lambda found: _name(found[0], said), line)  # noqa: B023
            continue
        said = frame.sources
        if said and (found := _FRAME.match(line)):
            function = _name(frame.function, said)
            lines[row] = (
                f"{found[1]}{_paths(said)}{found[3]}{frame.line}{found[5]}{function}{found[7]}"
            )
    return "".join(lines)


def _frame(line: int, function: str, sources: Sequence[Source]) -> _Frame:
    """The modules by their lines, or by the function's name."""
    if line > _FIRST_LINE:
        left = line
        for source in sources:
            if left <= source.lines or source is sources[-1]:
                return _Frame(left, function, [source])
            left -= source.lines
    having = [source for source in sources if function in source.functions]
    # A module's own code, and what has no name, may be of any: the last gave the file its name.
    return _Frame(line, function, having or list(sources[-1:]))


def _narrow(frame: _Frame, called: set[str]) -> None:
    """Leave those modules whose function mentions what was called next, if there are any."""
    fits = [each for each in frame.sources if called & each.functions.get(frame.function, set())]
    frame.sources = fits or frame.sources


def _name(letters: str, sources: Sequence[Source]) -> str:
    """What letters mean in modules; several names where it depends."""
    meant = dict.fromkeys(source.names.get(letters, letters) for source in sources)
    return " or ".join(meant) or letters


def _paths(sources: Sequence[Source]) -> str:
    return " or ".join(source.path for source in sources)


def _mentioned(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
