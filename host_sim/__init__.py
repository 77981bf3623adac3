"""The machine, simulated: runs the controller's own code and says what it achieves.

Importing this package makes `controller` importable as the board sees it.
"""

import sys
from pathlib import Path
from types import ModuleType

FIRMWARE = Path(__file__).resolve().parent.parent / "firmware"


def _see_firmware() -> None:
    """Put firmware/ on the path, and a `micropython` module that has `const`.

    A `micropython.py` that some other package installed is replaced: its const may not be the
    identity that the controller's modules expect.
    """
    if str(FIRMWARE) not in sys.path:
        sys.path.insert(0, str(FIRMWARE))
    shim = ModuleType("micropython", "What the controller needs of MicroPython, on CPython.")
    shim.__dict__["const"] = _identity
    sys.modules["micropython"] = shim


def _identity(value: object) -> object:
    return value


_see_firmware()
