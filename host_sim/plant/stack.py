"""The stacker: a pusher that shoves pieces on the stack, and a whole batch to the packer."""

from controller import signals

from . import streams
from .parameters import PlantParameters
from .timing import Clock
from .wires import Changed, Wires


class Stack:
    """Pusher, the stack that grows, and the batches that went to the packer.

    A pulse of PUSHER sends the pusher out and back. With BATCH_DONE on as it leaves, the stack
    goes along.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        luck: streams.Streams,
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._leave_us = max(1, p.push_valve_us)
        self._push_us = luck.draws("stack.push", streams.normal(p.push_mean_us, p.push_sd_us))
        self._batch_us = luck.draws("stack.batch", streams.normal(p.batch_mean_us, p.batch_sd_us))
        self._push = self._batch = False
        self._on_way = self._stuck = self._waits = False
        self.before: list[int] = []  # numbers of the pieces before the pusher, the last one buffer
        self.stack: list[int] = []
        self.batches: list[list[int]] = []
        self._longer_us = 0
        wires.dx |= signals.STACK_HOME

    def levels(self, push: bool, batch: bool) -> None:
        """Levels of PUSHER and BATCH_DONE."""
        self._batch = batch
        if push and not self._push and not self._on_way:
            self._on_way = True
            self._clock.after(self._leave_us, self._leave)
        self._push = push

    def arrived(self, number: int) -> None:
        """A piece lies before the pusher."""
        self.before.append(number)

    def full(self, on: bool) -> None:
        """There is no room behind the stacker."""
        if on != bool(self._wires.dx & signals.STACK_FULL):
            self._wires.dx ^= signals.STACK_FULL
            self._changed()

    def take_long(self, longer_us: int) -> None:
        """Each push takes so much longer."""
        self._longer_us = longer_us

    def stick(self, on: bool) -> None:
        """The pusher stays where it is; or comes free."""
        self._stuck = on
        if not on and self._waits:
            self._waits = False
            self._back(None)

    def _leave(self, _: object) -> None:
        if self._stuck or not self._push:
            self._on_way = False
            return
        self._wires.dx &= ~signals.STACK_HOME
        self.stack += self.before
        self.before = []
        draws = self._push_us
        if self._batch:
            draws = self._batch_us
            self.batches.append(self.stack)
            self.stack = []
        took_us = max(1, next(draws) - self._leave_us) + self._longer_us
        self._clock.after(took_us, self._back)
        self._changed()

    def _back(self, _: object) -> None:
        if self._stuck:
            self._waits = True
            return
        self._on_way = False
        self._wires.dx |= signals.STACK_HOME
        self._changed()
