"""Rules of the simulated HAL, with a controller of a few lines, and then with the real one."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from plant_rig import Ends

from controller import image, signals
from controller.app import App
from controller.journal import Journal
from host_sim.faults import KINDS, Fault
from host_sim.molds import load_machine, load_molds, settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

PUNCTUAL = {"plant.wake_late_us": 0, "plant.relay_closed": 1}
WRAP = 2**30


class Fake:
    """A controller that does what `script(fake, now)` says, and returns the wait that it says."""

    def __init__(self, script: Callable[[Fake, int], int]) -> None:
        self.inputs = image.Inputs()
        self.outputs = image.Outputs()
        self.monitor = Ends()
        self.journal = Journal(16)
        self.unit = SimpleNamespace(state=0)
        self.script = script
        self.seen: list[tuple[int, int]] = []  # (ticks, di) of each scan

    def scan(self, now: int) -> int:
        self.seen.append((now, self.inputs.di))
        return self.script(self, now)


def twin_of(script: Callable[[Fake, int], int], origin: int = 0, **changes: object) -> Twin:
    machine, mold = settings(load_machine(), load_molds(["hand_M"])[0])
    keys = PUNCTUAL | {f"plant.{key}": value for key, value in changes.items()}
    plant = PlantParameters().override(keys)
    return Twin(Fake(script), plant, machine, mold, 1, tick_origin=origin)


def lower_at(t_us: int) -> Callable[[Fake, int], int]:
    """A controller that lowers the press once, at `t_us`, and then wants nothing."""

    def script(fake: Fake, now: int) -> int:
        if now < t_us:
            return t_us - now
        fake.outputs.do = signals.PRESS_DOWN
        return 1_000_000

    return script


def test_it_scans_at_the_start_at_deadlines_and_at_changes_only() -> None:
    twin = twin_of(lower_at(700_000))
    twin.run(1_600_000)
    times = [now for now, _ in twin.app.seen]
    # Start, generator ready, drive ready, order; then the press.
    assert times[:4] == [0, 300_000, 500_000, 700_000]
    assert times[4] == 722_000
    assert len(times) == 4 + 4  # top off, clear off, bottom, trigger; the next deadline is later
    assert twin.scans == len(times)


def test_at_a_tie_the_scan_comes_once_and_sees_what_the_machine_did() -> None:
    def script(fake: Fake, now: int) -> int:
        if now == 100_000:
            fake.outputs.do = signals.PRESS_DOWN
        # Just when the slide leaves its upper switch: 22 ms after the valve is switched on.
        return {0: 100_000, 100_000: 22_000}.get(now, 50_000_000)

    twin = twin_of(script)
    twin.run(125_000)
    assert [now for now, _ in twin.app.seen] == [0, 100_000, 122_000]
    assert not twin.app.seen[-1][1] & signals.PRESS_TOP


@pytest.mark.parametrize("origin", [1, 12_345, WRAP // 2 - 400_000, WRAP - 722_000, WRAP - 1])
def test_a_wrap_of_ticks_changes_nothing(origin: int) -> None:
    plain, wrapped = twin_of(lower_at(700_000)), twin_of(lambda fake, now: 0, origin)
    script = lower_at(700_000)
    wrapped.app.script = lambda fake, now: script(fake, (now - origin) % WRAP)
    plain.run(2_000_000)
    wrapped.run(2_000_000)
    assert [((now - origin) % WRAP, di) for now, di in wrapped.app.seen] == plain.app.seen
    assert wrapped.now_us == plain.now_us == 2_000_000


def test_wakes_at_deadlines_come_late_and_extra_scans_do_not_disturb_that() -> None:
    def ticking(fake: Fake, now: int) -> int:
        return 10_000 - now % 10_000

    def times(extra: int) -> list[int]:
        twin = twin_of(ticking, wake_late_us=1_000)
        if extra:
            # Just before a deadline, never between a deadline and its late wake.
            for at in range(9_999, 5_000_000, 10_000 * extra):
                twin.extra_scan_at(at)
        twin.run(5_000_000)
        return [now for now, _ in twin.app.seen if now % 10_000 != 9_999]

    plain = times(0)
    late = [now % 10_000 for now in plain[1:] if now not in (300_000, 500_000)]
    assert 900 < sum(late) / len(late) < 1_100 and max(late) <= 8_000
    assert times(3) == times(1) == plain


def test_commands_arrive_numbered_and_at_once() -> None:
    twin = twin_of(lambda fake, now: 50_000_000)
    twin.run(600_000)
    scans = twin.scans
    twin.command(2, mode=3)
    twin.run(600_001)
    inputs = twin.app.inputs
    assert (inputs.command_no, inputs.command, inputs.mode) == (1, 2, 3)
    assert twin.app.seen[-1][0] == 600_000 and twin.scans == scans + 1


def test_levels_are_applied_before_the_requests_they_permit() -> None:
    def script(fake: Fake, now: int) -> int:
        if now == 700_000:
            fake.outputs.do = signals.SONICS_ENABLE
            fake.outputs.gate_no, fake.outputs.gate_max_us = 1, 5_000
        if now == 708_000:
            fake.outputs.do = 0
            fake.outputs.gate_no = 2
        return next((at - now for at in (700_000, 708_000) if now < at), 50_000_000)

    ends = []
    twin = twin_of(script)
    twin.on_scan = lambda now: ends.append((now, twin.app.inputs.gate_end))
    twin.run(800_000)
    assert (705_000, image.END_TIME) in ends
    assert (708_001, image.END_DENIED) in ends


def test_the_journal_is_drained_before_it_overflows() -> None:
    def script(fake: Fake, now: int) -> int:
        for _ in range(5):
            fake.journal.put(now, 1, 2)
        return 1_000

    events = 0

    def sink(ring: object, start: int, stop: int) -> None:
        nonlocal events
        events += (stop - start) // 3

    twin = twin_of(script)
    twin.sink = sink
    twin.run(1_000_000)
    assert events == 5 * twin.scans and twin.app.journal.lost == 0


def real_twin(seed: int = 1, **changes: object) -> Twin:
    machine, mold = settings(load_machine(), load_molds(["hand_M"])[0])
    keys = {f"plant.{key}": value for key, value in changes.items()}
    app = App(machine, mold)
    twin = Twin(app, PlantParameters().override(keys), machine, mold, seed, sink=lambda *_: None)
    twin.operator.start_up(200_000)
    return twin


def test_the_operator_starts_the_machine_and_it_makes_thirty_pieces_a_minute() -> None:
    twin = real_twin()
    twin.run(10_000_000)
    assert twin.app.unit.state == 6
    made = twin.plant.pieces.made
    twin.run(70_000_000)
    assert twin.plant.pieces.made - made == 30


def test_every_input_stays_an_integer_below_two_to_the_thirty() -> None:
    twin = real_twin(web_origin=2**30 - 100_000, belt_origin=2**30 - 50_000)

    def look(_: int) -> None:
        for name, value in vars(twin.app.inputs).items():
            assert type(value) is int and 0 <= value < 2**30, name

    twin.on_scan = look
    twin.run(30_000_000)
    assert twin.app.inputs.web_pos < 2**29 and twin.app.inputs.belt_pos < 2**29
    assert type(twin.now_us) is int
    assert twin.plant.pieces.passed >= 5


@pytest.mark.parametrize("name", sorted(KINDS))
def test_pieces_are_conserved_through_each_fault_and_a_new_start(name: str) -> None:
    twin = real_twin()
    pieces = twin.plant.pieces
    twin.on_scan = lambda _: pieces.conserved or pytest.fail("a piece was doubled or lost")
    twin.inject(Fault(name, 12_345_678, 4_000_000))
    for t_us in range(20_000_000, 45_000_000, 5_000_000):
        twin.at(t_us, twin.operator.start_up)
    twin.run(50_000_000)
    assert twin.app.unit.state == 6
    assert pieces.made > 7 and pieces.conserved
