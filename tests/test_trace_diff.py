"""Where two traces part is said in words: the event, what came before and what comes after."""

from __future__ import annotations

import numpy as np
import pytest
from remote_rig import task, trace

from controller import alarm_codes, events
from controller.app import App
from host_sim.molds import load_machine, load_molds, settings
from host_sim.recorder import Records
from host_sim.trace_diff import difference


@pytest.fixture(scope="module")
def story() -> Records:
    return trace(task("hand_M", 20, "host"))


def test_no_difference(story: Records) -> None:
    assert difference(story, story.copy()) is None


def test_a_changed_value_is_shown_with_five_before_and_five_after(story: Records) -> None:
    sequences = App(*settings(load_machine(), load_molds(["hand_M"])[0])).sequences
    ends = np.flatnonzero(story["what"] == events.SEQUENCE + 8)  # row 8 of the stroke
    at = int(ends[2])
    other = story.copy()
    other["value"][at] += 1
    other["value"][at + 3 :] += 1
    said = difference(story, other, ("host", "mpy"), sequences)
    assert said is not None
    lines = said.splitlines()
    count = len(story)
    assert lines[0] == f"event {at} differs: host has {count} events, mpy {count}"
    assert lines[1] == "the same in both:"
    assert lines[7] == "host:"
    assert lines[14] == "mpy:"
    assert len(lines) == 2 + 5 + 1 + 6 + 1 + 6
    weld_us = int(story["value"][at])
    assert lines[8] == f"  {story['t_us'][at]:>12} µs  stroke: weld {weld_us}"
    assert lines[15] == f"  {story['t_us'][at]:>12} µs  stroke: weld {weld_us + 1}"
    assert lines[9] == lines[16]


def test_a_time_that_differs_by_a_microsecond_is_found(story: Records) -> None:
    other = story.copy()
    other["t_us"][-1] += 1
    said = difference(story, other)
    assert said is not None
    assert said.startswith(f"event {len(story) - 1} differs")


def test_a_trace_that_ends_too_early_is_found(story: Records) -> None:
    said = difference(story, story[:-3], ("host", "mpy"))
    assert said is not None
    assert said.startswith(f"event {len(story) - 3} differs")
    assert said.endswith("mpy:\n  ends here")


def test_the_very_first_event_may_differ(story: Records) -> None:
    other = story.copy()
    other[0] = (0, events.RAISED, alarm_codes.SAFETY_OPEN)
    said = difference(story, other)
    assert said is not None
    assert "nothing is the same in both" in said
    assert "RAISED SAFETY_OPEN" in said
