"""Interlocks over every combination of wishes and conditions that can matter."""

import itertools

import host_sim  # noqa: F401
from controller import interlocks as il
from controller import signals as s

WISHES = [row[0] for row in il.TABLE]
INPUTS = [s.SAFETY_OK, s.GUARD_CLOSED, s.PRESS_BOTTOM, s.TRIGGER, s.PRESS_CLEAR]
TRUTHS = [il.WEB_STILL, il.SHOT_OVER, il.MOLD_OK, il.NO_OVERLOAD]


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
    if not di & s.SAFETY_OK or not di & s.GUARD_CLOSED:
        assert got == s.LIGHT_RED
    if got & s.SONICS_ENABLE:
        assert di & s.PRESS_BOTTOM and di & s.TRIGGER
        assert word & il.WEB_STILL and word & il.MOLD_OK and word & il.NO_OVERLOAD
    if got & s.FEED_ENABLE:
        assert di & s.PRESS_CLEAR and word & il.SHOT_OVER
        assert not got & s.PRESS_DOWN
    if got & s.PRESS_DOWN:
        assert word & il.WEB_STILL and word & il.MOLD_OK
        assert not got & s.PRESS_UP


def test_what_is_allowed_is_let_through() -> None:
    di = s.SAFETY_OK | s.GUARD_CLOSED | s.PRESS_BOTTOM | s.TRIGGER
    word = il.WEB_STILL | il.MOLD_OK | il.NO_OVERLOAD
    for want in (s.SONICS_ENABLE | s.PRESS_DOWN, s.PRESS_UP, s.BELT_RUN | s.REWIND):
        assert il.permit(want, di, word) == want
    assert il.permit(s.FEED_ENABLE, s.SAFETY_OK | s.GUARD_CLOSED | s.PRESS_CLEAR, il.SHOT_OVER)
