"""Which names may have the same letters, so that a board needs few: it pays for each in RAM.

Two names never share letters where one could be taken for the other: in one module, and on one
object, whose attributes are named in its class's module and in those of the classes above. So in
each module letters mean one name, and a traceback can be read.
"""

import ast
import keyword
import string
from collections.abc import Collection, Iterator, Mapping

from host_sim.board.local_names import LETTERS

_TWO = [a + b for a in LETTERS for b in LETTERS + string.digits]


def letters(
    names: Collection[str],
    words: Mapping[str, Collection[str]],
    trees: Mapping[str, ast.Module],
    together: Mapping[str, str],
) -> dict[str, str]:
    """One or two letters for each name: the first that none of its modules has.

    Names that most modules have come first. A name that is nothing but an attribute may have one
    letter, as variables of functions do.

    Args:
        names: to be shortened.
        words: every name that a module has, by module.
        trees: the same modules.
        together: the file of each module; what modules of one file define at their tops is apart.
    """
    variables = _variables(trees)
    stay = set().union(*words.values()) - {*names} | {*keyword.kwlist}
    two = [each for each in _TWO if each not in stay]
    attributes = _attributes(trees)
    one = [each for each in LETTERS if each not in attributes]
    heirs, loose = _heirs(trees), _loose(trees)
    rooms: dict[str, set[str]] = {name: set() for name in names}
    for module, has in words.items():
        for name in rooms.keys() & has:
            rooms[name] |= {module, *heirs.get(module, ())}
    for name in loose & rooms.keys():
        rooms[name] = set(words)
    for module, tree in trees.items():
        for name in rooms.keys() & set(_tops(tree)):
            rooms[name].add(f"top of {together[module]}")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name in rooms:
                rooms[node.name].add(f"functions of {together[module]}")
    used: dict[str, set[str]] = {}
    short: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (-len(rooms[name]), name)):
        taken = set().union(*(used.get(room, ()) for room in rooms[name]))
        free = two if name in variables else [*one, *two]
        short[name] = next(each for each in free if each not in taken)
        for room in rooms[name]:
            used.setdefault(room, set()).add(short[name])
    return short


def _attributes(trees: Mapping[str, ast.Module]) -> set[str]:
    """Names that are attributes or methods somewhere."""
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        node.name for node in nodes if isinstance(node, ast.FunctionDef)
    }


def _variables(trees: Mapping[str, ast.Module]) -> set[str]:
    """Names that are not only attributes and methods."""
    found: set[str] = set()
    for tree in trees.values():
        methods = {
            each for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for each in node.body
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.arg | ast.keyword) and node.arg:
                found.add(node.arg)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found.update(
                    each for name in node.names for each in (name.name, name.asname or "")
                )
            elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node not in methods:
                found.add(node.name)
    return found


def _tops(tree: ast.Module) -> Iterator[str]:
    """What a module defines at its top."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name.asname or name.name for name in node.names)
        for inner in (
            ast.walk(node) if not isinstance(node, ast.FunctionDef | ast.ClassDef) else ()
        ):
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                yield inner.id


def _heirs(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """By module those with classes that are derived from one of its classes, at any remove."""
    heirs: dict[str, set[str]] = {}
    homes: dict[str, set[str]] = {}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, set()).add(module)
    for module, tree in trees.items():
        called = {
            name.asname: name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        for node in ast.walk(tree):
            for base in node.bases if isinstance(node, ast.ClassDef) else ():
                if isinstance(base, ast.Name):
                    for home in homes.get(called.get(base.id, base.id), ()):
                        heirs.setdefault(home, set()).add(module)
    for _ in heirs:
        for found in heirs.values():
            found.update(*(heirs.get(each, ()) for each in list(found)))
    return heirs


def _loose(trees: Mapping[str, ast.Module]) -> set[str]:
    """Attributes that are set from outside alone: nobody can tell of which class they are."""
    declared: set[str] = set()
    stored: set[str] = set()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                declared.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                stored.add(node.attr)
            elif isinstance(node, ast.ClassDef):
                for each in node.body:
                    declared.update(_of_class(each))
    return stored - declared


def _of_class(node: ast.stmt) -> Iterator[str]:
    """Attributes that a statement of a class's body gives it or its objects."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(node, ast.Assign):
            yield inner.id
        elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            first = node.args.args[0].arg if isinstance(node, ast.FunctionDef) else ""
            if isinstance(inner.value, ast.Name) and inner.value.id == first:
                yield inner.attr
