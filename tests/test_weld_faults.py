"""What goes wrong at the horn is caught by the limit that is there for it, and named."""

from __future__ import annotations

import pytest

from controller import alarm_codes as a
from controller import packml
from host_sim.faults import Fault
from host_sim.weld_modes import Book, rig

HELD, EXECUTE = packml.HELD, packml.EXECUTE
F0 = ("generator.f0_hz=20000",)
GROUND = ("mode=ground", "ground_ms=3")

# fault, size, recipe, limits, reason that its records name, verdict, alarm
TABLE = (
    ("horn_crack", None, (), ("df_reject_hz=50",), "frequency", "reject", a.REJECTS_IN_A_ROW),
    ("horn_crack", None, (), ("df_suspect_hz=50",), "frequency", "suspect", 0),
    ("horn_crack", None, ("mode=time",), (), "energy", "reject", a.REJECTS_IN_A_ROW),
    ("frequency_drift", 60.0, (), ("df_reject_hz=50",), "frequency", "reject", a.REJECTS_IN_A_ROW),
    ("power_stuck", 0.0, (), (), "energy", "reject", a.REJECTS_IN_A_ROW),
    ("power_stuck", 99.0, (), (), "peak", "reject", a.REJECTS_IN_A_ROW),
    ("power_noisy", 100.0, (), ("peak_max_pc=60",), "peak", "reject", a.REJECTS_IN_A_ROW),
    ("ground_stuck", None, GROUND, (), "time", "reject", a.REJECTS_IN_A_ROW),
    ("ground_stuck", None, ("cut_ground_ms=40",), (), "cut", "reject", a.REJECTS_IN_A_ROW),
    ("part_missing", 3.0, ("part_ms=100", "part_j=40"), (), "cut", "reject", a.REJECTS_IN_A_ROW),
    ("part_missing", 3.0, (), ("reset_required=1",), "energy", "reject", a.REJECT_RESET),
)  # fmt: skip


@pytest.mark.parametrize(("name", "size", "recipe", "limits", "reason", "verdict", "alarm"), TABLE)
def test_a_fault_of_the_horn_is_caught_and_named(
    name: str,
    size: float | None,
    recipe: tuple[str, ...],
    limits: tuple[str, ...],
    reason: str,
    verdict: str,
    alarm: int,
) -> None:
    book = Book([])
    limits = (*limits, "rejects_in_a_row=3")
    twin, app = rig(recipe, limits=limits, machine=F0, plant={"plant.weld_slow_share_pc": 0.0})
    twin.on_scan = lambda _: app.journal.drain(book.sink)
    twin.operator.start_up(100_000)
    twin.run(15_000_000)
    assert app.unit.state == EXECUTE
    assert all(weld.verdict == "good" for weld in book.made), "good before the fault"
    before = len(book.made)
    twin.inject(Fault(name, 15_000_001, 16_000_000, size))
    twin.run(31_000_000)
    hurt = [weld for weld in book.made[before:] if weld.verdict == verdict]
    assert hurt and all(reason in weld.reasons for weld in hurt)
    assert app.alarms.stop_reason == alarm
    assert app.unit.state == (HELD if alarm else EXECUTE)
    for _look in range(2):
        if app.unit.state != EXECUTE:
            twin.operator.start_up(1_000_000)
        twin.run(twin.now_us + 20_000_000)
    assert app.unit.state == EXECUTE, "no production after the remedy"
    assert book.made[-1].verdict == "good"
