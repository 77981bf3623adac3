"""The keys of machine.json and of a mold file: kind, bounds, and which key limits which.

Read by `config.check` alone, at start and when a mold is loaded, on the board and on the host.
Bounds are such that no product that the controller forms of these values reaches 2**30.
"""

from micropython import const

from controller.feasible import machine_feasible, mold_feasible

# Kinds of a value
WHOLE = const(0)  # a whole number
MILLI = const(1)  # mm with up to three decimals; kept in µm under the key that ends in _um
TEXT = const(2)  # a name of letters, digits, - and _; bounds are lengths
CHOICE = const(3)  # one of the texts given instead of bounds

# What a limit asks of a key
AT_MOST = const(0)
AT_LEAST = const(1)
BELOW = const(2)

MACHINE_ROWS = (
    # key, kind, least, most (MILLI: in µm), what it is
    ("machine.name", TEXT, 1, 32, "name of this configuration"),
    ("machine.cavities", WHOLE, 1, 2, "pieces a stroke"),
    ("machine.takt_ms", WHOLE, 500, 60000, "stroke to stroke"),
    ("machine.pacing", CHOICE, ("grid", "stroke"), None, "what a stroke waits for"),
    ("press.lower_max_ms", WHOLE, 50, 30000, "top to bottom switch"),
    ("press.trigger_max_ms", WHOLE, 10, 30000, "bottom switch to trigger force"),
    ("press.raise_max_ms", WHOLE, 50, 30000, "weld to clear height"),
    ("press.top_max_ms", WHOLE, 50, 30000, "weld to top switch"),
    ("generator.full_scale_w", WHOLE, 100, 20000, "power at 10 V of the monitor"),
    ("generator.energy_min_j", WHOLE, 1, 99000, "least energy of a weld"),
    ("generator.energy_max_j", WHOLE, 1, 99000, "most energy of a weld"),
    ("generator.weld_min_ms", WHOLE, 1, 30000, "shortest weld"),
    ("generator.weld_max_ms", WHOLE, 1, 30000, "longest weld"),
    ("generator.hold_max_ms", WHOLE, 1, 30000, "longest hold"),
    ("generator.amplitude_min_pc", WHOLE, 1, 100, "least amplitude"),
    ("generator.amplitude_max_pc", WHOLE, 1, 100, "most amplitude"),
    ("generator.reset_pulse_ms", WHOLE, 1, 5000, "length of the reset pulse"),
    ("generator.ready_max_ms", WHOLE, 10, 30000, "wait for READY"),
    ("feed.speed_mm_s", WHOLE, 10, 3000, "speed of the index"),
    ("feed.accel_mm_s2", WHOLE, 100, 50000, "acceleration of the index"),
    ("feed.trim_speed_mm_s", WHOLE, 10, 3000, "speed of the trim"),
    ("feed.trim_accel_mm_s2", WHOLE, 100, 50000, "acceleration of the trim"),
    ("feed.slow_speed_mm_s", WHOLE, 1, 250, "jog and homing; 15 m/min at most"),
    ("feed.step_um", WHOLE, 1, 1000, "web travel of one step"),
    ("feed.encoder_um", WHOLE, 1, 1000, "web travel of one count"),
    ("feed.index_max_ms", WHOLE, 50, 30000, "one pitch"),
    ("feed.trim_max_ms", WHOLE, 10, 30000, "one trim"),
    ("feed.settle_max_ms", WHOLE, 10, 30000, "standstill after a move"),
    ("feed.ready_max_ms", WHOLE, 10, 30000, "wait for the drive"),
    ("registration.eye_mm", MILLI, 0, 1000000, "eye to place of rest"),
    ("registration.window_mm", MILLI, 10, 100000, "marks count within ± this"),
    ("registration.trim_max_mm", MILLI, 10, 100000, "longest trim"),
    ("registration.warn_mm", MILLI, 10, 100000, "warn beyond ± this"),
    ("registration.alarm_mm", MILLI, 10, 100000, "alarm beyond ± this"),
    ("registration.missed_max", WHOLE, 1, 100, "missed marks in a row"),
    ("belt.speed_mm_s", WHOLE, 10, 3000, "set speed"),
    ("belt.top_speed_mm_s", WHOLE, 10, 3000, "speed at full set-point"),
    ("belt.encoder_um", WHOLE, 1, 1000, "belt travel of one count"),
    ("belt.loop_ms", WHOLE, 10, 5000, "period of the speed loop"),
    ("belt.eye_mm", WHOLE, 10, 10000, "pick-up to eye"),
    ("belt.eye_filter_ms", WHOLE, 1, 100, "bounces shorter than this"),
    ("belt.gap_mm", WHOLE, 1, 2000, "piece missing after this"),
    ("belt.jam_mm", WHOLE, 1, 2000, "eye blocked too far by this"),
    ("belt.start_max_ms", WHOLE, 10, 30000, "standstill to speed"),
    ("belt.transfer_mm", WHOLE, 1, 10000, "travel that clears the pick-up"),
    ("belt.transfer_max_ms", WHOLE, 10, 30000, "that travel"),
    ("panel.debounce_ms", WHOLE, 1, 500, "buttons"),
    ("mold_id.stable_ms", WHOLE, 50, 5000, "coded bits must stay"),
    ("service.collect_max_ms", WHOLE, 10, 30000, "housekeeping in a stroke"),
)

MOLD_ROWS = (
    ("id", TEXT, 1, 32, "name of the mold"),
    ("code", WHOLE, 1, 31, "its coded bits"),
    ("pitch_mm", MILLI, 20000, 1000000, "web travel of one stroke"),
    ("piece_mm", MILLI, 5000, 1000000, "length of a piece along the belt"),
    ("weld_length_mm", WHOLE, 1, 20000, "length of the weld seam"),
    ("weld.mode", CHOICE, ("energy", "time"), None, "what ends a weld"),
    ("weld.energy_j", WHOLE, 1, 999999, "set energy; expected in mode time"),
    ("weld.time_ms", WHOLE, 1, 60000, "set time; expected in mode energy"),
    ("weld.hold_ms", WHOLE, 0, 60000, "force kept after the weld"),
    ("weld.amplitude_pc", WHOLE, 1, 100, "amplitude of the horn"),
    ("limits.energy_suspect_pc", WHOLE, 1, 100, "suspect beyond ± this"),
    ("limits.energy_reject_pc", WHOLE, 1, 100, "reject beyond ± this"),
    ("limits.time_min_pc", WHOLE, 1, 99, "reject below, of set time"),
    ("limits.time_max_pc", WHOLE, 101, 400, "reject above, of set time"),
    ("limits.peak_min_pc", WHOLE, 0, 99, "reject below, of full scale"),
    ("limits.peak_max_pc", WHOLE, 1, 100, "reject above, of full scale"),
    ("limits.rejects_in_a_row", WHOLE, 1, 1000, "hold the machine after"),
)

# key, what is asked, the key that limits it: in the same file, or in the machine's
MACHINE_LIMITS = (
    ("generator.energy_min_j", AT_MOST, "generator.energy_max_j"),
    ("generator.weld_min_ms", AT_MOST, "generator.weld_max_ms"),
    ("generator.amplitude_min_pc", AT_MOST, "generator.amplitude_max_pc"),
    ("registration.warn_um", AT_MOST, "registration.alarm_um"),
    ("registration.alarm_um", AT_MOST, "registration.window_um"),
    ("registration.window_um", AT_MOST, "registration.eye_um"),
    ("belt.speed_mm_s", AT_MOST, "belt.top_speed_mm_s"),
    ("belt.gap_mm", BELOW, "belt.eye_mm"),
    ("belt.transfer_mm", BELOW, "belt.eye_mm"),
)

MOLD_LIMITS = (
    ("piece_um", BELOW, "pitch_um"),
    ("limits.energy_suspect_pc", AT_MOST, "limits.energy_reject_pc"),
    ("limits.peak_min_pc", BELOW, "limits.peak_max_pc"),
    ("weld.energy_j", AT_LEAST, "generator.energy_min_j"),
    ("weld.energy_j", AT_MOST, "generator.energy_max_j"),
    ("weld.time_ms", AT_LEAST, "generator.weld_min_ms"),
    ("weld.time_ms", AT_MOST, "generator.weld_max_ms"),
    ("weld.hold_ms", AT_MOST, "generator.hold_max_ms"),
    ("weld.amplitude_pc", AT_LEAST, "generator.amplitude_min_pc"),
    ("weld.amplitude_pc", AT_MOST, "generator.amplitude_max_pc"),
)

# What config.check takes: rows, limits, and what no single limit says
MACHINE_SCHEMA = (MACHINE_ROWS, MACHINE_LIMITS, machine_feasible)
MOLD_SCHEMA = (MOLD_ROWS, MOLD_LIMITS, mold_feasible)
