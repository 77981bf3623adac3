"""Makes rows of the weld monitor of a mold's settings. Called by horn, in idle context.

Criteria end a weld as it was set, the first of them or all; cut-offs end it at once. The time of
a weld that ends by the first of its criteria is the gate device's own.
"""

from controller.image import (
    AMPLITUDE,
    END_ENERGY,
    END_GROUND,
    END_GROUND_CUT,
    END_MISSING,
    END_PEAK,
    END_PEAK_CUT,
    END_TIME,
)
from controller.weld_monitor import ALL, FULL_RAW, NOTHING, raw_of_mj

_RAMP = 10  # steps of a soft start


def program(monitors, of, pm_of, full_scale_w):
    """Set `need` and `program`, the rows, of the monitors; `of(name)`: the mold's weld settings.

    Returns the amplitude at the begin, and the gate time in µs that ends the weld as it was set,
    0 when none does."""

    def raw(name):
        return raw_of_mj(of(name) * 1000, full_scale_w)

    def power(name):
        return of(name) * FULL_RAW // 100

    mode = of("mode")
    least = raw("energy_min_j")
    in_all = least or of("combine") == "all"
    time_ms = of("time_ms" if mode == "time" else "also_time_ms")
    also = raw("also_energy_j")
    wanted = (
        (time_ms, END_TIME),
        (raw("energy_j") if mode == "energy" else max(least, also), END_ENERGY),
        (power("peak_pc"), END_PEAK),
        (of("ground_ms"), END_GROUND),
    )
    rows = (
        [(of("part_ms"), END_MISSING), (of("step_ms"), AMPLITUDE)],
        [(raw("energy_max_j"), END_ENERGY), (raw("step_j"), AMPLITUDE)],
        [(power("cut_peak_pc"), END_PEAK_CUT), (power("step_pc"), AMPLITUDE)],
        [],
    )
    need = 0
    for kind in range(4):
        at, word = wanted[kind]
        if at and in_all:
            word += ALL
            need += 1
        if kind or in_all:
            rows[kind].append((at, word))
    if not of("ground_ms"):
        rows[3].append((of("cut_ground_ms"), END_GROUND_CUT))
    begin_pm = full_pm = pm_of(of("amplitude_pc"))
    step_pm = pm_of(of("step_amplitude_pc"))
    ramp_ms = of("ramp_ms")
    if ramp_ms:
        begin_pm = pm_of(0)
        for k in range(1, _RAMP + 1):
            pm = begin_pm + (full_pm - begin_pm) * k // _RAMP
            rows[0].append((ramp_ms * k // _RAMP, AMPLITUDE + pm))
    part_raw = raw("part_j")
    for monitor in monitors:
        monitor.need = need
        monitor.part_raw = part_raw
        # What is due is in the order of energy.
        monitor.program = [_chain(rows, kind, step_pm) for kind in (1, 0, 2, 3)]
    return begin_pm, 0 if in_all else time_ms * 1000


def _chain(rows, kind, step_pm):
    """First of linked rows in the order of their thresholds; those of 0 are off. Times and
    contact are counted from the row before, and done a sample later."""
    first = NOTHING
    every = sorted([row for row in rows[kind] if row[0]])
    for k in range(len(every) - 1, -1, -1):
        at, word = every[k]
        if word == AMPLITUDE:
            word += step_pm
        when = at if kind == 2 else max(1, at - (every[k - 1][0] if k else 1))
        first = [at if kind == 1 else 0, word, first, first, when, first[4]]
    return first
