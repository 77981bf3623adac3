"""Whatever happens to a machine with three horns and shots in air: they sound only where they may,
a stop leaves none to come, and no piece is lost or counted twice."""

from __future__ import annotations

from histories import LAST_US, Step, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_weld_modes import never_where_it_must_not

from controller import packml
from controller import signals as s
from host_sim.weld_modes import rig

RECIPES = (
    ("pre=top", "pre_amplitude_pc=20", "burst_ms=200", "delay_ms=50"),
    ("pre=switch", "pre_amplitude_pc=20", "ramp_ms=100", "step_j=200", "step_amplitude_pc=60"),
    ("mode=ground", "ground_ms=3", "part_ms=100", "part_j=40", "burst_ms=100"),
)
HORNS = ((), ("horns.count=3", "generator.f0_hz=20000"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.sampled_from(RECIPES), st.sampled_from(HORNS), st.integers(0, 2**16))
def test_sonics_sound_only_where_they_may(
    history: list[Step], recipe: tuple[str, ...], horns: tuple[str, ...], seed: int
) -> None:
    twin, app = rig(recipe, machine=horns, seed=seed, limits=("reset_required=1",))

    def look(_: int) -> None:
        never_where_it_must_not(twin, app)
        do = app.outputs.do
        if do & s.FEED_ENABLE:
            assert not twin.plant.gate.on, "the web moves under sonics"
        tracker = app.tracker
        known = tracker.on_web + tracker.n + sum(tracker.counts) + tracker.lost
        assert tracker.serial == known

    twin.on_scan = look
    twin.sink = lambda *ring: None
    twin.operator.start_up(100_000)
    for step in history:
        twin.at(step.t_us, lambda step=step: step.act(twin))
    twin.run(LAST_US + 4_000_000)
    twin.operator.estop(True)
    twin.run(twin.now_us + 5_000_000)
    assert app.unit.state == packml.ABORTED
    assert not twin.plant.gate.on and app.horn.finished(0)
    assert twin.plant.pieces.conserved


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    histories(),
    st.sampled_from(RECIPES),
    st.sampled_from(HORNS),
    st.lists(st.integers(1, LAST_US), max_size=12),
)
def test_extra_scans_change_nothing(
    history: list[Step], recipe: tuple[str, ...], horns: tuple[str, ...], extra: list[int]
) -> None:
    assert _events(history, recipe, horns, []) == _events(history, recipe, horns, extra)


def _events(
    history: list[Step], recipe: tuple[str, ...], horns: tuple[str, ...], extra: list[int]
) -> list[int]:
    made: list[int] = []

    def sink(ring: list[int], start: int, stop: int) -> None:
        made.extend(ring[start:stop])

    punctual = {"plant.wake_late_us": 0}
    twin, _ = rig(recipe, machine=horns, plant=punctual, sink=sink)
    twin.operator.start_up(100_000)
    for step in history:
        twin.at(step.t_us, lambda step=step: step.act(twin))
    for t_us in extra:
        twin.at(t_us, lambda: twin.extra_scan_at(twin.now_us))
    twin.run(LAST_US + 4_000_000)
    return made
