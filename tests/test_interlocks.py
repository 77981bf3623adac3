"""Interlocks over every combination of wishes and conditions that can matter."""

import itertools

import host_sim  # noqa: F401
from controller import image, modes, packml
from controller import interlocks as il
from controller import signals as s
from controller.journal import Journal
from controller.part import Bus

WISHES = [row[0] for row in il.TABLE]
INPUTS = [s.SAFETY_OK, s.GUARD_CLOSED, s.PRESS_BOTTOM, s.TRIGGER, s.PRESS_CLEAR]
TRUTHS = [
    il.WEB_STILL, il.SHOT_OVER, il.MOLD_OK, il.NO_OVERLOAD, il.MAY_CREEP, il.NO_JOG, il.IN_AIR,
]  # fmt: skip


def subsets(bits: list[int]) -> list[int]:
    return [sum(bit for bit, on in zip(bits, row, strict=True) if on)
            for row in itertools.product((0, 1), repeat=len(bits))]  # fmt: skip


def test_every_combination_keeps_the_rules_and_grants_nothing() -> None:
    for want in subsets(WISHES):
        for di in subsets(INPUTS):
            for word in subsets(TRUTHS):
                got = il.permit(want | s.LIGHT_RED, di, word)
                assert got & ~(want | s.LIGHT_RED) == 0, "an interlock granted something"
                assert got & s.LIGHT_RED, "lights need no permission"
                check(got, di, word)


def check(got: int, di: int, word: int) -> None:
    if not di & s.SAFETY_OK:
        assert got == s.LIGHT_RED
    if not di & s.GUARD_CLOSED:
        assert got & ~(s.LIGHT_RED | s.FEED_ENABLE) == 0
    if got & s.SONICS_ENABLE:
        down = di & s.PRESS_BOTTOM and di & s.TRIGGER
        assert down or (word & il.IN_AIR and got & s.PRESS), "in air only while the press moves"
        assert word & il.WEB_STILL and word & il.MOLD_OK and word & il.NO_OVERLOAD
        assert word & il.NO_JOG
    if got & s.FEED_ENABLE:
        assert di & s.PRESS_CLEAR and word & il.SHOT_OVER and word & il.MAY_CREEP
        assert not got & s.PRESS_DOWN
    if got & s.PRESS_DOWN:
        assert word & il.WEB_STILL and word & il.MOLD_OK and word & il.NO_JOG
        assert not got & s.PRESS_UP


def test_what_is_allowed_is_let_through() -> None:
    di = s.SAFETY_OK | s.GUARD_CLOSED | s.PRESS_BOTTOM | s.TRIGGER
    word = il.WEB_STILL | il.MOLD_OK | il.NO_OVERLOAD | il.NO_JOG
    for want in (s.SONICS_ENABLE | s.PRESS_DOWN, s.PRESS_UP, s.BELT_RUN | s.REWIND | s.UNWIND):
        assert il.permit(want, di, word) == want
    want = s.FEED_ENABLE
    assert il.permit(want, s.SAFETY_OK | s.PRESS_CLEAR, il.SHOT_OVER | il.MAY_CREEP) == want


def test_the_web_moves_with_the_guard_closed_or_creeps_in_manual_while_button_and_key_are_on() -> (
    None
):
    """MAY_CREEP and NO_JOG over every mode, key, button, guard and profile."""
    bus = Bus(Journal(8), packml.Unit())
    profiles = (image.PROFILE_INDEX, image.PROFILE_TRIM, image.PROFILE_SLOW)
    for mode, guard, dx, profile in itertools.product(
        range(1, 8), (0, s.GUARD_CLOSED), subsets([s.KEY_SERVICE, s.BTN_JOG]), profiles
    ):
        bus.unit.mode = mode
        bus.inputs.di, bus.inputs.dx, bus.outputs.feed_profile = guard, dx, profile
        word = il.truths(bus, False, still=False)
        held = mode == modes.MANUAL and dx == s.KEY_SERVICE | s.BTN_JOG
        assert bool(word & il.NO_JOG) == (not held)
        if mode == modes.MANUAL:
            assert bool(word & il.MAY_CREEP) == (held and profile == image.PROFILE_SLOW)
        else:
            assert bool(word & il.MAY_CREEP) == bool(guard)


def test_the_web_is_still_when_the_feed_says_so() -> None:
    bus = Bus(Journal(8), packml.Unit())
    for still in (False, True):
        assert bool(il.truths(bus, False, still) & il.WEB_STILL) == still
