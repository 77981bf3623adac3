"""Writes one module as its bundle needs it: names of the bundle in place of imports from it."""

import ast
from collections.abc import Mapping

from host_sim.board.member import BundleError, Member
from host_sim.board.scopes import Editor
from host_sim.board.unique import Globals


class Rewriter(ast.NodeTransformer):
    """Writes one module as its bundle needs it."""

    def __init__(
        self, member: Member, home: Mapping[str, str], new: Globals, imported: set[str]
    ) -> None:
        self.member, self.home, self.new, self.imported = member, home, new, imported
        self.bundle = home[member.name]
        self.editor = Editor(member.source)
        self.inside = {
            each for node in member.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
            for each in ast.walk(node)
        }  # fmt: skip
        self.local = {
            name.asname or name.name
            for node in self.inside
            if isinstance(node, ast.ImportFrom | ast.Import)
            for name in node.names
        }
        self.at = {place.node: place for place in member.places}

    def text(self) -> str:
        """The whole text."""
        for place in self.member.places:
            if isinstance(place.node, ast.Name) or place.in_string:
                continue
            if place.home.node is self.member.tree and place.name in self.member.globals:
                new = self.new[self.member.name, place.name]
                if new != place.name:
                    self.editor.rename(place.node, place.name, new)
        for node in ast.walk(self.member.tree):
            if isinstance(node, ast.ImportFrom | ast.Import):
                self._import(node)
        self.visit(self.member.tree)
        return self.editor.text()

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Where names in it stand is not known: it is written anew."""
        before = ast.dump(node)
        editor, self.editor = self.editor, Editor("")
        self.generic_visit(node)
        self.editor = editor
        if ast.dump(node) != before:
            self.editor.replace(node, ast.unparse(node))
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`module.name` is a name in its bundle, and `bundle.name` elsewhere."""
        if not isinstance(node.value, ast.Name) or node.value.id not in self.member.modules:
            return self.generic_visit(node)
        module = self.member.modules[node.value.id]
        name = self.new.get((module, node.attr), node.attr)
        if self.home[module] == self.bundle:
            made: ast.expr = ast.Name(name, node.ctx)
        else:
            made = ast.Attribute(
                ast.Name(self._of_module(node.value.id), ast.Load()), name, node.ctx
            )
        self._replace(node, made)
        return made

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A global, its own or imported."""
        member, place = self.member, self.at[node]
        name = node.id
        if name in member.modules:
            if self.home[member.modules[name]] == self.bundle:
                raise BundleError(
                    f"{member.name}: line {node.lineno}: {name} is a module of the same file: "
                    "it can only be asked for a name."
                )
            new = self._of_module(name)
        elif name in member.taken:
            new = self._taken(name)
        elif name in member.outside or name in member.globals:
            in_module = place.home.node is member.tree
            new = self.new[member.name, name] if in_module else name
        else:
            return node
        if new != name:
            made = ast.Name(new, node.ctx)
            self._replace(node, made)
            return made
        return node

    def _of_module(self, local: str) -> str:
        """What another bundle is called here."""
        return local if local in self.local else self.new[self.member.name, local]

    def _taken(self, local: str) -> str:
        """What a name of another module is called here."""
        module, name = self.member.taken[local]
        if self.home[module] == self.bundle:
            return self.new.get((module, name), name)
        return local if local in self.local else self.new[self.member.name, local]

    def _replace(self, node: ast.expr, made: ast.expr) -> None:
        self.editor.replace(node, ast.unparse(made))

    def _import(self, node: ast.ImportFrom | ast.Import) -> None:
        """Keep what comes from elsewhere, under the names that it has here; once in a bundle."""
        lines = []
        for name in node.names:
            made = self._imported(name.asname or name.name)
            if made and (node in self.inside or made not in self.imported):
                lines.append(made)
                if node not in self.inside:
                    self.imported.add(made)
        self.editor.replace(node, "; ".join(lines) or ("pass" if node.col_offset else ""))

    def _imported(self, local: str) -> str:
        """The statement that imports one name; none for what is in the same bundle."""
        member = self.member
        if local in member.outside:
            module, own = member.outside[local]
            new = local if local in self.local else self.new[member.name, local]
            start = f"from {module} import" if own else "import"
            return f"{start} {_renamed(own or module, new)}"
        module = member.modules.get(local) or member.taken[local][0]
        bundle = self.home[module]
        if bundle == self.bundle:
            return ""
        if local in member.modules:
            room, _, leaf = bundle.rpartition(".")
            return f"from {room} import {_renamed(leaf, self._of_module(local))}"
        own = self.new.get(member.taken[local], member.taken[local][1])
        return f"from {bundle} import {_renamed(own, self._taken(local))}"


def _renamed(name: str, new: str) -> str:
    return name if name == new else f"{name} as {new}"
