"""What the plant is connected to: the input image it writes, and the settings it is built from."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Changed = Callable[[], None]  # call it after writing inputs: asks for a scan

LAST = 0x3FFFFFFF  # positions lie on a ring of 2**30 counts
NUMBERS = 0x7FFF  # device numbers lie on a ring of 2**15


Ramps = Mapping[int, tuple[int, int]]  # profile of a move -> (speed mm/s, acceleration mm/s²)


class Wires(Protocol):
    """The fields of `controller.image.Inputs` that a machine writes."""

    di: int
    dx: int
    devices: int
    gate_done: int
    gate_on_us: int
    gate_end: int
    feed_done: int
    web_pos: int
    mark_no: int
    mark_pos: int
    belt_pos: int
    eye_pos: int
    service_done: int


class Monitor(Protocol):
    """The controller's weld monitor, as the gate device calls it."""

    def begin(self) -> Any: ...  # noqa: ANN401

    def sample(self, raw: int) -> int: ...


class SettingsView(Protocol):
    """Machine or mold settings: `settings["feed.speed_mm_s"]`; lengths in µm under `*_um`."""

    def __getitem__(self, key: str, /) -> Any: ...  # noqa: ANN401


def fitted(machine: SettingsView, key: str) -> bool:
    """Whether the machine has the station to which this key belongs."""
    try:
        machine[key]
    except KeyError:
        return False
    return True
