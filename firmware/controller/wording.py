"""How `config` puts values, bounds and keys into the one line of an error. Idle context."""

from micropython import const

from controller.schema import CHOICE, MILLI, PLACE, TEXT

_LONGEST = const(40)


def shown(value):
    """A value of the file as its reader knows it, on one line whatever it holds."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + plain(value) + '"'
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int):
        return "a number of more than nine digits" if abs(value) > 999999999 else str(value)
    return f"{value:.10g}"  # a board reads decimals less exactly than a host


def plain(text):
    """Text cut to one short line of printable ASCII, for any console."""
    cut = "".join([letter if " " <= letter <= "~" else "?" for letter in text[:_LONGEST]])
    return cut + ".." if len(text) > _LONGEST else cut


def millimetres(um):
    """µm as mm, with the decimals it needs."""
    return f"{um // 1000}.{um % 1000:03d}".rstrip("0").rstrip(".")


def bounds(row):
    """What a key accepts and what it is, as told to whoever gave something else."""
    kind, least, most, what = row[1:5]
    if kind == PLACE:
        wanted = 'its place: "gp7" or "chain 3"'
    elif kind == CHOICE:
        wanted = '"' + '" or "'.join(least) + '"'
    elif kind == TEXT:
        wanted = f"{least} to {most} letters, digits, - or _"
    elif kind == MILLI:
        wanted = f"{millimetres(least)} to {millimetres(most)} with up to three decimals"
    else:
        wanted = f"a whole number from {least} to {most}"
    return f"{wanted} ({what})"


def kept(row):
    """The key under which a value is kept: lengths with decimals in µm."""
    return row[0][:-2] + "um" if row[1] == MILLI else row[0]


def written(key, in_mm):
    """The key as the file has it. `in_mm`: keys that are kept in µm and written in mm."""
    return key[:-2] + "mm" if key in in_mm else key


def measure(values, key, in_mm):
    """The value of a key as the file has it."""
    value = values[key]
    if isinstance(value, tuple):
        return f"gp{value[0]}"
    return millimetres(value) if key in in_mm else str(value)


def broken(limit, values, machine, in_mm):
    """That a limit does not hold, and the way out: its key and the one it is held against."""
    key, asked, bound = limit
    section = bound.split(".")[0]
    up = asked == ">="
    if bound in values:
        other = f"{measure(values, bound, in_mm)} ({written(bound, in_mm)})"
        way = f"{'lower' if up else 'raise'} {written(bound, in_mm)}"
    else:
        other = f"the {section}'s {machine.values[bound]} ({machine.file}: {bound})"
        way = f"choose another {section} profile"
    how = "below" if up else ("above" if asked == "<=" else "not below")
    first = "Raise it" if up else "Lower it"
    return f"{measure(values, key, in_mm)} is {how} {other}. {first}, or {way}."


def instead(key, known):
    """Which of the known keys and sections may have been meant, if it is obvious."""
    name = key.split(".")[-1]
    here = key[: len(key) - len(name)]
    near = ""
    best = 0
    for other in known:
        last = other.split(".")[-1]
        if name == last:
            return f"Did you mean {other}?"
        if other[: len(other) - len(last)] == here:
            alike = _alike(name, last)
            if alike > best and 2 * alike >= max(len(name), len(last)):
                near = other
                best = alike
    return f"Did you mean {near}?" if near else "Remove it."


def _alike(one, other):
    """How many letters two names share at their beginnings and ends."""
    most = min(len(one), len(other))
    front = 0
    while front < most and one[front] == other[front]:
        front += 1
    back = 0
    while back < most - front and one[-1 - back] == other[-1 - back]:
        back += 1
    return front + back
