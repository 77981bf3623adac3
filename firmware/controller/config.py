"""Checks the data of a file against its schema and hands out the values as integers.

Called at start and when a mold is loaded (idle context), on the board and on the host alike. The
first thing that is wrong is raised, with file, key, bound and the way out in one line.
"""

from controller import wording as say
from controller.schema import CHOICE, MILLI, PLACE, TEXT, WHOLE, ConfigError

_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


class Settings:
    """The values of one checked file by "section.key": integers, and texts where one chooses.

    Reading a value marks its key as read; `values` gives them unmarked. `written`: keys that the
    file has; the others have their values from the schema.
    """

    def __init__(self, values, file, written):
        self.values = values
        self.file = file
        self.written = written
        self._read = set()

    def __getitem__(self, key):
        value = self.values[key]
        self._read.add(key)
        return value

    def has(self, section):
        """Does the machine have this optional section?"""
        section += "."
        return any(key.startswith(section) for key in self.values)

    def unread(self):
        """Keys that nobody has read, sorted: each is a promise that the product does not keep."""
        return sorted([key for key in self.written if key not in self._read])


def check(schema, data, file, machine=None):
    """Settings of `data` (parsed JSON); `file` is its name in errors. Raises ConfigError.

    `machine`: Settings of the machine that a mold is to run on; a mold needs them.
    """
    rows, limits, optional = schema.read()
    flat = _flatten(rows, data, file)
    values = {}
    for row in rows:
        key, kind, needs, _, _, default = row
        section = key.split(".")[0]
        if section in optional and section not in data:
            continue
        if key in flat:
            fault = _fault(schema, row, flat[key])
            if fault:
                raise ConfigError(file, key, f"{say.shown(flat[key])} {fault}.")
            values[say.kept(row)] = _kept(schema, row, flat[key])
        elif default is not None:
            values[say.kept(row)] = default
        elif kind != PLACE or "?" not in needs:
            raise ConfigError(file, key, f"is missing. Add {say.bounds(row)}.")
    in_mm = [say.kept(row) for row in rows if row[1] == MILLI]
    for limit in limits:
        if not _holds(limit, values, machine):
            wrong = say.broken(limit, values, machine, in_mm)
            raise ConfigError(file, say.written(limit[0], in_mm), wrong)
    fault = schema.feasible(values, machine)
    if fault:
        key, wrong = fault
        wrong = f"{say.measure(values, key, in_mm)} {wrong}"
        raise ConfigError(file, say.written(key, in_mm), wrong)
    return Settings(values, file, [say.kept(row) for row in rows if row[0] in flat])


def _flatten(rows, data, file):
    """Values by "section.key"; refuses sections and keys that the schema does not have."""
    known = [row[0] for row in rows]
    sections = {key.split(".")[0] for key in known if "." in key}
    flat = {}

    def section(prefix, values):
        if not isinstance(values, dict):
            keys = f"the keys of {prefix[:-1]}" if prefix else "its keys"
            wrong = f"{say.shown(values)} is not an object. Put {keys} in braces."
            raise ConfigError(file, prefix[:-1], wrong)
        # Sorted: a board's dict has another order and must find the same fault first.
        for name in sorted(values):
            full = prefix + name
            if not prefix and name in sections:
                section(name + ".", values[name])
            elif full in known and "." not in name:
                flat[full] = values[name]
            else:
                _refuse(file, full, known if prefix else sorted(sections) + known)

    section("", data)
    return flat


def _refuse(file, key, known):
    if key in known:
        way = f"Write {key.split('.')[-1]} in the braces of {key.split('.')[0]}."
    else:
        way = say.instead(key, known)
    raise ConfigError(file, say.plain(key) or '""', f"is not a key of this file. {way}")


def _fault(schema, row, value):
    """What is wrong with one value by itself, and what to write, else None."""
    kind, least, most = row[1:4]
    wrong = None
    if kind == PLACE:
        made = schema.place(least, value)
        return made if isinstance(made, str) else None
    if kind == CHOICE:
        if value not in least:
            wrong = "is not a choice"
    elif kind == TEXT:
        if not _is_name(value, least, most):
            wrong = "is not a name"
    elif value is None or isinstance(value, (bool, str, list, dict)):
        wrong = "is not a number"
    elif value - value != 0:  # NaN and the infinities
        wrong = "is not a finite number"
    else:
        scaled = value * 1000 if kind == MILLI else value
        if scaled < least or scaled > most:
            bound = least if scaled < least else most
            wrong = "is below " if scaled < least else "is above "
            wrong += say.millimetres(bound) if kind == MILLI else str(bound)
        elif kind == MILLI:
            # A board's floats have 24 bits: what they cannot tell apart is no fourth decimal.
            if abs(scaled - round(scaled)) * 0x800000 > scaled:
                wrong = "has more than three decimals"
        elif int(value) != value:
            wrong = "is not a whole number"
    return f"{wrong}. Write {say.bounds(row)}" if wrong else None


def _is_name(value, least, most):
    if not isinstance(value, str) or not least <= len(value) <= most:
        return False
    for letter in value:
        if letter not in _NAME:
            return False
    return True


def _kept(schema, row, value):
    """A value without fault as it is kept."""
    kind = row[1]
    if kind == PLACE:
        return schema.place(row[2], value)
    if kind == MILLI:
        return int(round(value * 1000))
    return int(value) if kind == WHOLE else value


def _holds(limit, values, machine):
    """Does a value keep within the one that limits it? A limit of the machine counts as read.
    What belongs to a section that is not there limits nothing."""
    key, asked, bound = limit
    if key not in values or not (bound in values or machine and bound in machine.values):
        return True
    value = values[key]
    most = values[bound] if bound in values else machine[bound]
    if asked == ">=":
        return value >= most
    return value < most or (asked == "<=" and value == most)
