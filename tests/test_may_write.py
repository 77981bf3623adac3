"""Flash is written only when sonics are off, the press is parked and the web is still."""

from __future__ import annotations

from itertools import product

from controller import signal_names
from controller import signals as s
from controller.image import Inputs, Outputs
from store.may_write import may_write

DI = (s.PRESS_TOP, s.FEED_IN_POS)
DO = (s.PRESS_DOWN, s.SONICS_ENABLE, s.FEED_ENABLE)


def images(
    di: int, do: int, gate: tuple[int, int], feed: tuple[int, int]
) -> tuple[Inputs, Outputs]:
    inputs, outputs = Inputs(), Outputs()
    inputs.di, outputs.do = di, do
    outputs.gate_no, inputs.gate_done = gate
    outputs.feed_no, inputs.feed_done = feed
    return inputs, outputs


def expected(di: int, do: int, shot_over: bool, move_over: bool) -> bool:
    sonics_off = shot_over and not do & s.SONICS_ENABLE
    parked = bool(di & s.PRESS_TOP) and not do & s.PRESS_DOWN
    still = move_over and (bool(di & s.FEED_IN_POS) or not do & s.FEED_ENABLE)
    return sonics_off and parked and still


def words(bits: tuple[int, ...], rest: int) -> list[int]:
    """Every combination of the bits, with none and with all of the others set."""
    found = []
    for on in product((0, 1), repeat=len(bits)):
        word = sum(bit for bit, each in zip(bits, on, strict=True) if each)
        found += [word, word | rest & ~sum(bits)]
    return found


def test_every_combination_of_what_counts_and_nothing_else_counts() -> None:
    all_di = sum(bit for _, bit in signal_names.DI)
    all_do = sum(bit for _, bit in signal_names.DO)
    numbers = ((0, 0), (7, 7), (32767, 32767), (1, 0), (0, 32767), (7, 8))
    allowed = 0
    for di, do in product(words(DI, all_di), words(DO, all_do)):
        for gate, feed in product(numbers, numbers):
            answer = may_write(*images(di, do, gate, feed))
            assert answer is expected(di, do, gate[0] == gate[1], feed[0] == feed[1])
            allowed += answer
    assert allowed == 3 * 4 * 9  # three ways to stand still; others on or off; numbers equal


def test_no_other_bit_counts() -> None:
    base = images(s.PRESS_TOP | s.FEED_IN_POS, 0, (1, 1), (1, 1))
    assert may_write(*base)
    for _, bit in signal_names.DI:
        if bit not in DI:
            assert may_write(*images(s.PRESS_TOP | s.FEED_IN_POS | bit, 0, (1, 1), (1, 1)))
    for _, bit in signal_names.DO:
        if bit not in DO:
            assert may_write(*images(s.PRESS_TOP | s.FEED_IN_POS, bit, (1, 1), (1, 1)))
