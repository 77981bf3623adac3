"""The scripted operator: presses buttons, and sees what an operator can see."""

from collections.abc import Callable, Generator
from typing import Any

from controller.packml import ABORTED, COMPLETE, EXECUTE, HELD, IDLE, STOPPED, SUSPENDED

from .plant import Plant, PlantParameters, streams

TOWARDS_EXECUTE = {
    ABORTED: ("RESET",),
    STOPPED: ("RESET",),
    COMPLETE: ("RESET",),
    IDLE: ("START",),
    HELD: ("RESET", "START"),  # alarms first: they stand in the way of a start
    SUSPENDED: (),  # it waits for the line, and goes on by itself
}
"""Which buttons lead on, by state; in any other the machine is on its way and wants patience."""


class Operator:
    """Somebody at the panel.

    Args:
        plant: the machine at whose panel, guard and relay somebody stands.
        parameters: how often the operator looks.
        state: PackML state, as the panel shows it.
    """

    def __init__(
        self, plant: Plant, parameters: PlantParameters, state: Callable[[], int]
    ) -> None:
        self._plant = plant
        self._look_us = max(1, parameters.look_us)
        self._state = state
        self._busy = False
        p = parameters
        self._change_us = plant.luck.draws(
            "operator.roll",
            streams.truncated_normal(
                p.roll_change_mean_us, p.roll_change_sd_us, p.roll_change_low_us,
                p.roll_change_high_us,
            ),
        )  # fmt: skip
        plant.supply.asked = self._fetch_roll

    def _fetch_roll(self) -> None:
        """ROLL_CHANGE is on: bring a roll, splice it in on the run, and reset the warning."""
        self._plant.clock.after(max(1, next(self._change_us)), self._change_roll)

    def _change_roll(self, _: object) -> None:
        self._plant.change_rolls()
        if self._state() == EXECUTE:
            self.press("RESET")

    def at(self, t_us: int, action: Callable[[], None]) -> None:
        """Do `action` at `t_us`; a time that is over means as soon as possible."""
        clock = self._plant.clock
        clock.after(max(1, t_us - clock.now), lambda _: action())

    def press(self, button: str, length_us: int = 0) -> None:
        """Press START, STOP, RESET or JOG, and let go after `length_us` (0: a usual time)."""
        self._plant.panel.press(button, length_us)

    def hold(self, button: str, down: bool) -> None:
        """Press and keep a button, turn the SERVICE key on; or let go, turn it off."""
        self._plant.panel.level(button, down)
        if button == "SERVICE":
            self._plant.safety.key(down)

    def estop(self, pressed: bool = True) -> None:
        """Press the E-stop, or release it."""
        self._plant.safety.estop(pressed)

    def guard(self, is_open: bool = True) -> None:
        """Open the guard, or close it."""
        self._plant.safety.guard(is_open)

    def reset_relay(self) -> None:
        """Press the reset button of the safety relay."""
        self._plant.safety.reset()

    def clear_belt(self) -> None:
        """Take all pieces off the belt."""
        self._plant.clear_belt()

    def start_up(self, after_us: int = 1_000_000) -> None:
        """Reset the relay, clear, reset and start, and look until the machine is in Execute."""
        if not self._busy:
            self._busy = True
            self._plant.clock.process(self._start_up(after_us))

    def _start_up(self, after_us: int) -> Generator[Any, Any, None]:
        wait = self._plant.clock.timeout
        yield wait(max(1, after_us))
        while self._state() != EXECUTE:
            if self._plant.safety.ok:
                for button in TOWARDS_EXECUTE.get(self._state(), ()):
                    self._plant.panel.press(button)
                    # A button that is still down is no new press.
                    yield wait(2 * self._look_us)
            else:
                self._plant.safety.reset()
            yield wait(self._look_us)
        self._busy = False
