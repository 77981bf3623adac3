"""Which names of the firmware are integer constants, and what they are worth.

A constant is one capital name that its module defines once, at its top, as an expression of
integers and of other constants, its own or another module's; with `const` or without.
"""

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

Values = dict[str, int]

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}


@dataclass
class Module:
    """One file: its syntax tree and what it calls the constants of others."""

    name: str  # "controller.horn"
    source: str
    tree: ast.Module = field(init=False)
    values: Values = field(default_factory=dict)  # own constants
    aliases: dict[str, str] = field(default_factory=dict)  # local name -> module
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> module, its name

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.source)


def read(sources: Mapping[str, str]) -> dict[str, Module]:
    """Every module by its dotted name, with its constants."""
    modules = {name: Module(name, source) for name, source in sources.items()}
    for module in modules.values():
        _link(module, modules)
    while any(_find(module, modules) for module in modules.values()):
        pass
    return modules


def _link(module: Module, modules: Mapping[str, Module]) -> None:
    """Which names of this file are modules, and which come from modules."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                local = name.asname or name.name
                if f"{node.module}.{name.name}" in modules:
                    module.aliases[local] = f"{node.module}.{name.name}"
                elif node.module in modules:
                    module.taken[local] = (node.module, name.name)


def definition(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """Name and value of a constant's definition: one capital name, `const(...)` or plain."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or not target.id.isupper():
        return None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id != "const" or len(value.args) != 1:
            return None
        value = value.args[0]
    return target.id, value


def _find(module: Module, modules: Mapping[str, Module]) -> bool:
    """Add constants that can be worked out now. True when there was a new one."""
    before = len(module.values)
    for node in module.tree.body:
        found = definition(node)
        if found and found[0] not in module.values:
            value = _value(found[1], module, modules)
            if value is not None:
                module.values[found[0]] = value
    return len(module.values) > before


def named(node: ast.AST, module: Module, modules: Mapping[str, Module]) -> int | None:
    """The value of a name or attribute that is a constant."""
    if isinstance(node, ast.Name):
        if node.id in module.values:
            return module.values[node.id]
        home, name = module.taken.get(node.id, ("", ""))
        return modules[home].values.get(name) if home else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        home = module.aliases.get(node.value.id, "")
        return modules[home].values.get(node.attr) if home else None
    return None


def _value(node: ast.expr, module: Module, modules: Mapping[str, Module]) -> int | None:
    """The integer that an expression of constants is, else None."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Invert):
        value = _value(node.operand, module, modules)
        if value is None:
            return None
        return -value if isinstance(node.op, ast.USub) else ~value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left = _value(node.left, module, modules)
        right = _value(node.right, module, modules)
        if left is None or right is None:
            return None
        return _OPERATORS[type(node.op)](left, right)
    return named(node, module, modules)
