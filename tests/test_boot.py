"""boot.py and main.py on real MicroPython, with a fake board: every way in and out is `off`."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_rig import board_files
from board_rig import compiled as compile_for

HERE = Path(__file__).parent
CASES = (
    "a_crash_after_a_long_run_begins_a_new_row",
    "a_crash_is_off_first_then_kept_then_a_restart",
    "a_key_that_nobody_reads_is_refused",
    "a_loop_of_crashes_is_held_until_power_comes_back",
    "a_real_ctrl_c",
    "a_run_that_ends_leaves_the_board_off_and_in_order",
    "a_run_that_nobody_ended_counts_unless_power_was_cut",
    "a_store_that_cannot_be_written_stops_nothing",
    "an_unusable_file_is_one_line_and_no_crash",
    "ctrl_c_gives_the_repl_with_outputs_off_in_every_state_and_mode",
    "ctrl_c_twice_is_off_all_the_same",
    "off_comes_first",
    "out_of_memory_is_a_crash_like_any_other",
    "system_exit_is_off_first_and_goes_on",
    "the_last_crash_outlives_good_starts",
    "the_recipe_that_was_chosen_is_loaded",
    "the_run_is_written_down_before_it_begins",
    "the_safe_mode_pin_runs_nothing",
    "the_safe_mode_pin_wins_over_a_loop_of_crashes",
    "what_checks_files_is_unloaded_before_the_run",
    "what_is_loaded_to_check_a_recipe_is_given_back",
)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Firmware as it lies on the board, for the processor of this computer."""
    out = tmp_path_factory.mktemp("mpy")
    compile_for(out, HERE / "mpy")
    return out


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Files of a board."""
    board_files(tmp_path)
    yield tmp_path


def command(micropython: Path, tree: Path, root: Path, case: str) -> list[str | Path]:
    return [micropython, "-X", "heapsize=192wK", HERE / "mpy" / "boot_cases.py", tree, root, case]


def environment(tree: Path) -> dict[str, str]:
    return {"MICROPYPATH": f"{HERE / 'mpy' / 'fake_board'}:{tree}:.frozen"}


@pytest.mark.parametrize("case", [case for case in CASES if case != "a_real_ctrl_c"])
def test_start(case: str, micropython: Path, compiled: Path, root: Path) -> None:
    done = subprocess.run(
        command(micropython, compiled, root, case), env=environment(compiled),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("passed\n")


def test_a_real_ctrl_c(micropython: Path, compiled: Path, root: Path) -> None:
    with subprocess.Popen(
        command(micropython, compiled, root, "a_real_ctrl_c"), env=environment(compiled),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert said.endswith("passed\n")


def test_no_case_is_forgotten(micropython: Path, compiled: Path, root: Path) -> None:
    done = subprocess.run(
        command(micropython, compiled, root, "list"), env=environment(compiled),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert tuple(done.stdout.split()) == CASES
