"""A machine of the test's own choice, started, with the states and events it goes through."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from histories import PUNCTUAL, hold_at_every_instant

from controller import events, modes, packml
from controller.app import App
from host_sim.molds import DataFile, load_machine, load_molds, settings
from host_sim.packml_names import state_name
from host_sim.plant import PlantParameters
from host_sim.twin import Twin

SECOND = 1_000_000


def machine_file(without: tuple[str, ...] = (), **sections: dict[str, Any]) -> DataFile:
    """The reference machine without some sections, with other keys in others."""
    file = load_machine()
    data = copy.deepcopy(file.data)
    for name in without:
        del data[name]
    for name, keys in sections.items():
        data.setdefault(name, {}).update(keys)
    return DataFile(file.file, data)


def two_up() -> DataFile:
    """Two pieces a stroke, on a stepper feed without marks."""
    return machine_file(
        without=("registration",),
        feed={"type": "stepper"},
        machine={"cavities": 2, "takt_ms": 4000},
    )


class Running:
    """A machine and somebody at its panel."""

    def __init__(
        self,
        mold: str = "hand_M",
        file: DataFile | None = None,
        plant: PlantParameters = PUNCTUAL,
        seed: int = 2,
    ) -> None:
        machine, mold_settings = settings(file or load_machine(), load_molds([mold])[0])
        self.app = App(machine, mold_settings)
        self.unread = machine.unread()
        self.story: list[tuple[int, int]] = []
        self.at_scan: Callable[[], None] = lambda: None
        self.twin = Twin(self.app, plant, machine, mold_settings, seed, sink=self._sink)
        self.twin.on_scan = self._scanned
        self.plant = self.twin.plant
        self.operator = self.twin.operator

    def _sink(self, ring: list[int], start: int, stop: int) -> None:
        self.story.extend((ring[at + 1], ring[at + 2]) for at in range(start, stop, 3))

    def _scanned(self, _: int) -> None:
        hold_at_every_instant(self.twin, self.app)
        self.at_scan()

    def run(self, seconds: float) -> None:
        self.twin.run(self.twin.now_us + round(seconds * SECOND))

    def produce(self, seconds: float = 12) -> Running:
        """Power up, start, run for a while and forget what has been."""
        self.operator.start_up(100_000)
        self.run(seconds)
        assert self.state == "Execute"
        self.story.clear()
        return self

    def manual(self, start: bool = True) -> Running:
        """Power up and go to Manual, with the key; started or not."""
        self.operator.hold("SERVICE", True)
        self.run(1)
        self.operator.reset_relay()
        self.run(1)
        self.press("RESET")
        self.twin.command(0, modes.MANUAL)
        self.run(0.1)
        if start:
            self.press("RESET")
            self.press("START")
            assert self.state == "Execute"
        assert self.app.unit.mode == modes.MANUAL
        self.story.clear()
        return self

    def press(self, button: str) -> None:
        self.operator.press(button)
        self.run(1.5)

    @property
    def state(self) -> str:
        return state_name(self.app.unit.state)

    @property
    def states(self) -> list[str]:
        """States entered since the story was forgotten."""
        self.run(0)
        return [state_name(value) for what, value in self.story if what == events.STATE]

    @property
    def raised(self) -> list[int]:
        return [value for what, value in self.story if what == events.RAISED]

    def to(self, state: int, most_s: float = 60) -> None:
        """Go on until the machine is in this state."""
        end = self.twin.now_us + most_s * SECOND
        while self.app.unit.state != state:
            assert self.twin.now_us < end, f"not in {state_name(state)}, but in {self.state}"
            self.run(0.01)

    def into_the_stroke(self) -> None:
        """Go on to 0.3 s after the next stroke's beginning."""
        stroke = self.app.sequences[0]
        for active in (False, True):
            while stroke.active != active:
                self.run(0.05)
        self.run(0.3)
        assert self.app.unit.state == packml.EXECUTE
