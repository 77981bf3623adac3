"""The board's HAL keeps its contract on an emulated Pico: the cases of its stand-in, on PIO, DMA
and timers of the chip."""

from __future__ import annotations

from pathlib import Path

import pytest
from pico import console, flash, lane
from pico.box import Box
from pico.chip import Pico
from pico.compiled import compiled
from pico.fork import in_a_copy
from test_hal_rp2 import CASES, MPY, SCRIPTS, cases

from host_sim import FIRMWARE

pytestmark = pytest.mark.pico

BOARD = Path(__file__).parent / "pico" / "board"
OWN = "chip_cases.py"
MOST_MS = 20_000  # of the chip's time, for one case

_NO_ATTRIBUTES = "a chip's built-in modules take no attributes: it is replaced by "
NOT_HERE = {
    "the_hal_allocates_nothing": (
        f"its devices that allocate nothing stand in for `machine`; {_NO_ATTRIBUTES}"
        "the_hal_allocates_nothing_on_its_devices"
    ),
    "off_never_raises": (
        f"it breaks `machine.Pin`; {_NO_ATTRIBUTES}test_pico_start's Ctrl-C"
    ),
    "the_watchdog_is_fed_by_progress_only": (
        "it goes on after the bite, a chip does not: it is replaced by test_pico_start's watchdog"
    ),
    "survivors_of_a_soft_reset_are_put_off": (
        "it goes on after the reset, a chip does not: test_pico_start's soft reset replaces it"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Pico:
    """A chip with the HAL and the bench in its memory, under their own names."""
    image = lane.image()
    folder: Path = tmp_path_factory.mktemp("board")
    there = compiled(FIRMWARE, folder, skip=("boot.py", "main.py", "manifest.py"))
    for name in ("hal_rig.py", *SCRIPTS):
        there |= compiled(MPY / name, folder)
    there |= compiled(BOARD, folder)
    for name in ("machine.json", "io.json", "molds/hand_M.json"):
        there["firmware/" + name] = (FIRMWARE / name).read_bytes()
    there["schema.txt"] = there["firmware/schema.txt"] = (FIRMWARE / "schema.txt").read_bytes()
    pico = Pico(image, (flash.littlefs(there),))
    Box(pico)
    pico.run(300)
    console.prompt(pico)
    # The first import of `chip` puts an object in the module's place.
    _, wrong = console.run(pico, "import chip\nimport warm\n", MOST_MS)
    assert not wrong, wrong
    return pico


def keeps(pico: Pico, script: str, case: str) -> str:
    """Run a case from there. What it printed."""
    program = f"import sys\nsys.argv[:] = ['', {case!r}]\nimport {Path(script).stem}\n"

    def on_the_chip() -> str:
        said, wrong = console.run(pico, program, MOST_MS)
        assert not wrong, said + wrong
        return said

    said, wrong = in_a_copy(on_the_chip)
    assert not wrong, wrong
    assert said.endswith("kept\n")
    return said


@pytest.mark.parametrize(("script", "case"), CASES, ids=[case for _, case in CASES])
def test_on_a_chip(script: str, case: str, loaded: Pico) -> None:
    if case in NOT_HERE:
        pytest.skip(f"{case}: {NOT_HERE[case]}")
    keeps(loaded, script, case)


@pytest.mark.parametrize("case", cases(str(BOARD / OWN)))
def test_only_on_a_chip(case: str, loaded: Pico) -> None:
    keeps(loaded, OWN, case)


def test_what_is_left_out_is_there() -> None:
    assert set(NOT_HERE) < {case for _, case in CASES}
