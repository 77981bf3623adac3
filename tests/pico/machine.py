"""The simulated machine on the pins of the emulated chip, at the chip's clock.

The stations are those of `host_sim.plant`; only what is a timed device of the HAL there (gate,
step train, captures) is a wire here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from controller import signals
from controller.image import Inputs
from host_sim.files import load_json
from host_sim.molds import DataFile, settings
from host_sim.plant import Plant, PlantParameters, Streams
from host_sim.plant.belt import PM_PER_UM
from host_sim.plant.timing import Clock
from host_sim.plant.wires import LAST
from pico.chip import Pico
from pico.gate import WiredGate
from pico.pins import Pins
from pico.web import WiredWeb

_LOOK_US = 5_000  # how often the set-points of the PWMs are looked at


class NoMonitor:
    """The weld monitor is in the chip."""

    def begin(self) -> None: ...

    def sample(self, raw: int) -> int:
        return 0

    def ended(self, on_us: int, end: int, df_hz: int) -> None: ...


class Machine:
    """Plant, wired to a chip.

    Args:
        folder: firmware folder with machine.json and molds.
        mold: name of the mold in the machine.
    """

    def __init__(self, pico: Pico, folder: Path, mold: str, seed: int = 1) -> None:
        self.pico = pico
        files = [
            DataFile(name, load_json(folder / name))
            for name in ("machine.json", f"molds/{mold}.json")
        ]
        machine, self.mold = (each.values for each in settings(*files))
        p = PlantParameters()
        luck = Streams(seed)
        self.clock = Clock()
        self.inputs: Any = Inputs()
        self.do_log: list[tuple[int, int]] = []
        self._apply = pico.alarm(self._outputs_changed)
        self._wake = pico.alarm(self._go_on)
        self._busy = False
        self.pins = Pins(pico, lambda: self._apply.schedule(0))
        no_ramps = dict.fromkeys(range(3), (1, 1))
        self.plant = Plant(
            self.clock, self.inputs, self._changed, NoMonitor(), p, no_ramps, machine, self.mold,
            luck,
        )  # fmt: skip
        self._wire(p, machine, luck)
        self._belt_um: int = machine["belt.encoder_um"]
        self._belt_counts = 0
        self.clock.process(self._belt_turns())
        self.clock.process(self._set_points())
        self._changed()
        self._plan()

    def _wire(self, p: PlantParameters, machine: Any, luck: Streams) -> None:
        """Wires in the place of timed devices."""
        plant, pico, pins = self.plant, self.pico, self.pins
        self.web = WiredWeb(
            pico, pins, self.clock, self.inputs, self._changed, p, machine, luck, plant.strip
        )
        self.gate = WiredGate(
            pico, pins.at, plant.generator, plant.load,
            pressed=lambda: plant.press.forced,
            welded=lambda: plant.strip.welded(self.web.counts),
            amplitude_pm=lambda: self.duty_pm("amplitude"),
        )  # fmt: skip
        plant.web, plant.gate = self.web, self.gate  # pyright: ignore
        self.web.taken = plant.supply.take
        plant.generator.drop = lambda: None  # the chip sees the line
        self.web.fit(self.mold)

    # Time

    def _plan(self) -> None:
        """Wake the machine at its next event."""
        at = self.clock.peek()
        self._wake.schedule(max(0.0, at * 1000 - self.pico.clock.nanos))

    def _go_on(self) -> None:
        """Everything that the machine does by now."""
        if self._busy:
            return
        self._busy = True
        now_us = int(self.pico.clock.nanos + 0.5) // 1000
        clock = self.clock
        while clock.peek() <= now_us:
            clock.step()
        if clock.now < now_us:
            clock.pass_to(now_us)
        self._busy = False
        self._plan()

    def press(self, button: str, length_us: int) -> None:
        """A button of the panel."""
        self._go_on()
        self.plant.panel.press(button, length_us)
        self._plan()

    def overload(self) -> None:
        """The generator drops its OVERLOAD line now."""
        self._go_on()
        self.plant.generator.overload(now=True)
        self._plan()

    def estop(self) -> None:
        """Somebody hits the E-stop."""
        self._go_on()
        self.plant.safety.estop(True)
        self._plan()

    # Levels

    def _changed(self) -> None:
        """The plant has changed an input."""
        self.pins.show(self.inputs.di, self.inputs.dx)

    def _outputs_changed(self) -> None:
        do = self.pins.do
        if not self.do_log or self.do_log[-1][1] != do:
            self._go_on()
            self.do_log.append((self.pico.now_ns, do))
            self.plant.levels(do)
            self._plan()

    @property
    def do(self) -> int:
        """The output word as the machine has it."""
        return self.do_log[-1][1] if self.do_log else 0

    def duty_pm(self, name: str) -> int:
        """Set-point on a PWM pin, permille."""
        pin = self.pins.at[name]
        channel = self.pico.mcu.pwm.channels[pin >> 1 & 7]
        if self.pico.mcu.gpio[pin].function_select != 4 or not channel.csr & 1:
            return 0
        level = channel.cc >> (16 * (pin & 1)) & 0xFFFF
        return round(1000 * level / (channel.top + 1))

    def _set_points(self) -> Any:
        while True:
            yield self.clock.timeout(_LOOK_US)
            self.plant.belt.set_point(self.duty_pm("belt_speed"))

    def _belt_turns(self) -> Any:
        """Edges of the belt's encoder."""
        belt = self.plant.belt
        while True:
            at = belt.time_at((self._belt_counts + 1) * self._belt_um * PM_PER_UM)
            wait = 1000 if at is None or not belt.moving else max(1, at - self.clock.now)
            yield self.clock.timeout(min(wait, 1000))
            counts = belt.travel_pm() // (self._belt_um * PM_PER_UM)
            while self._belt_counts < counts:
                self._belt_counts += 1
                self.pins.turn("belt", self._belt_counts & LAST)

    def lights(self) -> int:
        """Bits of the stack light."""
        return self.do & (signals.LIGHT_RED | signals.LIGHT_AMBER | signals.LIGHT_GREEN)
