"""Checks machine and mold data against their schema and hands out the values as integers.

Called at start and when a mold is loaded (idle context), on the board and on the host alike. The
first thing that is wrong is raised, with file, key, bound and the way out in one line.
"""

from controller import wording as say
from controller.schema import AT_LEAST, BELOW, CHOICE, MILLI, TEXT, WHOLE

_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


class ConfigError(Exception):
    """Unusable data. `str` is one line: file, key and remedy."""

    def __init__(self, file, key, remedy):
        super().__init__(f"{file}: {key}: {remedy}" if key else f"{file}: {remedy}")
        self.file = file
        self.key = key  # as it is written in the file; "" when the whole file is meant
        self.remedy = remedy  # what is wrong and the way out


class Settings:
    """The values of one checked file by "section.key": integers, and texts where one chooses.

    Reading a value marks its key as read; `values` gives them unmarked.
    """

    def __init__(self, values, file):
        self.values = values
        self.file = file
        self._read = set()

    def __getitem__(self, key):
        value = self.values[key]
        self._read.add(key)
        return value

    def unread(self):
        """Keys that nobody has read, sorted: each is a promise that the product does not keep."""
        return sorted([key for key in self.values if key not in self._read])


def check(schema, data, file, machine=None):
    """Settings of `data` (parsed JSON); `file` is its name in errors. Raises ConfigError.

    `machine`: Settings of the machine that a mold is to run on; a mold needs them.
    """
    rows, limits, feasible = schema
    flat = _flatten(rows, data, file)
    values = {}
    for row in rows:
        if row[0] not in flat:
            raise ConfigError(file, row[0], f"is missing. Add {say.bounds(row)}.")
        fault = _fault(row, flat[row[0]])
        if fault:
            raise ConfigError(file, row[0], f"{say.shown(flat[row[0]])} {fault}.")
        values[say.kept(row)] = _kept(row, flat[row[0]])
    for limit in limits:
        if not _holds(limit, values, machine):
            raise ConfigError(file, say.written(limit[0]), say.broken(values, limit, machine))
    fault = feasible(values, machine)
    if fault:
        key, wrong = fault
        raise ConfigError(file, say.written(key), f"{say.measure(values, key)} {wrong}")
    return Settings(values, file)


def _flatten(rows, data, file):
    """Values by "section.key"; refuses sections and keys that the schema does not have."""
    if not isinstance(data, dict):
        raise ConfigError(file, "", f"{say.shown(data)} is not an object. Put its keys in braces.")
    known = [row[0] for row in rows]
    sections = {key.split(".")[0] for key in known if "." in key}
    flat = {}
    # Sorted: a board's dict has another order and must find the same fault first.
    for name in sorted(data):
        value = data[name]
        if name not in sections:
            if name not in known or "." in name:
                _refuse(file, name, sorted(sections) + known)
            flat[name] = value
        elif not isinstance(value, dict):
            wrong = f"{say.shown(value)} is not an object. Put the keys of {name} in braces."
            raise ConfigError(file, name, wrong)
        else:
            for key in sorted(value):
                full = f"{name}.{key}"
                if full not in known:
                    _refuse(file, full, known)
                flat[full] = value[key]
    return flat


def _refuse(file, key, known):
    if key in known:
        way = f"Write {key.split('.')[-1]} in the braces of {key.split('.')[0]}."
    else:
        way = say.instead(key, known)
    raise ConfigError(file, say.plain(key) or '""', f"is not a key of this file. {way}")


def _fault(row, value):
    """What is wrong with one value by itself, and what to write, else None."""
    _, kind, least, most = row
    if kind == CHOICE:
        wrong = None if value in least else "is not a choice"
    elif kind == TEXT:
        wrong = None if _is_name(value, least, most) else "is not a name"
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
            off = abs(scaled - round(scaled))
            wrong = "has more than three decimals" if off * 0x800000 > scaled else None
        else:
            wrong = None if int(value) == value else "is not a whole number"
    return f"{wrong}. Write {say.bounds(row)}" if wrong else None


def _is_name(value, least, most):
    if not isinstance(value, str) or not least <= len(value) <= most:
        return False
    for letter in value:
        if letter not in _NAME:
            return False
    return True


def _kept(row, value):
    """A value without fault as it is kept."""
    if row[1] == MILLI:
        return int(round(value * 1000))
    return int(value) if row[1] == WHOLE else value


def _holds(limit, values, machine):
    """Does a value keep within the one that limits it? A limit of the machine counts as read."""
    key, asked, bound = limit
    least = values[key]
    most = values[bound] if bound in values else machine[bound]
    if asked == AT_LEAST:
        least, most = most, least
    return least < most if asked == BELOW else least <= most
