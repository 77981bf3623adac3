"""One module as a bundle sees it: what it defines, and what its names from elsewhere are."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from host_sim.board.scopes import Place, places


class BundleError(Exception):
    """Modules that cannot be one file: one line with module, line and what is in the way."""


@dataclass
class Member:
    """One module: its tree, what it defines, and what its names from elsewhere are."""

    name: str
    source: str
    tree: ast.Module = field(init=False)
    places: list[Place] = field(init=False)
    globals: set[str] = field(init=False)  # defined here
    modules: dict[str, str] = field(default_factory=dict)  # local name -> module of the tree
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # -> module, its name
    outside: dict[str, tuple[str, str]] = field(default_factory=dict)  # -> module, its name or ""

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.source)
        self.places = list(places(self.tree))

    @property
    def leaf(self) -> str:
        """Last part of its name."""
        return self.name.rpartition(".")[2]

    def link(self, known: Mapping[str, str]) -> None:
        """Find out what its imports are; `known` has the bundle of each module of the tree."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    self.outside[name.asname or name.name] = name.name, ""
            elif isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    local, full = name.asname or name.name, f"{node.module}.{name.name}"
                    if full in known:
                        self.modules[local] = full
                    elif node.module in known:
                        self.taken[local] = node.module, name.name
                    else:
                        self.outside[local] = node.module, name.name
        imported = {*self.modules, *self.taken, *self.outside}
        self.globals = {
            place.name
            for place in self.places
            if place.home.node is self.tree and place.name in place.home.bound - imported
        }
        for place in self.places:
            node = place.node
            stored = not isinstance(getattr(node, "ctx", ast.Store()), ast.Load)
            if place.name in imported and stored:
                line = getattr(node, "lineno", 0)
                raise BundleError(f"{self.name}: line {line}: {place.name} is also imported.")
