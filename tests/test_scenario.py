"""Scenarios: options over file over default, what-ifs, and one line for whatever is wrong."""

import json
from pathlib import Path

import pytest

from host_sim.errors import InputError
from host_sim.molds import load_molds
from host_sim.overrides import parse
from host_sim.run import tasks
from host_sim.scenario import Wishes, build, pacing_override
from host_sim.scenario_file import read_scenario

SHIPPED = sorted((Path(__file__).parent.parent / "host_sim" / "scenarios").glob("*.toml"))

# contents, what the one line says after the file's name
BROKEN = [
    ("hours = ", "not TOML: Invalid value (at end of document). Mend"),
    ("hours = 1\nhours = 2", "not TOML: Cannot overwrite a value"),
    ("hour = 1", "hour: unknown key. Did you mean hours?"),
    ("zzz = 1", "zzz: unknown key. It has machine, molds, hours"),
    ('hours = "8"', "hours: '8' is not a number (measured machine time"),
    ("hours = true", "hours: True is not a number"),
    ("hours = 0", "hours: 0 is below 0.01"),
    ("hours = nan", "hours: nan is not at most 1000"),
    ("hours = 1e9", "hours: 1000000000.0 is not at most 1000"),
    ("hours = 0.01\n[set]\nmachine.takt_ms = 60000", "hours: 0.01 h holds less than ten takts"),
    ("replications = 1", "replications: 1 is below 2 (runs of each mold; a lower bound needs"),
    ("replications = 2.5", "replications: 2.5 is not a whole number"),
    ("seed = -1", "seed: -1 is below 0"),
    ('pacing = "fast"', "pacing: 'fast' is not one of grid, stroke."),
    ("target_pcs_min = 0", "target_pcs_min: 0 is below 0.1"),
    ('molds = "foot_L"', "molds: 'foot_L' is not a list"),
    ("molds = [3]", "molds: 3 is not a text. Name a mold in quotes."),
    ('molds = ["foot_XL"]', "foot_XL: no such mold. Choose from foot_L,"),
    ('molds = ["no.json"]', "no.json: does not exist."),
    ('machine = "no.json"', "no.json: does not exist."),
    ("[set]\nfeed = 1", " [set]: feed: begin the key with machine., mold. or plant."),
    ("[set]\nmachine.feed.sped_mm_s = 1", "Did you mean feed.speed_mm_s?"),
    ("[set]\nmachine.feed.speed_mm_s = [1]", "[1] is neither a number nor a text."),
    ("[set]\nmachine.feed.speed_mm_s = 9", "feed.speed_mm_s: 9 is below 10"),
    ("[set]\nmold.pitch_mm = 5", "pitch_mm: 5 is below 20."),
    ("[set]\nplant.press_factr = 2", "Did you mean press_factor?"),
    ("[set]\nplant.press_factor = -2", "plant.press_factor: -2 is not a number"),
    (
        "[set]\nplant.press_factor = 0",
        "press_factor: 0 times is out of bounds. Keep to 0.02",
    ),
    ("[set]\nplant.weld_sd_pc = 101", "weld_sd_pc: 101 % is out of bounds. Keep to 0.12 .. 100."),
    ("[set]\nplant.lower_low_us = 350_000", "lower_low_us: 350000 is not below the most, 340000"),
    (
        "[set]\nplant.raise_mean_us = 70_000",
        "raise_mean_us: 70000 lies outside its least",
    ),
    ("[set]\nplant.settle_sd_us = 40_000", "is more than a quarter of 25000 .. 90000."),
    ("[set]\nplant.press_factor = inf", "inf is not a number to run with"),
    ("[set]\nplant.look_us = 0.5", "plant.look_us: 0.5 is not a whole number"),
    ("fault = [3]", ": fault 1: 3 is not a table. Write [[fault]] above its keys."),
    ('[[fault]]\nname = "estop"', ": fault 1: start_s: is missing (from the beginning"),
    ("[[fault]]\nstart_s = 1", ": fault 1: name: is missing"),
    ('[[fault]]\nname = "fire"\nstart_s = 1', ": fault 1: fire: no such fault. Known: estop,"),
    ('[[fault]]\nname = "estop"\nstart_s = -1', ": fault 1: start_s: -1 is below 0"),
    ('[[fault]]\nname = "estop"\nstart_s = 1\nsize = 2', "estop: has no size; leave it out."),
    ('[[fault]]\nname = "low_air"\nstart_s = 1\nsize = 0.5', "low_air: size 0.5 is out of bounds"),
    ('[[fault]]\nname = "estop"\nstart_s = 1\nend_s = 2', ": fault 1: end_s: unknown key."),
]


def scenario_file(tmp_path, text):
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_broken_scenario(tmp_path, text, line):
    with pytest.raises(InputError) as caught:
        build(read_scenario(scenario_file(tmp_path, text)))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unreadable_scenarios(tmp_path):
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'machine = "\xff"')
    for path, line in ((tmp_path / "none.toml", "cannot be read"), (latin, "UTF-8")):
        with pytest.raises(InputError, match=line):
            read_scenario(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_are_usable(path):
    assert build(read_scenario(path)).molds


def test_an_empty_scenario_is_the_catalogue():
    scenario = build(Wishes())
    assert [mold.data["code"] for mold in scenario.molds] == list(range(1, 9))
    assert (scenario.hours, scenario.replications, scenario.seed) == (1, 4, 1)
    assert scenario.target_pcs_min == 30


def test_options_lie_over_the_scenario(tmp_path):
    path = scenario_file(
        tmp_path,
        'hours = 2\nseed = 7\nmolds = ["foot_L"]\npacing = "stroke"\n'
        "[set]\nplant.press_factor = 2",
    )
    options = Wishes(seed=0, overrides=(parse("plant.press_factor=1.6"),))
    scenario = build(read_scenario(path).under(options))
    assert (scenario.hours, scenario.seed) == (2, 0)
    assert scenario.machine.data["machine"]["pacing"] == "stroke"
    assert scenario.plant.press_factor == 1.6
    grid = Wishes(overrides=(pacing_override("grid", "--pacing"),))
    assert build(read_scenario(path).under(grid)).machine.data["machine"]["pacing"] == "grid"


def test_files_of_a_scenario_lie_beside_it(tmp_path):
    (mold,) = load_molds(["foot_L"])
    (tmp_path / "mine.json").write_text(json.dumps(mold.data | {"id": "mine"}))
    path = scenario_file(tmp_path, 'molds = ["mine.json"]')
    assert build(read_scenario(path)).molds[0].data["id"] == "mine"


def test_a_key_of_the_machine_section_needs_no_second_machine():
    scenario = build(Wishes(overrides=(parse("machine.takt_ms=2100"),)))
    assert scenario.machine.data["machine"]["takt_ms"] == 2100


def test_a_what_if_does_not_reach_the_shipped_file():
    build(Wishes(overrides=(parse("mold.weld.hold_ms=1"),)))
    assert load_molds(["foot_L"])[0].data["weld"]["hold_ms"] == 150


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("1.5", 1.5), ("-3", -3), ("grid", "grid"), ("1e3", 1000.0)]
)
def test_values_of_what_ifs(text, value):
    change = parse(f"machine.machine.pacing={text}")
    assert (change.value, type(change.value)) == (value, type(value))


@pytest.mark.parametrize("text", ["", "=", "machine.takt_ms", "machine.takt_ms=", "takt_ms=2"])
def test_what_ifs_that_are_none(text):
    with pytest.raises(InputError):
        parse(text)


def test_two_molds_with_one_code_are_refused():
    with pytest.raises(InputError, match="is also the code of"):
        build(Wishes(molds=("foot_L", "foot_M"), overrides=(parse("mold.code=8"),)))


def test_hash_knows_everything_but_the_seed():
    base = build(Wishes())
    assert build(Wishes(seed=5)).hash == base.hash
    for other in (
        Wishes(hours=2),
        Wishes(molds=("foot_L",)),
        Wishes(replications=5),
        Wishes(target_pcs_min=29),
        Wishes(overrides=(parse("plant.press_factor=1.1"),)),
        Wishes(overrides=(parse("machine.takt_ms=2001"),)),
        Wishes(overrides=(parse("mold.weld.hold_ms=131"),)),
    ):
        assert build(other).hash != base.hash


def test_replications_differ_in_luck_and_molds_share_it():
    todo = tasks(build(Wishes(molds=("foot_L", "hand_M"))))
    assert len(todo) == 8
    luck = [task.luck for task in todo]
    assert luck[:4] == luck[4:]
    assert len(set(luck)) == 4
