# Runs on an emulated Pico before the cases, once: loads what they need, reads the files of the
# reference machine and works out its ramps. That takes the chip two seconds, the host a minute.
from array import array

import chip  # noqa: F401 - puts the box in its place
import hal_rig as rig

import hal.rp2.hal  # noqa: F401
from hal.rp2 import ramp
from hal.rp2.profile import RING

_kept = {}
_make = ramp.make


def make(step_um, speed_mm_s, accel_mm_s2, ring, at):
    """As `ramp.make`; a profile that was made before is not worked out again."""
    key = step_um, speed_mm_s, accel_mm_s2
    if key not in _kept:
        made = _make(step_um, speed_mm_s, accel_mm_s2, ring, at)
        _kept[key] = made, ring[at : at + RING]
        return made
    made, words = _kept[key]
    for k in range(RING):
        ring[at + k] = words[k]
    made.ring, made.at = ring, at
    return made


_settings, _all_places, _places = rig.settings, rig.places, rig.places()
_reference = _settings()
rig.settings = lambda **other: _settings(**other) if other else _reference
rig.places = lambda *horns: _all_places(*horns) if horns else _places
ramp.make = make
ramp.profiles(_reference, array("I", bytes(4 * 3 * RING)), 0)
