"""Broken machine and mold files, each a good one with a single change, and what it is told."""

from __future__ import annotations

import copy
from typing import Any

GONE = object()

# place, value (GONE: leave it out), the error behind the file's name
Case = tuple[str, Any, str]

BAD_MACHINES: list[Case] = [
    (
        "press.lower_max_ms",
        GONE,
        "press.lower_max_ms: is missing. Add a whole number from 50 to 30000 (top to bottom "
        "switch).",
    ),
    (
        "service",
        GONE,
        "service.collect_max_ms: is missing. Add a whole number from 10 to 30000 (housekeeping "
        "in a stroke).",
    ),
    (
        "press.lower_ms",
        800,
        "press.lower_ms: is not a key of this file. Did you mean press.lower_max_ms?",
    ),
    (
        "generater",
        {},
        "generater: is not a key of this file. Did you mean generator?",
    ),
    (
        "colour",
        "red",
        "colour: is not a key of this file. Remove it.",
    ),
    (
        "takt_ms",
        2000,
        "takt_ms: is not a key of this file. Did you mean machine.takt_ms?",
    ),
    (
        "belt",
        600,
        "belt: 600 is not an object. Put the keys of belt in braces.",
    ),
    (
        "machine.name",
        "reference 1up",
        'machine.name: "reference 1up" is not a name. Write 1 to 32 letters, digits, - or _ '
        "(name of this configuration).",
    ),
    (
        "machine.name",
        7,
        "machine.name: 7 is not a name. Write 1 to 32 letters, digits, - or _ (name of this "
        "configuration).",
    ),
    (
        "machine.cavities",
        3,
        "machine.cavities: 3 is above 2. Write a whole number from 1 to 2 (pieces a stroke).",
    ),
    (
        "machine.takt_ms",
        "2000",
        'machine.takt_ms: "2000" is not a number. Write a whole number from 500 to 60000 (stroke '
        "to stroke).",
    ),
    (
        "machine.takt_ms",
        True,
        "machine.takt_ms: true is not a number. Write a whole number from 500 to 60000 (stroke to "
        "stroke).",
    ),
    (
        "machine.takt_ms",
        None,
        "machine.takt_ms: null is not a number. Write a whole number from 500 to 60000 (stroke to "
        "stroke).",
    ),
    (
        "machine.pacing",
        "free",
        'machine.pacing: "free" is not a choice. Write "grid" or "stroke" (what a stroke waits '
        "for).",
    ),
    (
        "feed.step_um",
        12.5,
        "feed.step_um: 12.5 is not a whole number. Write a whole number from 1 to 1000 (web "
        "travel of one step).",
    ),
    (
        "feed.step_um",
        0,
        "feed.step_um: 0 is below 1. Write a whole number from 1 to 1000 (web travel of one "
        "step).",
    ),
    (
        "feed.slow_speed_mm_s",
        300,
        "feed.slow_speed_mm_s: 300 is above 250. Write a whole number from 1 to 250 (jog and "
        "homing; 15 m/min at most).",
    ),
    (
        "feed.speed_mm_s",
        float("nan"),
        "feed.speed_mm_s: nan is not a finite number. Write a whole number from 10 to 3000 (speed "
        "of the index).",
    ),
    (
        "feed.trim_max_ms",
        20,
        "registration.trim_max_mm: 5 takes 52 ms to trim, above 20 (feed.trim_max_ms). Trim less "
        "far, or raise feed.trim_max_ms.",
    ),
    (
        "registration.warn_mm",
        1.5,
        "registration.warn_mm: 1.5 is above 1 (registration.alarm_mm). Lower it, or raise "
        "registration.alarm_mm.",
    ),
    (
        "registration.alarm_mm",
        8.001,
        "registration.alarm_mm: 8.001 is above 8 (registration.window_mm). Lower it, or raise "
        "registration.window_mm.",
    ),
    (
        "registration.window_mm",
        25,
        "registration.window_mm: 25 is above 20 (registration.eye_mm). Lower it, or raise "
        "registration.eye_mm.",
    ),
    (
        "registration.warn_mm",
        0.0005,
        "registration.warn_mm: 0.0005 is below 0.01. Write 0.01 to 100 with up to three decimals "
        "(warn beyond ± this).",
    ),
    (
        "belt.speed_mm_s",
        700,
        "belt.speed_mm_s: 700 is above 600 (belt.top_speed_mm_s). Lower it, or raise "
        "belt.top_speed_mm_s.",
    ),
    (
        "belt.transfer_mm",
        800,
        "belt.transfer_mm: 800 is not below 800 (belt.eye_mm). Lower it, or raise belt.eye_mm.",
    ),
    (
        "generator.weld_max_ms",
        5,
        "generator.weld_min_ms: 10 is above 5 (generator.weld_max_ms). Lower it, or raise "
        "generator.weld_max_ms.",
    ),
    (
        "generator.energy_max_j",
        120000,
        "generator.energy_max_j: 120000 is above 99000. Write a whole number from 1 to 99000 "
        "(most energy of a weld).",
    ),
    (
        "mold_id.stable_ms",
        20,
        "mold_id.stable_ms: 20 is below 50. Write a whole number from 50 to 5000 (coded bits must "
        "stay).",
    ),
    (
        "panel.debounce_ms",
        10**400,
        "panel.debounce_ms: a number of more than nine digits is above 500. Write a whole number "
        "from 1 to 500 (buttons).",
    ),
]

BAD_MOLDS: list[Case] = [
    (
        "weld.energy_j",
        120000,
        "weld.energy_j: 120000 is above the generator's 99000 (machine.json: "
        "generator.energy_max_j). Lower it, or choose another generator profile.",
    ),
    (
        "weld.energy_j",
        1100,
        "weld.energy_j: 1100 in 430 ms is 2558 W, above 2340 (limits.peak_max_pc of machine.json: "
        "generator.full_scale_w). Lower it, or raise weld.time_ms.",
    ),
    (
        "weld.energy_j",
        [375],
        "weld.energy_j: a list is not a number. Write a whole number from 1 to 999999 (set "
        "energy; expected in other modes).",
    ),
    (
        "weld.energy",
        375,
        "weld.energy: is not a key of this file. Did you mean weld.energy_j?",
    ),
    (
        "weld.spede",
        1,
        "weld.spede: is not a key of this file. Remove it.",
    ),
    (
        "hold_ms",
        150,
        "hold_ms: is not a key of this file. Did you mean weld.hold_ms?",
    ),
    (
        "weld.time_ms",
        0,
        "weld.time_ms: 0 is below 1. Write a whole number from 1 to 60000 (set time; expected in "
        "other modes).",
    ),
    (
        "weld.time_ms",
        5,
        "weld.time_ms: 5 is below the generator's 10 (machine.json: generator.weld_min_ms). Raise "
        "it, or choose another generator profile.",
    ),
    (
        "weld.time_ms",
        40000,
        "weld.time_ms: 40000 is above the generator's 30000 (machine.json: "
        "generator.weld_max_ms). Lower it, or choose another generator profile.",
    ),
    (
        "weld.time_ms",
        25000,
        "limits.time_max_pc: 150 lets a weld last 37500 ms, above the generator's 30000 "
        "(machine.json: generator.weld_max_ms). Lower it, or lower weld.time_ms.",
    ),
    (
        "weld.hold_ms",
        31000,
        "weld.hold_ms: 31000 is above the generator's 30000 (machine.json: "
        "generator.hold_max_ms). Lower it, or choose another generator profile.",
    ),
    (
        "weld.hold_ms",
        -1,
        "weld.hold_ms: -1 is below 0. Write a whole number from 0 to 60000 (force kept after the "
        "weld).",
    ),
    (
        "weld.amplitude_pc",
        5,
        "weld.amplitude_pc: 5 is below the generator's 10 (machine.json: "
        "generator.amplitude_min_pc). Raise it, or choose another generator profile.",
    ),
    (
        "weld.mode",
        "collapse",
        'weld.mode: "collapse" is not a choice. Write "energy" or "time" or "peak" or "ground" or '
        '"continuous" (what ends a weld).',
    ),
    (
        "weld",
        GONE,
        'weld.mode: is missing. Add "energy" or "time" or "peak" or "ground" or "continuous" '
        "(what ends a weld).",
    ),
    (
        "id",
        "foot\nL",
        'id: "foot?L" is not a name. Write 1 to 32 letters, digits, - or _ (name of the mold).',
    ),
    (
        "code",
        32,
        "code: 32 is above 31. Write a whole number from 1 to 31 (its coded bits).",
    ),
    (
        "code",
        0,
        "code: 0 is below 1. Write a whole number from 1 to 31 (its coded bits).",
    ),
    (
        "pitch_mm",
        315.0625,
        "pitch_mm: 315.0625 has more than three decimals. Write 20 to 1000 with up to three "
        "decimals (web travel of one stroke).",
    ),
    (
        "pitch_mm",
        800,
        "pitch_mm: 800 takes 1016 ms to feed, not below 1000 (machine.json: feed.index_max_ms). "
        "Shorten it, or feed faster.",
    ),
    (
        "piece_mm",
        315,
        "piece_mm: 315 is not below 315 (pitch_mm). Lower it, or raise pitch_mm.",
    ),
    (
        "limits.energy_suspect_pc",
        20,
        "limits.energy_suspect_pc: 20 is above 15 (limits.energy_reject_pc). Lower it, or raise "
        "limits.energy_reject_pc.",
    ),
    (
        "limits.time_min_pc",
        100,
        "limits.time_min_pc: 100 is above 99. Write a whole number from 1 to 99 (reject below, of "
        "set time).",
    ),
    (
        "limits.peak_min_pc",
        95,
        "limits.peak_min_pc: 95 is not below 90 (limits.peak_max_pc). Lower it, or raise "
        "limits.peak_max_pc.",
    ),
    (
        "",
        1,
        '"": is not a key of this file. Remove it.',
    ),
]


def changed(good: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """A copy of a good file in which one key has another value or is gone."""
    data = copy.deepcopy(good)
    section, dot, name = place.rpartition(".")
    inside = data[section] if dot else data
    if value is GONE:
        del inside[name]
    else:
        inside[name] = value
    return data
