"""Faults of the panel, the safety contact, the press's valve and switches, and of the board."""

from controller import signals

from .fault_kind import Kind


def _jammed(name: str, bit: int) -> Kind:
    return Kind(
        f"the press's {name} switch stays closed",
        lambda plant, _: plant.press.jam(bit, True),
        lambda plant, _: plant.press.jam(bit, False),
    )


def _blind(name: str, bit: int) -> Kind:
    return Kind(
        f"the press's {name} switch does not close",
        lambda plant, _: plant.press.blind(bit, True),
        lambda plant, _: plant.press.blind(bit, False),
    )


CONTROL: dict[str, Kind] = {
    "stop_held": Kind(
        "the stop button is held down",
        lambda plant, _: plant.panel.level("STOP", True),
        lambda plant, _: plant.panel.level("STOP", False),
    ),
    "start_held": Kind(
        "the start button is held down",
        lambda plant, _: plant.panel.level("START", True),
        lambda plant, _: plant.panel.level("START", False),
    ),
    "reset_held": Kind(
        "the reset button is held down",
        lambda plant, _: plant.panel.level("RESET", True),
        lambda plant, _: plant.panel.level("RESET", False),
    ),
    "buttons_mashed": Kind(
        "somebody presses START, RESET and JOG in turn, again and again",
        lambda plant, size: plant.panel.mash(max(1, round(1_000_000 / size))),
        lambda plant, _: plant.panel.mash(0),
        size=4,
        unit="presses/s",
        least=0.1,
    ),
    "safety_chatters": Kind(
        "the safety relay's contact for the controller opens and closes all the time",
        lambda plant, size: plant.safety.chatter(max(1, round(500_000 / size))),
        lambda plant, _: plant.safety.chatter(0),
        size=10,
        unit="times/s",
        least=0.1,
    ),
    "valve_slow": Kind(
        "the press valve sticks: it switches so much later",
        lambda plant, size: plant.press.valve_late(round(1000 * size)),
        lambda plant, _: plant.press.valve_late(0),
        size=100,
        unit="ms",
        least=1,
    ),
    "bottom_bounces": Kind(
        "the press's bottom switch opens so many times, each for 5 ms, after it has closed",
        lambda plant, size: plant.press.rattle(int(size)),
        lambda plant, _: plant.press.rattle(0),
        size=3,
        unit="times",
        least=1,
    ),
    "bottom_blind": _blind("bottom", signals.PRESS_BOTTOM),
    "clear_blind": _blind("clear-height", signals.PRESS_CLEAR),
    "top_blind": _blind("top", signals.PRESS_TOP),
    "bottom_stuck": _jammed("bottom", signals.PRESS_BOTTOM),
    "clear_stuck": _jammed("clear-height", signals.PRESS_CLEAR),
    "trigger_stuck": _jammed("trigger-force", signals.TRIGGER),
    "brown_out": Kind(
        "the controller's and the safety relay's supply fails for so long",
        lambda plant, size: plant.board.cut(round(1_000_000 * size)),
        size=0.5,
        unit="s",
        least=0.3,
    ),
    "long_collection": Kind(
        "housekeeping takes so much longer",
        lambda plant, size: setattr(plant.board, "longer_us", round(1000 * size)),
        lambda plant, _: setattr(plant.board, "longer_us", 0),
        size=50,
        unit="ms",
        least=1,
    ),
    "wake_late": Kind(
        "the controller is called so much too late at every deadline",
        lambda plant, size: setattr(plant.board, "late_us", round(1000 * size)),
        lambda plant, _: setattr(plant.board, "late_us", 0),
        size=5,
        unit="ms",
        least=0.1,
    ),
    "link_lost": Kind(
        "nothing gets through the link",
        lambda plant, _: setattr(plant.board, "unlinked", True),
        lambda plant, _: setattr(plant.board, "unlinked", False),
    ),
}
