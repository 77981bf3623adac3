"""Which names may have the same letters, so that a board needs few: it pays for each in RAM.

Two names never share letters where one could be taken for the other: in one module, and on one
object, whose attributes are named in its class's module and in those of the classes above. So in
each module letters mean one name, and a traceback can be read.
"""

import ast
import string
import zlib
from collections.abc import Collection, Mapping

_FEW = 128  # letters that are tried first; the largest modules have half as many names

_ONE = string.ascii_letters
_ALL = [*_ONE, *(a + b for a in _ONE for b in _ONE + string.digits)]


def letters(
    names: Collection[str],
    words: Mapping[str, Collection[str]],
    trees: Mapping[str, ast.Module],
    taken: Collection[str],
) -> dict[str, str]:
    """One or two letters for each name.

    They come from the name, as far as no other wants the same ones, so that a change in one module
    leaves most others as they are.

    Args:
        names: to be shortened.
        words: every name that a module has, by module.
        trees: the same modules.
        taken: what no name may become.
    """
    free = [each for each in _ALL if each not in taken]
    heirs, loose = _heirs(trees), _loose(trees)
    used: dict[str, set[str]] = {module: set() for module in words}
    short: dict[str, str] = {}
    for name in sorted(names):
        rooms = {module for module, has in words.items() if name in has}
        rooms |= {heir for module in rooms for heir in heirs.get(module, ())}
        if name in loose:
            rooms = set(words)
        turn = 0
        while True:
            new = free[zlib.crc32(f"{name}{turn}".encode()) % (_FEW + turn)]
            if not any(new in used[room] for room in rooms):
                break
            turn += 1
        short[name] = new
        for room in rooms:
            used[room].add(new)
    return short


def _heirs(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """By module those with classes that are derived from one of its classes, at any remove."""
    heirs: dict[str, set[str]] = {}
    for module, tree in trees.items():
        homes = {
            name.asname or name.name: node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module and node.module in trees
            for name in node.names
        }
        for node in ast.walk(tree):
            for base in node.bases if isinstance(node, ast.ClassDef) else ():
                if isinstance(base, ast.Name) and base.id in homes:
                    heirs.setdefault(homes[base.id], set()).add(module)
    for _ in heirs:
        for found in heirs.values():
            found.update(*(heirs.get(each, ()) for each in list(found)))
    return heirs


def _loose(trees: Mapping[str, ast.Module]) -> set[str]:
    """Attributes that are set from outside alone: nobody can tell of which class they are."""
    declared: set[str] = set()
    from_outside: set[str] = set()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                declared.add(node.name)
            elif isinstance(node, ast.ClassDef):
                declared.update(
                    target.id
                    for each in node.body
                    if isinstance(each, ast.Assign)
                    for target in each.targets
                    if isinstance(target, ast.Name)
                )
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                of_self = isinstance(node.value, ast.Name) and node.value.id == "self"
                (declared if of_self else from_outside).add(node.attr)
    return from_outside - declared
