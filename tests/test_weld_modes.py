"""Every weld mode: the result is within its tolerance of the set value, or the record says why;
what stands around the weld happens when it should, and nothing sounds when it must not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from controller import alarm_codes as a
from controller import events, packml
from controller import signals as s
from controller.app import App
from host_sim.faults import Fault
from host_sim.twin import Twin
from host_sim.weld_modes import MODES, Book, Weld, measure, rig, welds
from tools.cli import main

BY_NAME = {mode.name: mode for mode in MODES}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_weld_is_as_set_or_its_record_names_the_limit(name: str) -> None:
    figures = measure(BY_NAME[name], strokes=2)
    assert figures.passed, figures
    assert figures.good, "no weld of this mode is good"
    assert figures.worst <= figures.mode.tolerance
    assert len(figures.ends) > 1 or name in ("time", "step at power")


@settings(max_examples=25, deadline=None)
@given(
    mode=st.sampled_from(MODES),
    load=st.floats(0.6, 1.6),
    amplitude=st.integers(50, 100),
    noise=st.floats(0, 15),
    seed=st.integers(0, 2**32),
)
def test_it_holds_for_any_load_amplitude_and_noise(
    mode: Any, load: float, amplitude: int, noise: float, seed: int
) -> None:
    def disturb(twin: Twin) -> None:
        twin.plant.load.noise_pc = noise

    plant = {"plant.weld_factor": load, **dict(mode.plant)}
    recipe = (*mode.recipe, f"amplitude_pc={amplitude}")
    for weld in welds(recipe, strokes=2, seed=seed, plant=plant, prepare=disturb):
        # A noisy sample is as large as full scale: more than a sample of mean power.
        off = abs(mode.off(weld))
        assert off <= mode.tolerance or weld.reasons, weld
        assert weld.end in mode.ends


def one(*recipe: str, **other: Any) -> Weld:
    return welds(recipe, strokes=1, **other)[0]


def test_the_record_says_what_ended_the_weld() -> None:
    assert one("mode=energy").end == "ENERGY"
    assert one("mode=time").end == "TIME"
    assert one("mode=peak", "peak_pc=20").end == "PEAK"
    assert one("mode=ground", "ground_ms=2").end == "GROUND"
    assert one("mode=energy", "also_time_ms=100").end == "TIME"
    assert one("mode=energy", "energy_j=900", "time_ms=430").end == "MAX"


def test_all_waits_for_the_last_and_first_does_not() -> None:
    both = ("mode=time", "time_ms=300", "also_energy_j=415")
    first, last = one(*both), one(*both, "combine=all")
    assert (first.end, first.on_us) == ("TIME", 300_000)
    assert last.end == "ENERGY" and last.on_us > 300_000 and last.mj >= 415_000
    both = ("mode=time", "time_ms=500", "also_energy_j=415", "combine=all")
    assert (one(*both).end, one(*both).on_us) == ("TIME", 500_000)


def test_compensation_extends_a_weak_weld_and_shortens_a_strong_one() -> None:
    bounds = ("mode=time", "energy_min_j=400", "energy_max_j=430")
    weak = one(*bounds, plant={"plant.weld_factor": 1.3})
    strong = one(*bounds, plant={"plant.weld_factor": 0.8})
    assert weak.on_us > 430_000 and weak.mj >= 400_000 and weak.end == "ENERGY"
    assert strong.on_us < 430_000 and strong.mj <= 433_000 and strong.end == "ENERGY"
    hopeless = one(*bounds, plant={"plant.weld_factor": 3.0})
    assert hopeless.end == "MAX" and hopeless.on_us == 645_000 and "max" in hopeless.reasons


def test_a_missing_part_is_cut_and_rejected() -> None:
    def empty(twin: Twin) -> None:
        twin.plant.load.missing = 1

    weld = one("part_ms=100", "part_j=40", prepare=empty)
    assert (weld.end, weld.on_us, weld.verdict) == ("MISSING", 100_000, "reject")
    assert one("part_ms=100", "part_j=40").end == "ENERGY"


def test_an_amplitude_step_changes_the_power_behind_it() -> None:
    weld = one("mode=time", "step_ms=200", "step_amplitude_pc=40", "amplitude_pc=80")
    before, behind = weld.samples[150:200], weld.samples[200:250]
    assert sum(behind) / sum(before) == pytest.approx(0.5, abs=0.02)


def test_a_soft_start_rises_in_ten_steps() -> None:
    weld = one("mode=time", "ramp_ms=100", plant={"plant.weld_ramp_ms": 1})
    means = [sum(weld.samples[at : at + 10]) / 10 for at in range(0, 110, 10)]
    assert means == sorted(means)
    assert means[0] < 0.2 * means[-1]


@pytest.mark.parametrize(
    ("limit", "reason", "verdict"),
    [
        ("time_suspect_pc=1", "time", "suspect"),
        ("peak_suspect_max_pc=30", "peak", "suspect"),
        ("peak_max_pc=38", "peak", "reject"),
        ("df_suspect_hz=1", "frequency", "suspect"),
        ("df_reject_hz=1", "frequency", "reject"),
        ("trigger_suspect_ms=1", "trigger", "suspect"),
        ("trigger_reject_ms=1", "trigger", "reject"),
        ("lower_suspect_ms=1", "lower", "suspect"),
        ("lower_reject_ms=1", "lower", "reject"),
    ],
)
def test_each_limit_is_named(limit: str, reason: str, verdict: str) -> None:
    machine = ("generator.f0_hz=20000",)
    for recipe in ((), ("delay_ms=50",)):
        weld = one("energy_j=415", *recipe, limits=(limit,), machine=machine)
        assert (weld.reasons, weld.verdict) == ((reason,), verdict)
    assert one(limits=(), machine=machine).verdict == "good"


def test_a_trigger_delay_is_no_part_of_the_trigger_time() -> None:
    limits = ("trigger_reject_ms=200",)
    assert one("delay_ms=1000", limits=limits).verdict == "good"


def test_stage_times_and_verdict_are_shown() -> None:
    twin, app = rig((), limits=("time_suspect_pc=1",))
    twin.operator.start_up(100_000)
    twin.run(9_000_000)
    assert app.outputs.do & s.WELD_VERDICTS == s.WELD_SUSPECT


def test_a_reject_can_ask_for_a_reset() -> None:
    twin, app = rig((), limits=("reset_required=1", "peak_max_pc=38"))
    twin.operator.start_up(100_000)
    twin.run(12_000_000)
    assert app.unit.state == packml.HELD and app.outputs.do & s.WELD_REJECT
    assert app.alarms.stop_reason == a.REJECT_RESET
    for command in (packml.CMD_UNHOLD,):
        twin.command(command)
        twin.run(twin.now_us + 500_000)
        assert app.unit.state == packml.HELD, "goes on without a reset"


def story(
    *recipe: str, until_us: int = 12_000_000, setup: bool = False, **other: Any
) -> tuple[Twin, App, list[tuple[int, int, int]], Book]:
    """Run, and note after each scan: gate on, position of the press, wishes granted."""
    book = Book([])
    twin, app = rig(recipe, **other)
    seen: list[tuple[int, int, int]] = []

    def look(now_us: int) -> None:
        app.journal.drain(book.sink)
        seen.append((now_us, app.outputs.do, twin.plant.wires.di))
        never_where_it_must_not(twin, app)

    twin.on_scan = look
    twin.at(50_000, lambda: twin.command(0, 6 if setup else 0))
    twin.operator.start_up(100_000)
    twin.run(until_us)
    return twin, app, seen, book


def never_where_it_must_not(twin: Twin, app: App) -> None:
    """What holds with shots in air too: while one sounds, the press moves under command."""
    if twin.plant.gate.on:
        do, di = app.outputs.do, app.inputs.di
        assert di & s.SAFETY_OK and di & s.GUARD_CLOSED and app.mold.ok
        assert not twin.plant.web.moving and not di & s.GEN_OVERLOADS
        if not di & s.PRESS_BOTTOM or not di & s.TRIGGER:
            assert do & s.PRESS, "sonics in air while the press stands"
            assert app.horn.pre_bit or app.horn.burst_us


def air_shots(book: Book) -> list[int]:
    return [value for what, value in book.events if what == events.AIR_US]


@pytest.mark.parametrize("pre", ["top", "switch"])
def test_sonics_before_contact_end_where_the_weld_begins(pre: str) -> None:
    twin, _, seen, book = story(f"pre={pre}", "pre_amplitude_pc=20", "burst_ms=100")
    shots = air_shots(book)
    assert len(book.made) >= 2 and len(shots) >= 4
    assert all(weld.verdict == "good" for weld in book.made)
    pre_us, burst_us = shots[0], shots[1]
    assert burst_us == 100_000
    assert (pre_us > 150_000) == (pre == "top")
    before = [di for _, do, di in seen if do & s.SONICS_ENABLE and do & s.PRESS_DOWN]
    assert any(not di & s.PRESS_BOTTOM for di in before)
    assert twin.plant.pieces.conserved


def test_without_contact_sonics_in_air_end_and_the_press_goes_up() -> None:
    twin, app, _, book = story(
        "pre=top", "pre_max_ms=400", "pre_amplitude_pc=20",
        plant={"plant.trigger_mean_us": 1_500_000},
    )  # fmt: skip
    assert app.alarms.stop_reason == a.PRE_NO_CONTACT and app.unit.state == packml.STOPPED
    assert air_shots(book) == [400_000] and not book.made
    assert twin.plant.press.position_pm == 0 and not twin.plant.gate.on


@pytest.mark.parametrize("at_us", range(6_500_000, 9_000_000, 61_000))
def test_an_estop_at_any_time_leaves_no_shot_to_come(at_us: int) -> None:
    """Before contact, waiting for the weld, in it, in the afterburst."""
    recipe = ("pre=top", "pre_amplitude_pc=20", "burst_ms=300", "delay_ms=100")
    twin, app = rig(recipe)
    twin.on_scan = lambda _: never_where_it_must_not(twin, app)
    twin.operator.start_up(100_000)
    twin.inject(Fault("web_break", at_us, 1_000_000))
    twin.run(at_us + 1_000_000)
    assert app.unit.state == packml.ABORTED
    shots = twin.plant.gate.shots
    twin.run(at_us + 4_000_000)
    assert twin.plant.gate.shots == shots and not twin.plant.gate.on
    assert not app.horn.armed and app.horn.finished(0)
    twin.operator.start_up(1)
    twin.run(at_us + 20_000_000)
    assert app.unit.state == packml.EXECUTE


def test_continuous_is_for_setting_up_and_has_a_hard_maximum() -> None:
    twin, app, _, book = story("mode=continuous")
    assert app.alarms.stop_reason == a.SETUP_ONLY and not twin.plant.gate.shots
    twin, app, _, book = story("mode=continuous", setup=True)
    assert [(weld.end, weld.on_us) for weld in book.made] == [("MAX", 645_000)]
    assert app.unit.state == packml.STOPPED and book.made[0].verdict == "reject"


def test_a_stop_ends_a_continuous_weld() -> None:
    recipe = ("mode=continuous", "time_ms=10000", "energy_j=4000")
    twin, app, _, book = story(*recipe, setup=True, until_us=8_000_000)
    assert twin.plant.gate.on
    twin.command(packml.CMD_STOP)
    twin.run(10_000_000)
    assert app.unit.state == packml.STOPPED and not twin.plant.gate.on
    assert [weld.end for weld in book.made] == ["STOP"]
    assert not app.alarms.worst >= a.REACT_HOLD


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_horn_has_its_record_and_the_worst_is_the_pieces(count: int) -> None:
    machine = (f"horns.count={count}", "horns.stagger_ms=20")

    def empty(twin: Twin) -> None:
        twin.plant.loads[-1].missing = 1

    recipe = ("part_ms=100", "part_j=40")
    _, app, _, book = story(*recipe, machine=machine)
    assert [weld.horn for weld in book.made[: 2 * count]] == 2 * list(range(1, count + 1))
    made = welds(recipe, machine=machine, strokes=2, prepare=empty)
    assert [weld.verdict for weld in made[:count]] == ["good"] * (count - 1) + ["reject"]
    counts = app.tracker.counts
    assert sum(counts) + app.tracker.n + app.tracker.on_web == app.tracker.serial
    assert app.bus.needs["d"] & s.GEN_OVERLOADS
    stack = list(app.horn.record.stack)
    assert stack[0::3] == [len(book.made) // count] * count
    assert all(seconds == 0 or seconds < 10 for seconds in stack[1::3])


def test_stagger_keeps_inrush_apart() -> None:
    peaks = {}
    for stagger_ms in (0, 20, 50):
        twins: list[Twin] = []
        machine = ("horns.count=3", f"horns.stagger_ms={stagger_ms}")
        welds((), machine=machine, strokes=3, prepare=twins.append)
        peaks[stagger_ms] = twins[0].plant.current.peak_a
    assert peaks[20] < 0.6 * peaks[0]


def test_an_overload_of_any_horn_stops_all() -> None:
    machine = ("horns.count=3", "horns.stagger_ms=20")
    twin, app = rig((), machine=machine)
    book = Book([])
    twin.on_scan = lambda _: app.journal.drain(book.sink)
    twin.operator.start_up(100_000)
    twin.at(6_000_000, lambda: twin.plant.generators[2].overload(now=False))
    twin.run(12_000_000)
    cut = [weld for weld in book.made if weld.end in ("OVERLOAD", "STOP")]
    assert sorted((weld.horn, weld.end) for weld in cut) == [
        (1, "STOP"), (2, "STOP"), (3, "OVERLOAD"),
    ]  # fmt: skip
    assert app.alarms.stop_reason == a.GEN_OVERLOAD


def test_counters_of_the_stack_outlive_a_restart() -> None:
    twin, app = rig(())
    twin.operator.start_up(100_000)
    twin.run(20_000_000)
    kept = app.statistics.counters()
    shots, seconds, ms = app.horn.record.stack
    assert shots == app.tracker.serial > 2 and 1000 * seconds + ms > 300 * shots
    fresh = rig(())[1]
    fresh.statistics.restore(kept)
    assert list(fresh.horn.record.stack) == [shots, seconds, ms]
    fresh.statistics.restore(kept[:-1])  # another version's
    assert list(fresh.horn.record.stack) == [shots, seconds, ms]


def test_amplitude_is_scaled_to_the_generators_input() -> None:
    machine = ("generator.amplitude_zero_pc=10", "generator.amplitude_full_pc=90")
    _, app = rig(("amplitude_pc=90",), limits=(), machine=(machine[0], machine[1], MOST))
    assert app.outputs.amplitude_pm == 1000
    _, app = rig(("amplitude_pc=50",), machine=(machine[0], machine[1], MOST))
    assert app.outputs.amplitude_pm == 500
    assert one("mode=energy", machine=(*machine, MOST)).verdict == "good"


MOST = "generator.amplitude_max_pc=90"


def test_bad_recipes_are_refused_with_the_way_out() -> None:
    for recipe in (("mode=peak",), ("mode=ground",)):
        with pytest.raises(Exception, match=r"ends no weld, and weld.mode is"):
            rig(recipe)


def test_the_command_prints_figures() -> None:
    done = CliRunner().invoke(main, ["weld-modes", "--strokes", "1", "--json"])
    assert done.exit_code == 0, done.output
    made = json.loads(done.output)
    assert set(made["modes"]) == set(BY_NAME) and made["pass"]
    assert made["supply_peak_a"]["3"]["20"] < made["supply_peak_a"]["3"]["0"]
