"""The simulator's HAL: runs the controller against the simulated machine in virtual time.

The first implementation of the HAL contract, and the exact twin of a board's: it scans when an
input has changed or a deadline has come, applies outputs after each scan, and owns the timed
devices through the plant. A scan at a deadline comes a little late, as on a board; a scan for a
change of inputs comes at once, after everything that the machine does at that instant.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from controller.config import Settings
from controller.image import PROFILE_INDEX, PROFILE_SLOW, PROFILE_TRIM

from .faults import Fault
from .operator import Operator
from .plant import Plant, PlantParameters, Streams
from .plant.streams import exponential
from .plant.timing import Clock
from .plant.wires import LAST, NUMBERS, Ramps, SettingsView

Sink = Callable[[Any, int, int], None]  # (ring, start, stop): integers of whole events

_NEVER = 1 << 62
_LATE = 4096  # lateness of wakes kept ready, a power of two


class App(Protocol):
    """What the twin needs of `controller.app.App`."""

    inputs: Any
    outputs: Any
    monitor: Any
    journal: Any

    def scan(self, now: int) -> int: ...


class Twin:
    """One controller, one machine, one clock.

    Args:
        app: the controller, not yet scanned.
        plant_parameters: calibrated numbers of the plant.
        machine: machine settings, `controller.config.Settings` or a mapping with the same keys.
        mold: settings of the mold that is clamped in the machine.
        seed: of all random streams.
        tick_origin: what the board's clock shows at time 0; it goes round at 2**30.
        sink: receives journal events while the machine runs; None leaves them in the journal.
        state: what the operator can see of the controller, its PackML state.
        restart: builds `app` anew, as at power-up, in its place; None: from `machine` and `mold`.
        clock: of the machine, at 0; None: one that goes as fast as it can.

    Attributes:
        plant: the machine; physical truth for tests.
        operator: acts on buttons, guard and relay.
        scans: scans so far.
        on_scan: called with the absolute µs after each scan, outputs applied. None: nobody.
        given_up: serial numbers that a start after a power cut left unused, and those of pieces
            that the controller does not know any more.
    """

    def __init__(
        self,
        app: App,
        plant_parameters: PlantParameters,
        machine: Settings | Mapping[str, Any],
        mold: Settings | Mapping[str, Any],
        seed: int,
        tick_origin: int = 0,
        sink: Sink | None = None,
        state: Callable[[], int] | None = None,
        clock: Clock | None = None,
        restart: Callable[[], None] | None = None,
    ) -> None:
        self.app = app
        self.given_up = 0
        self._restart = restart or (lambda: type(app).__init__(app, machine, mold))  # pyright: ignore
        self._dark = False  # the board has no power
        self._clock = Clock() if clock is None else clock
        self.sink = sink
        self.on_scan: Callable[[int], None] | None = None
        self.scans = 0
        self._inputs = app.inputs
        self._outputs = app.outputs
        self._journal = app.journal
        self._half_full = app.journal.end // 2
        self._origin = tick_origin
        self._due = False  # a scan is asked for
        self._scanned_us = -1
        self._wake_us = _NEVER  # when the controller wants to be called, lateness included
        luck = Streams(seed)
        late = exponential(plant_parameters.wake_late_us, plant_parameters.wake_late_cap_us)
        shape = late(luck.generator("wake"), _LATE)
        self._late: list[int] = [int(us) for us in shape]
        self.plant = Plant(
            self._clock,
            app.inputs,
            self._changed,
            list(getattr(app, "monitors", None) or [app.monitor]),
            plant_parameters,
            _ramps(machine),
            _unmarked(machine),
            _unmarked(mold),
            luck,
        )
        # Numbers of the last device requests that were applied: the board's devices start at 0.
        self._do = self._gate_no = self._feed_no = self._service_no = self._belt_pm = 0
        seen = state or (lambda: app.unit.state)  # pyright: ignore[reportAttributeAccessIssue]
        self.operator = Operator(self.plant, plant_parameters, seen)
        self._latch = self.plant.latch
        self._board = self.plant.board
        self._board.cut = self._power_cut
        self._changed()

    @property
    def now_us(self) -> int:
        """Absolute µs since power-up; never wraps."""
        return self._clock.now

    def run(self, until_us: int) -> None:
        """Go on until `until_us`, exclusive: what happens at that instant is still to come."""
        clock = self._clock
        peek, step = clock.peek, clock.step
        while True:
            at_us = peek()
            if self._due:
                # Not before everything that the machine does at this instant is done.
                if at_us > clock.now:
                    self._scan(clock.now)
                    continue
            elif self._wake_us < at_us:
                if self._wake_us >= until_us:
                    break
                clock.pass_to(self._wake_us)
                self._scan(self._wake_us)
                continue
            if at_us >= until_us:
                break
            step()
        if until_us > clock.now:
            clock.run(until=until_us)
        if self.sink is not None and self._journal.held:
            self._journal.drain(self.sink)

    def command(self, command: int, mode: int = 0) -> None:
        """A PackML command from outside (0: none), with a wished mode (0: leave it)."""
        if self._board.unlinked:
            return
        inputs = self._inputs
        inputs.command = command
        inputs.mode = mode
        inputs.command_no = inputs.command_no + 1 & NUMBERS
        inputs.devices = inputs.devices + 1 & NUMBERS
        self._changed()

    def at(self, t_us: int, action: Callable[[], None]) -> None:
        """Call `action` at `t_us`; a time that is over means as soon as possible."""
        self._clock.after(max(1, t_us - self.now_us), lambda _: action())

    def attach(self, turn: Callable[[], bool], every_us: int = 1000) -> None:
        """Call `turn` again and again, as a board does in idle context: the link, the records.

        True from it means that it has written a command, or what else asks for a scan.
        """

        def idle(_: object) -> None:
            if not (self._dark or self._board.unlinked) and turn():
                self._inputs.devices = self._inputs.devices + 1 & NUMBERS
                self._changed()
            self._clock.scan_after(every_us, idle)

        self._clock.scan_after(every_us, idle)

    def extra_scan_at(self, t_us: int) -> None:
        """Scan at `t_us` although nobody asks for it."""

        def scan(_: object) -> None:
            if not self._dark and (self._scanned_us != self._clock.now or self._due):
                self._scan(self._clock.now)

        self._clock.scan_after(max(0, t_us - self.now_us), scan)

    def inject(self, fault: Fault) -> None:
        """Let a fault happen; a start that is over means as soon as possible."""
        self.at(fault.start_us, lambda: fault.begin(self.plant))
        if fault.duration_us:
            self.at(fault.end_us, lambda: fault.end(self.plant))

    def _changed(self) -> None:
        """Inputs have changed: scan in this instant, or a moment later if that has been done."""
        if self._scanned_us == self._clock.now:
            self._clock.after(1, self._ask)
        else:
            self._due = not self._dark

    def _ask(self, _: object) -> None:
        self._due = not self._dark

    def _power_cut(self, dark_us: int) -> None:
        """The board's power goes: every driver is off. It comes back after `dark_us`."""
        if self._dark:
            return
        if self.sink is not None:  # the simulator's record has what the board's memory loses
            self._journal.drain(self.sink)
        self._dark = True
        self._due = False
        self._wake_us = _NEVER
        plant = self.plant
        plant.board.boots += 1
        plant.levels(0)
        plant.belt.set_point(0)
        self._do = self._gate_no = self._feed_no = self._service_no = self._belt_pm = 0
        plant.safety.drop()  # it is the same supply
        self._clock.after(dark_us, self._power_up)

    def _power_up(self, _: object) -> None:
        """The board starts anew, with the counters that it keeps. Those were written just now:
        what a cut may lose of them is the store's affair."""
        app, inputs = self.app, self._inputs
        kept = app.statistics.counters()  # pyright: ignore[reportAttributeAccessIssue]
        self._restart()
        app.bus.inputs = app.inputs = inputs  # pyright: ignore[reportAttributeAccessIssue]
        inputs.gate_done = inputs.feed_done = inputs.service_done = 0
        app.statistics.restore(kept)  # pyright: ignore[reportAttributeAccessIssue]
        tracker = app.tracker  # pyright: ignore[reportAttributeAccessIssue]
        self.given_up = tracker.serial - sum(tracker.counts) - tracker.lost
        self._outputs, self._journal = app.outputs, app.journal
        monitors = getattr(app, "monitors", None) or [app.monitor]
        for horn, monitor in zip(self.plant.gate.horns, monitors, strict=True):
            horn.told_to(monitor)
        self._dark = False
        self._changed()

    def _scan(self, now: int) -> None:
        self._due = False
        self._scanned_us = now
        self.scans += 1
        self._latch()
        wait_us = self.app.scan(now + self._origin & LAST)
        if wait_us:
            deadline = now + wait_us
            # Lateness belongs to the deadline: scans in between draw nothing and change nothing.
            late_us = self._late[(deadline * 2654435761 >> 20) & _LATE - 1]
            self._wake_us = deadline + late_us + self._board.late_us
        else:
            self._wake_us = now + 1  # the controller has more to do
        self._apply()
        if self._journal.held >= self._half_full and self.sink is not None:
            self._journal.drain(self.sink)
        if self.on_scan is not None:
            self.on_scan(now)

    def _apply(self) -> None:
        """Outputs to the machine: levels first, then the requests they permit."""
        out, plant = self._outputs, self.plant
        if out.do != self._do:
            self._do = out.do
            plant.levels(out.do)
        if out.belt_pm != self._belt_pm:
            self._belt_pm = out.belt_pm
            plant.belt.set_point(out.belt_pm)
        if out.gate_no != self._gate_no:
            self._gate_no = out.gate_no
            plant.gate.fire(out.gate_no, out.gate_max_us, out.amplitude_pm)
        if out.feed_no != self._feed_no:
            self._feed_no = out.feed_no
            plant.web.move(out.feed_no, out.feed_steps, out.feed_profile)
        if out.service_no != self._service_no:
            self._service_no = out.service_no
            plant.serve(out.service_no)


def _ramps(machine: Settings | Mapping[str, Any]) -> Ramps:
    """Profiles of the step train: a device of the HAL, which is who reads these keys."""
    accel = machine["feed.accel_mm_s2"]
    return {
        PROFILE_INDEX: (machine["feed.speed_mm_s"], accel),
        PROFILE_TRIM: (machine["feed.trim_speed_mm_s"], machine["feed.trim_accel_mm_s2"]),
        PROFILE_SLOW: (machine["feed.slow_speed_mm_s"], accel),
    }


def _unmarked(settings: Settings | Mapping[str, Any]) -> SettingsView:
    """Settings whose keys do not count as read: that a plant reads one keeps no promise."""
    return settings.values if isinstance(settings, Settings) else settings  # pyright: ignore
