"""What no single limit of `schema` says: moves that take too long, welds no generator can give.

Called by `config.check` when every value by itself is right. Idle context.
"""


def machine_feasible(values, machine):
    """Is what a machine file asks for possible? (key, what is wrong and the way out), or None."""
    key = "registration.trim_max_um"
    if key not in values:
        key = "feed.trim_max_um"
    trim_ms = move_ms(
        values[key],
        values["feed.trim_speed_mm_s"],
        values["feed.trim_accel_mm_s2"],
    )
    most_ms = values["feed.trim_max_ms"]
    if trim_ms > most_ms:
        return (
            key,
            f"takes {trim_ms} ms to trim, above {most_ms} (feed.trim_max_ms). "
            "Trim less far, or raise feed.trim_max_ms.",
        )
    return None


def mold_feasible(values, machine):
    """The same of a mold file, for the machine it is to run on (its Settings)."""
    plain = machine.values  # not read by it: what nobody else uses is still to be found
    pitch_um = values["pitch_um"]
    index_ms = move_ms(pitch_um, plain["feed.speed_mm_s"], plain["feed.accel_mm_s2"])
    most_ms = plain["feed.index_max_ms"]
    if index_ms >= most_ms:
        return (
            "pitch_um",
            f"takes {index_ms} ms to feed, not below {most_ms} "
            f"({machine.file}: feed.index_max_ms). Shorten it, or feed faster.",
        )
    mode = values["weld.mode"]
    for key in ("weld.peak_pc", "weld.ground_ms"):
        if values[key] == 0 and key.startswith(f"weld.{mode}_"):
            return key, f"ends no weld, and weld.mode is {mode}. Set it."
    time_ms = values["weld.time_ms"]
    cut_ms = time_ms * values["limits.time_max_pc"] // 100
    most_ms = machine["generator.weld_max_ms"]
    if cut_ms > most_ms:
        return (
            "limits.time_max_pc",
            f"lets a weld last {cut_ms} ms, above the generator's {most_ms} "
            f"({machine.file}: generator.weld_max_ms). Lower it, or lower weld.time_ms.",
        )
    mean_w = values["weld.energy_j"] * 1000 // time_ms
    most_w = plain["generator.full_scale_w"] * values["limits.peak_max_pc"] // 100
    if mean_w > most_w:
        return (
            "weld.energy_j",
            f"in {time_ms} ms is {mean_w} W, above {most_w} (limits.peak_max_pc of "
            f"{machine.file}: generator.full_scale_w). Lower it, or raise weld.time_ms.",
        )
    return None


def move_ms(way_um, speed_mm_s, accel_mm_s2):
    """Time of a move: L/v + v/a, with the speed it reaches where it is too short for `speed`."""
    reach = _root(accel_mm_s2 * (way_um // 100) // 10)
    if reach < speed_mm_s:
        speed_mm_s = reach or 1
    return way_um // speed_mm_s + speed_mm_s * 1000 // accel_mm_s2


def _root(square):
    """Whole part of the square root."""
    root = square
    better = (square + 1) // 2
    while better < root:
        root = better
        better = (root + square // root) // 2
    return root
