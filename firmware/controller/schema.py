"""The keys of machine.json and of a mold file: kind, bounds, and which key limits which.

Read by `config.check` alone, at start and when a mold is loaded, on the board and on the host.
Written as text and read when somebody asks: a board holds no row longer than it takes to check.
Bounds are such that no product that the controller forms of these values reaches 2**30. What a key
means is in texts/keys.txt.
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


class Table:
    """Rows written as text, made anew each time that somebody goes through them."""

    def __init__(self, text, made):
        self.text = text
        self.made = made  # makes a row of the section, with its dot, and the words of a line

    def __iter__(self):
        section = ""
        for line in self.text.split("\n"):
            if line.startswith("["):
                section = line[1:-1] + "."
            elif line:
                yield self.made(section, line.split())

    def __add__(self, other):
        return list(self) + list(other)


def _key_row(section, words):
    """key, kind, least, most (MILLI: in µm)."""
    key, bounds = words
    kind = WHOLE
    if "|" in bounds:
        return section + key, CHOICE, tuple(bounds.split("|")), None
    if ":" in bounds:
        unit, bounds = bounds.split(":")
        kind = TEXT if unit == "text" else MILLI
    least, most = bounds.split("..")
    return section + key, kind, int(least), int(most)


def _limit_row(section, words):
    """key, what is asked, the key that limits it: in the same file, or in the machine's."""
    key, asked, bound = words
    asked = AT_LEAST if asked == ">=" else AT_MOST if asked == "<=" else BELOW
    return section + key, asked, bound if "." in bound else section + bound


# key, bounds; text: bounds of its length, um: written in mm with decimals
MACHINE_ROWS = Table(
    """
[machine]
name text:1..32
cavities 1..2
takt_ms 500..60000
pacing grid|stroke
[press]
lower_max_ms 50..30000
trigger_max_ms 10..30000
raise_max_ms 50..30000
top_max_ms 50..30000
[generator]
full_scale_w 100..20000
energy_min_j 1..99000
energy_max_j 1..99000
weld_min_ms 1..30000
weld_max_ms 1..30000
hold_max_ms 1..30000
amplitude_min_pc 1..100
amplitude_max_pc 1..100
reset_pulse_ms 1..5000
ready_max_ms 10..30000
[feed]
speed_mm_s 10..3000
accel_mm_s2 100..50000
trim_speed_mm_s 10..3000
trim_accel_mm_s2 100..50000
slow_speed_mm_s 1..250
step_um 1..1000
encoder_um 1..1000
index_max_ms 50..30000
trim_max_ms 10..30000
settle_max_ms 10..30000
ready_max_ms 10..30000
[registration]
eye_mm um:0..1000000
window_mm um:10..100000
trim_max_mm um:10..100000
warn_mm um:10..100000
alarm_mm um:10..100000
missed_max 1..100
[belt]
speed_mm_s 10..3000
top_speed_mm_s 10..3000
encoder_um 1..1000
loop_ms 10..5000
eye_mm 10..10000
eye_filter_ms 1..100
gap_mm 1..2000
jam_mm 1..2000
start_max_ms 10..30000
transfer_mm 1..10000
transfer_max_ms 10..30000
[panel]
debounce_ms 1..500
[mold_id]
stable_ms 50..5000
[service]
collect_max_ms 10..30000
""",
    _key_row,
)

MOLD_ROWS = Table(
    """
id text:1..32
code 1..31
pitch_mm um:20000..1000000
piece_mm um:5000..1000000
weld_length_mm 1..20000
[weld]
mode energy|time
energy_j 1..999999
time_ms 1..60000
hold_ms 0..60000
amplitude_pc 1..100
[limits]
energy_suspect_pc 1..100
energy_reject_pc 1..100
time_min_pc 1..99
time_max_pc 101..400
peak_min_pc 0..99
peak_max_pc 1..100
rejects_in_a_row 1..1000
""",
    _key_row,
)

# key, what is asked, the key that limits it
MACHINE_LIMITS = Table(
    """
[generator]
energy_min_j <= energy_max_j
weld_min_ms <= weld_max_ms
amplitude_min_pc <= amplitude_max_pc
[registration]
warn_um <= alarm_um
alarm_um <= window_um
window_um <= eye_um
[belt]
speed_mm_s <= top_speed_mm_s
gap_mm < eye_mm
transfer_mm < eye_mm
""",
    _limit_row,
)

MOLD_LIMITS = Table(
    """
piece_um < pitch_um
[limits]
energy_suspect_pc <= energy_reject_pc
peak_min_pc < peak_max_pc
[weld]
energy_j >= generator.energy_min_j
energy_j <= generator.energy_max_j
time_ms >= generator.weld_min_ms
time_ms <= generator.weld_max_ms
hold_ms <= generator.hold_max_ms
amplitude_pc >= generator.amplitude_min_pc
amplitude_pc <= generator.amplitude_max_pc
""",
    _limit_row,
)

# What config.check takes: rows, limits, and what no single limit says
MACHINE_SCHEMA = (MACHINE_ROWS, MACHINE_LIMITS, machine_feasible)
MOLD_SCHEMA = (MOLD_ROWS, MOLD_LIMITS, mold_feasible)
