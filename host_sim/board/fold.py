"""Folds integer constants of one firmware module into the others before they are compiled.

mpy-cross folds `const` only within its own file, and keeps each public one as a global: two
entries of names in every file, a dict entry and a look-up at each use. Here every constant that is
an integer is written where it is used, and its definition and import go. Lines keep their numbers.
"""

import ast
from collections.abc import Collection, Iterator, Mapping

from host_sim.board.constants import Module, definition, named, read

Edits = list[tuple[ast.expr | ast.stmt, str]]  # what stands in place of a node


class FoldError(Exception):
    """A file that cannot be folded: one line with file, line and the way out."""


def fold(sources: Mapping[str, str], wanted: Collection[str] | None = None) -> dict[str, str]:
    """Folded sources of `wanted` (None: all) by dotted name, without those left empty.

    In f-strings names stay as they are.

    Raises:
        FoldError: a constant is hidden by another name, or another file's stands in an f-string.
    """
    modules = read(sources)
    folded = {}
    for module in modules.values():
        if wanted is not None and module.name not in wanted:
            continue
        _refuse_hidden(module, modules)
        text = _rewrite(module, modules)
        if not _is_text(ast.parse(text)):
            folded[module.name] = text
    return folded


def _bound(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that something binds, with its line; imports apart."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, line
        elif isinstance(node, ast.arg):
            yield node.arg, line
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
            yield node.name, line


def _refuse_hidden(module: Module, modules: Mapping[str, Module]) -> None:
    """A constant has one meaning in its file, or it is not folded behind the reader's back."""
    seen: set[str] = set()
    taken = {name for name, (home, far) in module.taken.items() if far in modules[home].values}
    for name, line in _bound(module.tree):
        twice = name in module.values and name in seen
        if twice or name in module.aliases or name in taken:
            raise FoldError(f"{module.name}: line {line}: {name} is also a constant or a module.")
        seen.add(name)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name in modules and modules[name.name].values:
                    raise FoldError(
                        f"{module.name}: line {node.lineno}: import {name.name}, with constants: "
                        "write `from ... import ...`."
                    )
    for node in _in_strings(module.tree):
        own = isinstance(node, ast.Name) and node.id in module.values
        if not own and named(node, module, modules) is not None:
            raise FoldError(
                f"{module.name}: {ast.unparse(node)} of another file in an f-string. "
                "Give it a name outside."
            )


def _in_strings(tree: ast.Module) -> Iterator[ast.AST]:
    """What stands in f-strings: where exactly is not known."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from ast.walk(node)


def _rewrite(module: Module, modules: Mapping[str, Module]) -> str:
    """The file with values in place of names, without what nobody needs any more."""
    edits: Edits = []
    in_strings = {node.id for node in _in_strings(module.tree) if isinstance(node, ast.Name)}
    kept = set(in_strings)  # names that are still looked up

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.JoinedStr):
            return
        value = named(node, module, modules)
        if value is not None and isinstance(node, ast.Name | ast.Attribute):
            edits.append((node, str(value) if value >= 0 else f"({value})"))
            return
        if isinstance(node, ast.Name):
            kept.add(node.id)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for node in module.tree.body:
        found = definition(node)
        if not found or found[0] not in module.values:
            visit(node)
        elif found[0] not in in_strings:
            edits.append((node, ""))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            _trim(node, module, modules, kept, edits)
    return _edited(module.source, edits)


def _trim(
    node: ast.ImportFrom,
    module: Module,
    modules: Mapping[str, Module],
    kept: set[str],
    edits: Edits,
) -> None:
    """Take out of an import what is folded, and modules of which nothing else is used."""
    left = []
    for name in node.names:
        local = name.asname or name.name
        is_folded = named(ast.Name(local), module, modules) is not None
        is_idle = local in module.aliases or (node.module, name.name) == ("micropython", "const")
        if not is_folded and (local in kept or not is_idle):
            left.append(name)
    if len(left) < len(node.names):
        names = ", ".join(ast.unparse(name) for name in left)
        edits.append((node, f"from {node.module} import {names}" if left else ""))


def _edited(source: str, edits: Edits) -> str:
    """The source with nodes replaced by texts; every line keeps its number."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = b"".join(lines)
    for node, new in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset))[::-1]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        stop = starts[node.end_lineno - 1] + node.end_col_offset
        if isinstance(node, ast.stmt):
            new += "\n" * (node.end_lineno - node.lineno) if new else ""
            if not new:
                new = "pass" if node.col_offset else ""
                new += "\n" * (node.end_lineno - node.lineno)
        text = text[:start] + new.encode() + text[stop:]
    return text.decode()


def _is_text(tree: ast.Module) -> bool:
    """Nothing but docstrings is left, of the file and of its classes."""

    def silent(node: ast.stmt) -> bool:
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        return isinstance(node, ast.ClassDef) and all(silent(each) for each in node.body)

    return all(silent(node) for node in tree.body)
