"""All calibrated numbers of the simulated machine, in one table.

Every one is an engineering estimate ([E]), set so that the stages come out as in the cycle budget
at 30 pcs/min. A scenario or a what-if overrides one by its key, "plant.lower_mean_us".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

PREFIX = "plant."


def _number(default: float, unit: str, what: str, source: str = "[E]") -> Any:  # noqa: ANN401
    return field(default=default, metadata={"unit": unit, "what": what, "source": source})


@dataclass(frozen=True)
class PlantParameters:
    """Numbers of the plant; a field's metadata has its unit, its meaning and its source."""

    press_factor: float = _number(1.0, "1", "multiplies lower, trigger and raise")
    press_start_pm: int = _number(0, "‰", "where the press stands at power-up: 0 top, 1000 bottom")
    press_clear_pm: int = _number(400, "‰", "height of the clear-height switch")
    press_pre_pm: int = _number(850, "‰", "height of the distance switch before contact")
    lower_mean_us: int = _number(212_000, "µs", "press-down valve to bottom switch, mean")
    lower_sd_us: int = _number(14_000, "µs", "the same, standard deviation")
    lower_low_us: int = _number(152_000, "µs", "the same, least")
    lower_high_us: int = _number(340_000, "µs", "the same, most")
    lower_valve_us: int = _number(22_000, "µs", "of it, the valve")
    trigger_mean_us: int = _number(80_000, "µs", "bottom switch to trigger force, mean")
    trigger_sd_us: int = _number(16_000, "µs", "the same, standard deviation")
    raise_mean_us: int = _number(119_000, "µs", "press-up valve to clear height, mean")
    raise_sd_us: int = _number(10_000, "µs", "the same, standard deviation")
    raise_low_us: int = _number(80_000, "µs", "the same, least")
    raise_high_us: int = _number(170_000, "µs", "the same, most")
    raise_valve_us: int = _number(24_000, "µs", "of it, the valve")
    top_mean_us: int = _number(90_000, "µs", "clear height to top switch, mean")
    top_sd_us: int = _number(10_000, "µs", "the same, standard deviation")
    top_low_us: int = _number(50_000, "µs", "the same, least")
    top_high_us: int = _number(140_000, "µs", "the same, most")
    air_low_factor: float = _number(1.3, "1", "press slower than this by low air: AIR_OK opens")

    weld_factor: float = _number(1.0, "1", "multiplies the time in which the energy comes")
    weld_sd_pc: float = _number(6.0, "%", "spread of that time")
    weld_slow_share_pc: float = _number(0.8, "%", "strokes in which it is longer still")
    weld_slow_low: float = _number(1.2, "1", "by at least")
    weld_slow_high: float = _number(1.5, "1", "by at most")
    weld_ramp_ms: int = _number(35, "ms", "soft start of the generator")
    weld_ripple_pc: float = _number(1.0, "%", "standard deviation of a power sample")
    weld_rise_pc: float = _number(0.0, "%", "power at the end of the weld above that at its begin")
    weld_air_w: int = _number(150, "W", "power with the horn in air")
    ground_factor: float = _number(1.04, "1", "energy at which the seam is cut through, mean")
    ground_sd_pc: float = _number(3.0, "%", "the same, standard deviation in percent of the set")
    part_missing_pc: float = _number(25.0, "%", "power of a weld without a part")
    df_weld_ppm: int = _number(900, "ppm", "fall of the frequency in a weld of the set time")
    df_sd_hz: float = _number(3.0, "Hz", "spread of that fall")
    crack_power_pc: float = _number(75.0, "%", "power of a weld with a cracked horn")
    supply_v: int = _number(230, "V", "supply of the generators")
    supply_efficiency_pc: float = _number(80.0, "%", "their efficiency times power factor")
    inrush_a: float = _number(18.0, "A", "inrush of one generator's start")
    inrush_ms: int = _number(8, "ms", "time constant in which it decays")
    seek_share_pc: float = _number(1.0, "%", "strokes after which the generator seeks in air")
    seek_low_us: int = _number(80_000, "µs", "that takes at least")
    seek_high_us: int = _number(400_000, "µs", "that takes at most")
    generator_boot_us: int = _number(500_000, "µs", "power-up to GEN_READY")
    generator_reset_us: int = _number(100_000, "µs", "least GEN_RESET pulse that clears overload")
    overload_after_us: int = _number(50_000, "µs", "shot to the overload that was pending")

    feed_lag_sd_us: int = _number(4_000, "µs", "end of index to in-position, half-normal")
    short_mean_us: int = _number(25_000, "µs", "trim time of what slip and print leave, mean")
    short_sd_us: int = _number(8_000, "µs", "the same, standard deviation before the cut")
    short_low_us: int = _number(5_000, "µs", "the same, least")
    short_high_us: int = _number(45_000, "µs", "the same, most")
    settle_mean_us: int = _number(45_000, "µs", "end of trim to in-position, mean")
    settle_sd_us: int = _number(8_000, "µs", "the same, standard deviation after the cut")
    settle_low_us: int = _number(25_000, "µs", "the same, least")
    settle_high_us: int = _number(90_000, "µs", "the same, most")
    feed_ready_us: int = _number(300_000, "µs", "power on the feed drive to FEED_READY")
    web_start_um: int = _number(0, "µm", "how far the threaded web stands past its register mark")
    web_origin: int = _number(0, "counts", "web encoder at power-up")

    roll_pieces: int = _number(2_000, "1", "web on a roll, in pitches of the mold")
    roll_low_pieces: int = _number(100, "1", "the roll is low with so much left")
    dancer_full_um: int = _number(1_500_000, "µm", "web in a full dancer")
    dancer_low_um: int = _number(600_000, "µm", "its low switch closes below this")
    refill_mean_us: int = _number(1_500_000, "µs", "unwind makes a stroke good in, mean")
    refill_sd_us: int = _number(150_000, "µs", "the same, standard deviation")
    refill_low_us: int = _number(900_000, "µs", "the same, least")
    unwind_mm_s: int = _number(400, "mm/s", "fastest unwind")
    splice_um: int = _number(60_000, "µm", "length of a splice")
    roll_change_mean_us: int = _number(90_000_000, "µs", "operator splices a new roll in, mean")
    roll_change_sd_us: int = _number(25_000_000, "µs", "the same, standard deviation")
    roll_change_low_us: int = _number(30_000_000, "µs", "the same, least")
    roll_change_high_us: int = _number(170_000_000, "µs", "the same, most")

    belt_accel_mm_s2: int = _number(1_500, "mm/s²", "ramp of the belt drive")
    belt_drift_sd_ppm: int = _number(6_000, "ppm", "change of the belt's speed error a period")
    belt_drift_us: int = _number(20_000_000, "µs", "period of that change")
    belt_origin: int = _number(0, "counts", "belt encoder at power-up")
    eye_bounce_us: int = _number(2_000, "µs", "longest bounce of the piece eye")

    lane_skew_um: int = _number(5_000, "µm", "right piece behind or before the left, at most")
    pick_mean_us: int = _number(150_000, "µs", "pick on to piece held, mean")
    pick_sd_us: int = _number(20_000, "µs", "the same, standard deviation")
    place_mean_us: int = _number(200_000, "µs", "pick off to piece on the belt, mean")
    place_sd_us: int = _number(22_000, "µs", "the same, standard deviation")
    flap_mean_us: int = _number(120_000, "µs", "reject gate, either way, mean")
    flap_sd_us: int = _number(10_000, "µs", "the same, standard deviation")
    push_valve_us: int = _number(20_000, "µs", "pusher, its valve")
    push_mean_us: int = _number(300_000, "µs", "pusher out and back, mean")
    push_sd_us: int = _number(30_000, "µs", "the same, standard deviation")
    batch_mean_us: int = _number(900_000, "µs", "the same with a whole batch, mean")
    batch_sd_us: int = _number(80_000, "µs", "the same, standard deviation")

    service_mean_us: int = _number(12_000, "µs", "housekeeping, mean")
    service_sd_us: int = _number(4_000, "µs", "the same, standard deviation")
    service_low_us: int = _number(2_000, "µs", "the same, least")
    collect_share_pc: float = _number(5.0, "%", "housekeepings with a longer garbage collection")
    collect_low_us: int = _number(2_000, "µs", "that adds at least")
    collect_high_us: int = _number(6_000, "µs", "that adds at most")
    wake_late_us: int = _number(1_000, "µs", "mean lateness of a scan at a deadline; 0: none")
    wake_late_cap_us: int = _number(8_000, "µs", "most lateness")

    relay_closed: int = _number(0, "0/1", "the safety relay is closed at power-up")
    relay_us: int = _number(50_000, "µs", "relay reset to SAFETY_OK")
    button_mean_us: int = _number(250_000, "µs", "length of a button press, mean")
    button_sd_us: int = _number(60_000, "µs", "the same, standard deviation")
    button_bounce_us: int = _number(6_000, "µs", "longest bounce of a button")
    look_us: int = _number(300_000, "µs", "how often the operator looks at the machine")

    def override(self, changes: Mapping[str, Any]) -> "PlantParameters":
        """A copy with other numbers, by key: `{"plant.press_factor": 1.6}`.

        Raises:
            ValueError: for a key that does not exist or a value of the wrong kind.
        """
        known = {PREFIX + item.name: item for item in fields(self)}
        new: dict[str, float] = {}
        for key, value in changes.items():
            if key not in known:
                raise ValueError(f"{key}: no such number of the plant. Known: {', '.join(known)}")
            whole = isinstance(known[key].default, int)
            kinds = int if whole else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds) or value < 0:
                kind = "a whole number" if whole else "a number"
                unit = known[key].metadata["unit"]
                raise ValueError(f"{key}: {value!r} is not {kind} ≥ 0 (unit {unit})")
            new[key.removeprefix(PREFIX)] = value if whole else float(value)
        return replace(self, **new)
