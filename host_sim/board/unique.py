"""What each global of a bundle is called in it, so that no two modules mean the same one."""

from collections.abc import Mapping, Sequence

from host_sim.board.member import Member

Globals = dict[tuple[str, str], str]  # module, its name -> name in its bundle


def unique(members: Sequence[Member], home: Mapping[str, str]) -> Globals:
    """What each global of a bundle is called in it, imports from elsewhere too."""
    if len(members) == 1 and not members[0].modules:
        only = members[0]
        named = {(only.name, name): name for name in only.globals}
        named.update({(only.name, local): local for local in {**only.taken, **only.outside}})
        return named
    taken: set[str] = set()
    wanted: dict[str, set[str]] = {}
    for member in members:
        imported = {*member.modules, *member.taken, *member.outside}
        for place in member.places:
            if place.name not in imported and place.name not in member.globals:
                taken.add(place.name)  # local, or built in
            elif place.home.node is not member.tree and place.name in place.home.bound:
                taken.add(place.name)
        for name in member.globals:
            wanted.setdefault(name, set()).add(member.name)
    new: Globals = {}
    made: set[str] = set()
    for member in members:
        for name in sorted(member.globals):
            own = name
            while own in taken or own in made or (own == name and len(wanted[name]) > 1):
                own = f"{member.leaf}_{own.lstrip('_')}"
            new[member.name, name] = own
            made.add(own)
    far: dict[tuple[str, str], str] = {}
    for member in members:
        elsewhere = {
            local: (module, name)
            for local, (module, name) in {**member.taken, **member.outside}.items()
            if home.get(module) != home[member.name]
        }
        for local, module in member.modules.items():
            if home[module] != home[member.name]:
                elsewhere[local] = home[module], ""
        for local, target in sorted(elsewhere.items()):
            if target not in far:
                own = target[1] or target[0].rpartition(".")[2]
                if target[0] not in home:
                    own = local
                while own in taken or own in made or own in wanted:
                    own = f"{own}_"
                far[target] = own
                made.add(own)
            new[member.name, local] = far[target]
    return new
