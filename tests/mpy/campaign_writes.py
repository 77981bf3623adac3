# Runs on MicroPython: what the power-cut campaign writes, as (kind, ...) for campaign_board.write,
# and what it changes in the store.
from store import files


def records():
    """Every way to write a record, over and over."""
    for k in range(60):
        yield "small record", "counters", {"good": k * 7919, "reject": k}
        yield "small record", "recipe-foot_L", {"energy_j": k, "id": "foot_L"}
        yield "large record", "horn-scan", bytes([k]) * 3000
        yield "new record", f"new-{k}", {"k": k}
        yield "small record", f"new-{k}", {"k": -k}
        yield "remove", f"new-{k}"
        yield "large record", "calibration", {"table": [k] * 400}
        if k % 10 == 0:
            yield ("check",)


def histories():
    """Rows of alarms and audit, so many that every record of a ring is used several times."""
    for k in range(300):
        yield "row", "alarms", [k * 1000003 & 0x3FFFFFFF, 31, k & 1]
        if k % 3 == 0:
            yield "row", "audit", [k, "supervisor", "weld.energy_j", 415, 415 + k]


def journals():
    """Drains of all sizes: lengthen a segment, begin one, give up the eldest."""
    first = 1
    for k in range(200):
        n = (5, 31, 60, 17)[k % 4]
        yield "drain", first, n
        first += n


def mixed(rounds, first):
    """A little of everything; `first`: number of the first event."""
    for k in range(rounds):
        yield "small record", "counters", {"good": first + k}
        yield "small record", f"recipe-{k}", {"id": "x" * 200, "energy_j": first}
        yield "large record", "horn-scan", bytes([k]) * 3000
        yield "new record", f"new-{k}", {"k": first}
        yield "row", "alarms", [first + k, 31, 1]
        yield "drain", first + 55 * k, 55
        yield "remove", f"new-{k}"


SERIES = {"records": records, "histories": histories, "journals": journals}


def alter(how):
    """Make the store less careful (it must hold) or wrong (the campaign must find it)."""
    if how == "unguarded":
        files.need_room = lambda *_: None  # so that littlefs itself says that it is full
    elif how == "in place":

        def put(root, name, parts):
            files.remove(f"{root}/{name}")
            for part in parts:
                files.lengthen(root, name, (part,))

        files.put = put
    elif how == "newest first":
        remove = files.remove
        files.remove = lambda path: remove(path[:-1] + ("1" if path[-1] == "0" else "0"))
