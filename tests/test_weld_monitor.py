"""The weld monitor ends a shot where its criteria are met, and a sample costs at most 60 µs."""

from __future__ import annotations

import importlib

from hypothesis import given
from hypothesis import strategies as st

from controller import image
from controller.image import AMPLITUDE, END_ENERGY, END_TIME
from controller.weld_monitor import ALL, NEVER, NOTHING, WeldMonitor
from controller.weld_program import program
from host_sim.board.work import SAMPLE_MOST_US, SCAN_MOST_US, _Counter, _folded, total
from host_sim.molds import settings
from host_sim.plant import PlantParameters
from host_sim.twin import Twin
from host_sim.weld_modes import machine_of, recipe_of


@given(
    st.lists(st.integers(0, 4095 + 4096), max_size=400),
    st.sampled_from(["first", "all"]),
    st.integers(0, 100), st.integers(0, 50), st.integers(0, 500), st.integers(0, 400),
)  # fmt: skip
def test_the_monitor_ends_at_the_sample_where_its_criteria_are_met(
    samples: list[int], combine: str, peak_pc: int, ground_ms: int, time_ms: int, energy_j: int
) -> None:
    """Against a monitor that looks at everything in every sample; one criterion a sample may be
    a sample late for each of the others."""
    mold = {
        "mode": "continuous", "combine": combine, "energy_min_j": 0, "energy_max_j": 0,
        "also_time_ms": time_ms, "also_energy_j": energy_j, "peak_pc": peak_pc,
        "ground_ms": ground_ms, "part_ms": 0, "part_j": 0, "step_ms": 0, "step_j": 0,
        "step_pc": 0, "step_amplitude_pc": 0, "cut_peak_pc": 0, "cut_ground_ms": 0,
        "amplitude_pc": 80, "ramp_ms": 0,
    }  # fmt: skip
    monitor = WeldMonitor()
    program([monitor], mold.__getitem__, lambda pc: 10 * pc, 2600)
    monitor.rows = monitor.program
    monitor.begin()
    total = contact = 0
    met_at: dict[str, int] = {}
    ended = None
    for n, raw in enumerate(samples, 1):
        contact += raw > 4095
        total += raw & 4095
        now = {
            "time": n >= time_ms, "energy": total >= energy_j * 1000 * 4096 // 2600 - 4096,
            "peak": raw & 4095 >= peak_pc * 4096 // 100, "ground": contact >= ground_ms,
        }  # fmt: skip
        for name, met in now.items():
            if met:
                met_at.setdefault(name, n)
        if monitor.sample(raw):
            ended = n
            break
    on = {
        "time": time_ms if combine == "all" else 0, "energy": energy_j, "peak": peak_pc,
        "ground": ground_ms,
    }  # fmt: skip
    wanted = [met_at.get(name) for name, value in on.items() if value]
    if ended is None:
        assert (
            not wanted
            or (None in wanted if combine == "all" else not any(wanted))
            or (len(samples) - max(filter(None, wanted)) < 4)
        )
    else:
        assert wanted
        assert combine == "first" or None not in wanted


def test_rows_are_done_in_their_order() -> None:
    monitor = WeldMonitor()
    last = [0, END_TIME, NOTHING, NOTHING, 4, NEVER]
    step = [0, AMPLITUDE + 500, None, last, 1, 4]
    energy = [3000, ALL + END_ENERGY, NOTHING]
    monitor.rows = (energy, step, NOTHING, NOTHING)
    monitor.need = 1
    monitor.begin()
    assert [monitor.sample(1000) for _ in range(3)] == [0, AMPLITUDE + 500, END_ENERGY]
    energy[0] = 9000
    monitor.begin()
    words = [monitor.sample(1000) for _ in range(6)]
    assert words == [0, AMPLITUDE + 500, 0, 0, 0, END_TIME]


def test_no_sample_costs_more_than_its_budget() -> None:
    """Each way through `sample`, and all of them in one."""
    with _folded() as (_, folder):
        module = importlib.import_module("controller.weld_monitor")
        counter = _Counter(folder)
        nothing = module.NOTHING
        worst = {}
        for word in (image.END_ENERGY, image.AMPLITUDE + 5, 2048 + 2):
            for kind in range(4):
                for raw in (4000, 4000 + 4096):
                    monitor = module.WeldMonitor()
                    row = [1 if kind == 0 else 0, word, nothing, nothing, 1, 1 << 29]
                    chains = [nothing] * 4
                    chains[kind] = row
                    monitor.rows = tuple(chains)
                    monitor.need = 2
                    monitor.begin()
                    for each in range(2):
                        us = total(counter.run(monitor.sample, raw + each)[1]).us
                        worst[us] = (word, kind, raw, each)
        monitor = module.WeldMonitor()
        monitor.sample(9)
        common = total(counter.run(monitor.sample, 5)[1]).us
    assert max(worst) <= SAMPLE_MOST_US, (worst[max(worst)], max(worst), common)
    assert common <= 35


def test_a_scan_of_four_horns_with_every_option_keeps_its_budget() -> None:
    """Records of four horns are made in one scan."""
    recipe = ("pre=top", "burst_ms=100", "delay_ms=20", "ground_ms=3", "ramp_ms=50")
    limits = ("df_reject_hz=100", "trigger_reject_ms=300", "lower_reject_ms=500")
    horns = ("horns.count=4", "generator.f0_hz=20000")
    files = machine_of(horns), recipe_of(recipe, limits)
    worst = 0.0
    with _folded() as (controller, folder):
        check, schema = controller.config.check, controller.schema
        machine = check(schema.MACHINE_SCHEMA, files[0].data, "machine.json")
        mold = check(schema.MOLD_SCHEMA, files[1].data, "mold.json", machine)
        app = controller.app.App(machine, mold)
        counter = _Counter(folder)
        scan, first = app.scan, True

        def counted(now: int) -> int:
            nonlocal worst, first
            wait_us, parts = counter.run(scan, now)
            worst = max(worst, 0 if first else total(parts).us)
            first = False
            return wait_us

        app.scan = counted
        twin = Twin(app, PlantParameters(), *settings(*files), 1, sink=lambda *ring: None)
        twin.operator.start_up(100_000)
        twin.run(14_000_000)
        assert app.tracker.serial >= 2
    assert worst <= SCAN_MOST_US, worst
