"""Gives the variables of functions one letter each: arguments are names in a .mpy, too.

Each function begins with `a` again, so that all of them need few letters. Names by which an
argument is given in a call stay, and what stands in an f-string; `shorten` has those.
"""

import ast
import string
from collections.abc import Collection, Mapping

from host_sim.board.scopes import Editor, Place, Scope, places

LETTERS = string.ascii_letters


def short_locals(sources: Mapping[str, str], keep: Collection[str] = ()) -> dict[str, str]:
    """The sources with short names inside of functions; every line keeps its number.

    Args:
        sources: text by dotted name of module, of all files that call each other.
        keep: names that stay.
    """
    trees = {name: ast.parse(text) for name, text in sources.items()}
    kept = {*keep, *(each for tree in trees.values() for each in _keywords(tree))}
    return {name: _renamed(sources[name], tree, kept) for name, tree in trees.items()}


def _keywords(tree: ast.Module) -> set[str]:
    """Names by which arguments are given."""
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}


def _decorated(tree: ast.Module) -> set[int]:
    """Functions, and what is in them, that somebody else reads: the assembler of PIO."""
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.decorator_list
        for inner in ast.walk(node)
    }


def _imported(function: ast.AST) -> set[str]:
    """Names that imports in a function bind."""
    return {
        name.asname or name.name
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in node.names
    }


def _renamed(source: str, tree: ast.Module, keep: Collection[str]) -> str:
    by_home: dict[int, list[Place]] = {}
    homes: dict[int, Scope] = {}
    for place in places(tree):
        homes[id(place.home)] = place.home
        by_home.setdefault(id(place.home), []).append(place)
    editor = Editor(source)
    shut = _decorated(tree)
    letters: dict[tuple[int, str], str] = {}
    for key, home in homes.items():
        if isinstance(home.node, ast.Module | ast.ClassDef) or id(home.node) in shut:
            continue
        mine = by_home[key]
        stay = {*keep, *_imported(home.node)}
        # A traceback has the name of a function in a function.
        stay.update(
            each.name for each in mine if each.in_string or isinstance(each.node, ast.FunctionDef)
        )
        inside = {id(node) for node in ast.walk(home.node)}
        used = {
            letters.get((id(each.home), each.name), each.name)
            for others in by_home.values()
            for each in others
            if id(each.node) in inside and (each.home is not home or each.name in stay)
        }
        free = (letter for letter in LETTERS if letter not in used)
        for name in dict.fromkeys(each.name for each in mine):
            new = name if name in stay else next(free, name)
            letters[key, name] = new
        for place in mine:
            new = letters[key, place.name]
            if new != place.name:
                editor.rename(place.node, place.name, new)
    return editor.text()
