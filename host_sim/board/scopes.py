"""Where a source has variables, and which of them are its module's: for renaming them.

Attributes are no variables. What a class's body binds is an attribute.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FUNCTIONS = ast.FunctionDef | ast.Lambda
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Scope:
    """A function, a class or (no parent) a module, and the names that it binds itself."""

    node: ast.AST
    parent: "Scope | None" = None
    bound: set[str] = field(default_factory=set)

    def home(self, name: str) -> "Scope":
        """The scope whose variable a name is here; that of the module where no other has it."""
        here = self
        while here.parent and (
            name not in here.bound or (here is not self and isinstance(here.node, ast.ClassDef))
        ):
            here = here.parent
        return here


@dataclass(frozen=True)
class Place:
    """One mention of a variable: the scope that it belongs to, and the node."""

    name: str
    home: Scope
    node: ast.AST
    in_string: bool = False  # of an f-string: where exactly is not known


def places(tree: ast.Module) -> Iterator[Place]:
    """Every mention of a variable but those in import statements."""
    yield from _of(tree, Scope(tree, None, set(_bound(tree))), False)


def _of(node: ast.AST, scope: Scope, in_string: bool) -> Iterator[Place]:
    if isinstance(node, ast.Name):
        yield Place(node.id, scope.home(node.id), node, in_string)
    elif isinstance(node, ast.arg):
        yield Place(node.arg, scope.home(node.arg), node, in_string)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield Place(node.name, scope.home(node.name), node)
    elif isinstance(node, ast.Global | ast.Nonlocal):
        for name in node.names:
            yield Place(name, scope.home(name), node)
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield Place(node.name, scope.home(node.name), node)
    in_string = in_string or isinstance(node, ast.JoinedStr)
    outer: list[ast.expr] = []
    inner = scope
    if isinstance(node, _FUNCTIONS):
        outer = [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]
        outer += node.decorator_list if isinstance(node, ast.FunctionDef) else []
        inner = Scope(node, scope, set(_bound(node)))
    elif isinstance(node, ast.ClassDef):
        outer = [*node.bases, *node.decorator_list]
        inner = Scope(node, scope, set(_bound(node)))
    elif isinstance(node, _COMPREHENSIONS):
        outer = [node.generators[0].iter]
        inner = Scope(node, scope, set(_bound(node)))
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.arguments):
            for arg in (*child.posonlyargs, *child.args, *child.kwonlyargs):
                yield from _of(arg, inner, in_string)
            for arg in (child.vararg, child.kwarg):
                if arg:
                    yield from _of(arg, inner, in_string)
        elif isinstance(child, ast.comprehension):
            for part in ast.iter_child_nodes(child):
                yield from _of(part, scope if part in outer else inner, in_string)
        elif child not in outer:
            yield from _of(child, inner, in_string)
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
        for each in outer:
            yield from _of(each, scope, in_string)


def _bound(scope: ast.AST) -> Iterator[str]:
    """Names that a scope binds itself, those of inner ones and global ones left out."""
    if isinstance(scope, _FUNCTIONS):
        for node in ast.walk(scope.args):
            if isinstance(node, ast.arg):
                yield node.arg
    elsewhere: set[str] = set()
    found: set[str] = set()
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.arguments):
            continue
        if isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere.update(node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
            found.update({node.name} if node.name else ())
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(name.asname or name.name.partition(".")[0] for name in node.names)
        if not isinstance(node, _FUNCTIONS | ast.ClassDef | _COMPREHENSIONS):
            todo.extend(ast.iter_child_nodes(node))
    yield from found - elsewhere


class Editor:
    """A source whose places get other texts; every line keeps its number."""

    def __init__(self, source: str) -> None:
        self._lines = [line.encode() for line in source.splitlines(keepends=True)]
        self._edits: dict[tuple[int, int, int, int], str] = {}

    def replace(self, node: ast.expr | ast.stmt, new: str) -> None:
        """Put a text in place of a whole node."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        span = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        self._edits[span] = new + "\n" * (node.end_lineno - node.lineno - new.count("\n"))

    def rename(self, node: ast.AST, old: str, new: str) -> None:
        """Give a variable or an attribute, where a node names it, another name."""
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [new if name == old else name for name in node.names]
            self.replace(node, ast.unparse(node))
            return
        row, start = _where(node, old, self._lines)
        self._edits[row, start, row, start + len(old.encode())] = new

    def text(self) -> str:
        """The source as it is now."""
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line))
        text = b"".join(self._lines)
        for (row, start, last, stop), new in sorted(self._edits.items(), reverse=True):
            before, after = starts[row - 1] + start, starts[last - 1] + stop
            text = text[:before] + new.encode() + text[after:]
        return text.decode()


def _where(node: ast.AST, name: str, lines: list[bytes]) -> tuple[int, int]:
    """Line and byte in it at which a node has its name."""
    if isinstance(node, ast.Attribute):
        assert node.end_lineno is not None and node.end_col_offset is not None
        return node.end_lineno, node.end_col_offset - len(name.encode())
    assert isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword | ast.ExceptHandler)
    start = node.col_offset
    if isinstance(node, ast.FunctionDef):
        start += len("def ")
    elif isinstance(node, ast.ClassDef):
        start += len("class ")
    elif isinstance(node, ast.ExceptHandler):
        found = re.compile(rb"\bas ").search(lines[node.lineno - 1], start)
        assert found
        start = found.end()
    return node.lineno, start
