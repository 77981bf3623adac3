"""Refuses numbers that no plant can have: too far from their calibration, or at odds."""

from dataclasses import fields

from host_sim.plant.parameters import PREFIX, PlantParameters

FAR = 50
"""A number may be so many times less or more than calibrated."""
MAY_BE_0 = ("share_pc", "bounce_us", "late_us", "late_cap_us", "drift_sd_ppm", "ripple_pc")


def refuse_impossible(plant: PlantParameters) -> None:
    """Compare each number with its calibration, and least, mean and most with each other.

    Raises:
        ValueError: key, value and bounds in one line.
    """
    calibrated = PlantParameters()
    for item in fields(plant):
        value: float = getattr(plant, item.name)
        usual: float = getattr(calibrated, item.name)
        if not usual or (value == 0 and item.name.endswith(MAY_BE_0)):
            continue  # what is 0 in the calibration has no scale
        least, most = usual / FAR, usual * FAR
        if item.name.endswith("_pc"):
            most = 100
        if not least <= value <= most:
            unit = item.metadata["unit"].replace("1", "times")
            raise ValueError(
                f"{PREFIX}{item.name}: {value:g} {unit} is out of bounds. "
                f"Keep to {least:g} .. {most:g}."
            )
    for item in fields(plant):
        stem, middle, _ = item.name.partition("_low")
        if middle:
            _refuse_disorder(plant, stem, item.name)


def _refuse_disorder(plant: PlantParameters, stem: str, low_key: str) -> None:
    low = getattr(plant, low_key)
    high = getattr(plant, low_key.replace("_low", "_high"), None)
    mean = getattr(plant, f"{stem}_mean_us", None)
    sd = getattr(plant, f"{stem}_sd_us", None)
    if high is not None and low >= high:
        raise ValueError(f"{PREFIX}{low_key}: {low:g} is not below the most, {high:g}. Lower it.")
    if mean is not None and not low <= mean <= (mean if high is None else high):
        raise ValueError(
            f"{PREFIX}{stem}_mean_us: {mean:g} lies outside its least and most. Move all three."
        )
    if sd is not None and high is not None and sd > (high - low) / 4:
        raise ValueError(
            f"{PREFIX}{stem}_sd_us: {sd:g} is more than a quarter of {low:g} .. {high:g}. "
            "Lower it, or move the bounds."
        )
