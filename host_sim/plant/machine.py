"""The whole machine: stations wired to each other, to the input image and to the output levels."""

from typing import Any

from controller import signals

from . import streams
from .belt import PM_PER_UM, Belt
from .board import Board
from .current import Current
from .eye import Eye
from .gate import Gate
from .generator import Generator
from .load import Load
from .outlet import Outlet
from .panel import Frame, Panel
from .parameters import PlantParameters
from .pick import Pick
from .pieces import Pieces, Strip
from .press import Press
from .safety import Safety
from .stack import Stack
from .supply import Supply
from .timing import Clock
from .web import Web
from .wires import NUMBERS, Changed, Monitor, Ramps, SettingsView, Wires


class Plant:
    """The machine with a mold in it.

    It writes inputs the moment they change and then calls `changed`. It is told levels and device
    requests by the methods below, always from the scan, and never answers in the same instant.

    Args:
        clock: time of the machine.
        wires: input image to write into.
        changed: called after inputs have changed.
        monitor: the controller's weld monitor, or those of all horns.
        parameters: calibrated numbers.
        ramps: speed and acceleration of each profile of the step train.
        machine: machine settings; the plant is the machine that they describe.
        mold: settings of the mold that is clamped in the frame.
        luck: random streams.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        monitor: Monitor | list[Any],
        parameters: PlantParameters,
        ramps: Ramps,
        machine: SettingsView,
        mold: SettingsView,
        luck: streams.Streams,
    ) -> None:
        p = parameters
        self.clock = clock
        self.luck = luck
        self.wires = wires
        self._changed = changed
        self.do = 0  # levels of the outputs, as applied last
        self.board = Board()
        self.pieces = Pieces(machine["machine.cavities"])
        station = (clock, wires, changed, p)
        self.panel = Panel(*station, luck)
        self.frame = Frame(wires, changed)
        monitors = monitor if isinstance(monitor, list) else [monitor]
        numbers = range(1, len(monitors) + 1)
        self.generators = [Generator(*station, luck, number) for number in numbers]
        self.generator = self.generators[0]
        self.loads = [Load(p, machine, luck, number) for number in numbers]
        self.load = self.loads[0]
        self.current = Current(p, machine)
        self.press = Press(*station, luck, at_clear=self._at_clear)
        self.stack = Stack(*station, luck)
        self.eyes = tuple(
            Eye(*station, machine, luck, self.pieces, lane, gone=lambda n: self.outlet.passed(n))
            for lane in range(self.pieces.lanes)
        )
        self.eye = self.eyes[0]
        self.belt = Belt(clock, wires, p, machine, luck, speed_changed=self._speed_changed)
        self.outlet = Outlet(*station, machine, luck, self.belt, arrived=self.stack.arrived)
        for eye in self.eyes:
            eye.belt = self.belt
        has_pick = "pick.hold_max_ms" in machine
        self.strip = Strip(self.pieces, fallen=self._fallen, picked=has_pick)
        self.web = Web(*station, ramps, machine, luck, self.strip)
        self.supply = Supply(
            *station, machine, luck, spliced=self.web.add_splice, gone=self.run_out
        )
        if self.supply.unwinds:
            self.web.taken = self.supply.take
        self.pick = Pick(
            *station,
            luck,
            self.pieces,
            self.strip,
            web=lambda: self.web.counts,
            fallen=self._fallen,
        )
        self.gate = Gate(
            clock,
            wires,
            changed,
            monitors,
            self.generators,
            self.loads,
            pressed=lambda: self.press.forced,
            welded=lambda: self.strip.welded(self.web.counts),
            current=self.current,
            stagger_us=1000 * machine["horns.stagger_ms"] if len(monitors) > 1 else 0,
        )
        service = streams.truncated_normal(p.service_mean_us, p.service_sd_us, p.service_low_us)
        collect = streams.uniform(p.collect_low_us, p.collect_high_us)
        collect = streams.sometimes(p.collect_share_pc / 100, collect)
        self._service_us = luck.draws("service", streams.total(service, collect))
        self.fit(mold)
        self.frame.insert(self.mold_code)
        self.frame.clamp(True)
        self.safety = Safety(*station, power=self._power)

    def fit(self, mold: SettingsView) -> None:
        """Weld, feed and carry as this mold does. The frame is not touched."""
        self.mold_code: int = mold["code"]
        self.press.has_pre = mold["weld.pre"] == "switch"
        for load in self.loads:
            load.fit(mold)
        self.web.fit(mold)
        self.supply.fit(mold["pitch_um"])
        self.outlet.fit(mold)
        for eye in self.eyes:
            eye.fit(mold)

    def latch(self) -> None:
        """Bring the encoders in the input image up to now. Called before each scan."""
        if self.web.moving:
            self.web.latch()
        self.belt.latch()

    def levels(self, do: int) -> None:
        """Apply the output word."""
        changed = do ^ self.do
        self.do = do
        if changed & (signals.PRESS_DOWN | signals.PRESS_UP):
            self.press.coils(bool(do & signals.PRESS_DOWN), bool(do & signals.PRESS_UP))
        if changed & signals.SONICS_ENABLE:
            self.gate.enable(bool(do & signals.SONICS_ENABLE))
        if changed & signals.FEED_ENABLE:
            self.web.enable(bool(do & signals.FEED_ENABLE))
        if changed & signals.BELT_RUN:
            self.belt.run(bool(do & signals.BELT_RUN))
        if changed & signals.PICK:
            self.pick.level(bool(do & signals.PICK))
        if changed & signals.REJECT_GATE:
            self.outlet.flap.level(bool(do & signals.REJECT_GATE))
        if changed & (signals.PUSHER | signals.BATCH_DONE):
            self.stack.levels(bool(do & signals.PUSHER), bool(do & signals.BATCH_DONE))
        if changed & signals.GEN_RESET:
            for generator in self.generators:
                generator.reset_line(bool(do & signals.GEN_RESET))
        if changed & (signals.UNWIND | signals.STATIC_BAR | signals.ROLL_CHANGE):
            self.supply.levels(do)

    def run_out(self) -> None:
        """The end of the web has passed: there is none until somebody threads it."""
        self.web.broken(True)

    def change_rolls(self) -> None:
        """Somebody splices a new roll to each that is low; web that has run out is threaded."""
        ran_out = any(not unwind.level_um for unwind in self.supply.unwinds)
        self.supply.change_rolls()
        if ran_out:
            self.mend_web()

    def mend_web(self) -> None:
        """Thread the web; where a roll has ended, a new one."""
        self.web.broken(False)
        self.supply.thread()

    def clear_belt(self) -> None:
        """Somebody takes everything off the belt."""
        for eye in self.eyes:
            eye.clear()
        self.outlet.clear()

    def slip(self, um: int) -> None:
        """The belt slips below all pieces by this way."""
        for eye in self.eyes:
            eye.slip(um)
        self.outlet.slip(um * PM_PER_UM)

    def _fallen(self, number: int) -> None:
        for eye in self.eyes:
            eye.fallen(number)

    def _speed_changed(self) -> None:
        for eye in self.eyes:
            eye.watch()
        self.outlet.watch()

    def serve(self, number: int) -> None:
        """Housekeeping of the board: takes time, then its number comes back."""
        took_us, boots = next(self._service_us) + self.board.longer_us, self.board.boots
        self.clock.after(max(1, took_us), lambda _: self._served(number, boots))

    def _served(self, number: int, boots: int) -> None:
        if boots != self.board.boots:
            return  # the board it ran on has started anew
        self.wires.service_done = number
        self.wires.devices = self.wires.devices + 1 & NUMBERS
        self._changed()

    def _at_clear(self) -> None:
        for generator in self.generators:
            generator.at_clear()

    def _power(self, on: bool) -> None:
        """The safety relay's contacts: dump valve, gate line, power of the feed drive."""
        self.press.air(on)
        self.gate.power(on)
        self.web.power(on)
