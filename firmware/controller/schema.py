"""The keys of machine.json, of a mold file and of io.json: kind, bounds, and which limits which.

They are in schema.txt, beside this folder, a line each:

    key bounds meaning          a..b whole number, one|other choice, text:a..b length of a name,
                                um:a..b mm with decimals, at:needs a place (hal/rp2/io_map.py);
                                with =c behind it c where the file does not have it
    key <= other                or <, >=; the other may be the machine's
    section ? meaning           a machine need not have it; without, it has none of its keys

Read by `config.check` alone, at start and when a mold is loaded, on the board and on the host.
Bounds are such that no product that the controller forms of these values reaches 2**30.
"""

from micropython import const

from controller.feasible import machine_feasible, mold_feasible

# Kinds of a value
WHOLE = const(0)  # a whole number
MILLI = const(1)  # mm with up to three decimals; kept in µm under the key that ends in _um
TEXT = const(2)  # a name of letters, digits, - and _; bounds are lengths
CHOICE = const(3)  # one of the texts given instead of bounds
PLACE = const(4)  # where a signal is on the board, with what it needs

_FILE = "schema.txt"
PATH = __file__.rpartition("controller")[0] + _FILE


class ConfigError(Exception):
    """Unusable data. `str` is one line: file, key and remedy."""

    def __init__(self, file, key, remedy):
        super().__init__(f"{file}: {key}: {remedy}" if key else f"{file}: {remedy}")
        self.file = file
        self.key = key  # as it is written in the file; "" when the whole file is meant
        self.remedy = remedy  # what is wrong and the way out


class Schema:
    """One part of the file.

    feasible(values, machine): what no single line says is wrong, as (key, words), or None.
    place(needs, text): a place as it is kept, or words that say what is wrong with it.
    """

    def __init__(self, part, feasible, place=None):
        self.part = part
        self.feasible = feasible
        self.place = place

    def read(self):
        """(rows, limits, optional): rows of key, kind, least, most (MILLI: in µm), meaning, and
        what is taken without the key (None: it must be there); limits of key, what is asked, and
        the key that limits it; sections that may be left out, and what they are."""
        rows = []
        limits = []
        optional = {}
        mine = False
        try:
            with open(PATH, encoding="utf-8") as lines:
                for line in lines:
                    line = line.strip()
                    if line.startswith("["):
                        mine = line[1:-1] == self.part
                    elif mine and line:
                        key, bounds, what = line.split(" ", 2)
                        if bounds[0] in "<>":
                            limits.append((key, bounds, what))
                        elif bounds == "?":
                            optional[key] = what
                        else:
                            rows.append(_row(key, bounds, what))
        except OSError:
            raise ConfigError(_FILE, "", "cannot be read. Copy it to the board.")
        return rows, limits, optional


def _row(key, bounds, what):
    if bounds.startswith("at:"):
        return key, PLACE, bounds[3:], None, what, None
    kind = WHOLE
    bounds, _, default = bounds.partition("=")
    if ":" in bounds:
        unit, bounds = bounds.split(":")
        kind = TEXT if unit == "text" else MILLI
    elif "|" in bounds:
        return key, CHOICE, bounds.split("|"), None, what, default or None
    least, most = bounds.split("..")
    return key, kind, int(least), int(most), what, int(default) if default else None


MACHINE_SCHEMA = Schema("machine", machine_feasible)
MOLD_SCHEMA = Schema("mold", mold_feasible)
