"""Golden trace: start-up and the first strokes of hand_M on a machine without any spread.

Read the file as the story of a stroke. When a change is meant to alter it, write it anew with
`SONOMASK_GOLDEN=write make test ARGS=tests/test_golden.py`, and let the diff be reviewed.
"""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

from histories import play

from controller import events, signal_names
from controller.app import App
from host_sim.plant import PlantParameters
from host_sim.trace_diff import event

GOLDEN = Path(__file__).parent / "golden" / "hand_M.txt"
UNTIL_US = 14_000_000

WORDS = {
    events.INPUT: signal_names.DI,
    events.INPUT_X: signal_names.DX,
    events.OUTPUT: signal_names.DO,
}


def no_spread() -> PlantParameters:
    """The plant with every spread and every chance set to nothing."""
    off = [
        item.name
        for item in fields(PlantParameters)
        if "_sd_" in item.name or item.name.endswith("_share_pc")
    ]
    off += ["weld_ripple_pc", "wake_late_us", "eye_bounce_us", "button_bounce_us"]
    return PlantParameters().override(
        {f"plant.{name}": type(getattr(PlantParameters(), name))(0) for name in off}
    )


def in_words(app: App, t_us: int, what: int, value: int, levels: dict[int, int]) -> str:
    if what in WORDS:
        changed = value ^ levels.get(what, 0)
        levels[what] = value
        text = " ".join(
            ("+" if value & bit else "-") + name for name, bit in WORDS[what] if changed & bit
        )
    else:
        text = event(what, value, app.sequences)
    return f"{t_us:>9} {text}"


def test_the_story_of_the_first_strokes() -> None:
    played = play([], plant=no_spread(), until_us=UNTIL_US)
    levels: dict[int, int] = {}
    story = "\n".join(in_words(played.app, *each, levels) for each in played.events) + "\n"
    if os.environ.get("SONOMASK_GOLDEN") == "write":
        GOLDEN.write_text(story, encoding="utf-8")
    assert story == GOLDEN.read_text(encoding="utf-8")
