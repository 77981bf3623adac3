"""Says in every run of the tests whether the lane on an emulated Pico has been run."""

from __future__ import annotations

import pytest
from pico import lane


def test_there_is_a_pico_to_test_on() -> None:
    lane.image()
    pytest.skip(f"NOT TESTED on an emulated Pico here: it takes minutes. Run: {lane.HOW}")
