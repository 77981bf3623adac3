"""Makes one file of modules that are always needed together.

Each .mpy pays for a header, for a table of the names that it looks up, for its imports, and in RAM
for a dict with an entry for every name that it imports. In a bundle one module calls another's
names as its own: names that two modules have, or that something local has, get their module's in
front. A module's text stays by itself, with its lines, until `joined`.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

from host_sim.board.member import BundleError, Member
from host_sim.board.rewrite import Rewriter
from host_sim.board.unique import Globals, unique

# Leader, whose name the file has -> the others in it. A station that a machine may do without,
# what is forgotten after the start, and what has to work alone are files of their own.
BUNDLES: Mapping[str, Sequence[str]] = {
    "controller.app": """
        alarm_codes alarm_states alarms blocks clock conveyor coordinator events feed horn
        housekeeping image interlocks journal line modes mold_check order pacing packml panel part
        piece_eye roles scan sequence sequencer signals stack_light statistics supervision supply
        tracking weld_monitor weld_program weld_record
        """.split(),  # noqa: SIM905
    "controller.config": ["feasible", "schema", "wording", "start.load"],
    "hal.rp2.hal": [
        "capture", "gate", "levels", "port", "profile", "programs", "train", "watchdog",
    ],
    "hal.rp2.io_map": ["ramp"],
    "link.link": ["methods", "request", "controller.tags"],
    "start.run": ["decide", "kept", "records"],
    "store.store": ["files", "frame", "journal_file", "may_write", "ring"],
}  # fmt: skip


def bundles(wanted: Mapping[str, str]) -> dict[str, list[str]]:
    """Modules of each file by the name of the file; `wanted`: those that there are."""
    found: dict[str, list[str]] = {}
    inside: set[str] = set()
    for leader, others in BUNDLES.items():
        room = leader.rpartition(".")[0]
        full = [name if "." in name else f"{room}.{name}" for name in others]
        members = [name for name in (*full, leader) if name in wanted]
        if leader in wanted:
            found[leader] = members
            inside.update(members)
    found.update({name: [name] for name in wanted if name not in inside})
    return found


def bundle(sources: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Sources that call each other as their bundles have them, and the modules of each bundle in
    the order in which they have to stand.

    Raises:
        BundleError: an import is hidden by another name, a module is used as a thing, or modules
            of one bundle need each other to be loaded.
    """
    groups = bundles(sources)
    home = {name: leader for leader, names in groups.items() for name in names}
    members = {name: Member(name, text) for name, text in sources.items()}
    for member in members.values():
        member.link(home)
    groups = {
        leader: _ordered([members[name] for name in names], home)
        for leader, names in groups.items()
    }
    new: Globals = {}
    for names in groups.values():
        new.update(unique([members[name] for name in names], home))
    texts = {}
    for names in groups.values():
        imported: set[str] = set()
        for name in names:
            texts[name] = Rewriter(members[name], home, new, imported).text()
    return texts, groups


def joined(texts: Mapping[str, str], names: Sequence[str]) -> str:
    """One file's text."""
    return "".join(line + "\n" for name in names for line in texts[name].splitlines())


def _ordered(members: Sequence[Member], home: Mapping[str, str]) -> list[str]:
    """Names in the order in which they have to be loaded."""
    needs: dict[str, set[str]] = {}
    for member in members:
        needs[member.name] = set()
        for node in member.tree.body:
            for module in _modules_of(node, home) if isinstance(node, ast.ImportFrom) else ():
                if home[module] == home[member.name] and module != member.name:
                    needs[member.name].add(module)
    made: list[str] = []
    while len(made) < len(members):
        ready = [name for name in sorted(needs) if name not in made and needs[name] <= {*made}]
        if not ready:
            left = ", ".join(sorted(needs.keys() - {*made}))
            raise BundleError(f"{left}: each needs another of them to be loaded first.")
        made.append(ready[0])
    return made


def _modules_of(node: ast.ImportFrom, home: Mapping[str, str]) -> Iterator[str]:
    """Modules of the tree that an import statement loads."""
    for name in node.names:
        full = f"{node.module}.{name.name}"
        if full in home:
            yield full
        elif node.module and node.module in home:
            yield node.module
