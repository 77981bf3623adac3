"""The press: two valve coils, a slide, three switches and the trigger-force switch.

The valve is a monoblock with closed centre: without a coil, with both coils, or without air the
slide stays where it is and force stays as it is. So after a trip of the safety chain the press
stands still, and PRESS_UP raises it once there is air again.
"""

from collections.abc import Callable

from controller import signals

from . import streams
from .parameters import PlantParameters
from .timing import Action, Clock, Timer
from .wires import Changed, Wires

BOTTOM = 1000  # position of the slide in permille of its way; 0 is the top
DOWN, HOLD, UP = 1, 0, -1
RATTLE_US = 5_000


class Press:
    """Slide and switches. Its times are multiplied by `factor_pm` / 1000.

    Args:
        at_clear: called when the slide comes up to clear height, before the scan sees it.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        changed: Changed,
        p: PlantParameters,
        luck: streams.Streams,
        at_clear: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = changed
        self._at_clear = at_clear
        self.factor_pm = round(1000 * p.press_factor)
        self.low_air_pm = 1000
        self._air_low_pm = round(1000 * p.air_low_factor)
        self._clear_pm = p.press_clear_pm
        self._pre_pm = p.press_pre_pm
        self.has_pre = False  # the distance switch is fitted
        self._lower_valve = p.lower_valve_us
        self._raise_valve = p.raise_valve_us
        lower = (p.lower_mean_us, p.lower_sd_us, p.lower_low_us, p.lower_high_us)
        raise_ = (p.raise_mean_us, p.raise_sd_us, p.raise_low_us, p.raise_high_us)
        top = (p.top_mean_us, p.top_sd_us, p.top_low_us, p.top_high_us)
        self._lower_us = luck.draws("press.lower", streams.truncated_normal(*lower))
        self._raise_us = luck.draws("press.raise", streams.truncated_normal(*raise_))
        self._top_us = luck.draws("press.top", streams.truncated_normal(*top))
        trigger = streams.lognormal(p.trigger_mean_us, p.trigger_sd_us)
        self._trigger_us = luck.draws("press.trigger", trigger)

        self._air = False
        self._stuck = False
        self._numb = False
        self._late_us = 0
        self._blind = 0  # switches that do not close
        self.jammed = 0  # switches that stay closed
        self._rattles = 0
        self._wish = HOLD
        self._way = HOLD
        self._timer: Timer | None = None
        self._stroke_us = 0  # of this movement: bottom to clear or top to bottom, without valve
        self._last_us = 0  # of this raise: clear to top
        # The slide goes from _from_pm at _from_us to _to_pm at _to_us.
        self._from_pm = self._to_pm = p.press_start_pm
        self._from_us = self._to_us = 0
        bits = signals.AIR_OK
        bits |= signals.PRESS_TOP if p.press_start_pm == 0 else 0
        bits |= signals.PRESS_CLEAR if p.press_start_pm <= self._clear_pm else 0
        bits |= signals.PRESS_BOTTOM if p.press_start_pm >= BOTTOM else 0
        wires.di |= bits

    @property
    def position_pm(self) -> int:
        """Where the slide is: 0 top .. 1000 bottom."""
        now = self._clock.now
        if now >= self._to_us:
            return self._to_pm
        if now <= self._from_us:
            return self._from_pm
        way = (self._to_pm - self._from_pm) * (now - self._from_us)
        return self._from_pm + way // (self._to_us - self._from_us)

    @property
    def is_clear(self) -> bool:
        """Whether the slide is at clear height or above it."""
        return self.position_pm <= self._clear_pm

    @property
    def moving(self) -> bool:
        """Whether the slide moves now."""
        return self._from_us < self._clock.now < self._to_us

    @property
    def forced(self) -> bool:
        """Whether the slide is down on the anvil."""
        return self._to_pm == BOTTOM and self._clock.now >= self._to_us

    def coils(self, down: bool, up: bool) -> None:
        """Levels of the two valve coils."""
        self._wish = HOLD if down == up else DOWN if down else UP
        self._go()

    def air(self, on: bool) -> None:
        """Air behind the dump valve."""
        self._air = on
        self._go()

    def stuck(self, on: bool) -> None:
        """The slide sticks where it is, or comes free."""
        self._stuck = on
        self._go()

    def numb(self, on: bool) -> None:
        """The trigger-force switch does not close, or does again."""
        self._numb = on
        if not on and self.forced and self._way == DOWN:
            self._force()

    def valve_late(self, us: int) -> None:
        """The valve sticks a little: it switches so much later."""
        self._late_us = us

    def blind(self, bit: int, on: bool) -> None:
        """A switch of the slide does not close any more, or does again."""
        if on:
            self._blind |= bit
        else:
            self._blind &= ~bit
            closes_pm = {signals.PRESS_TOP: 0, signals.PRESS_BOTTOM: BOTTOM}
            if bit == signals.PRESS_CLEAR:
                closed = self.position_pm < self._clear_pm + (self._way != DOWN)
            elif bit == signals.TRIGGER:
                closed = self.forced and self._way != UP and not self._numb
            else:
                closed = self.position_pm == closes_pm[bit]
            self._wires.di |= bit if closed else 0
        self._changed()

    def jam(self, bit: int, on: bool) -> None:
        """A switch stays closed, wherever the slide is; or opens and closes again."""
        if on:
            self.jammed |= bit
            self._wires.di |= bit
            self._changed()
        else:
            self.jammed &= ~bit
            self._wires.di &= ~bit
            self.blind(bit, False)

    def _open(self, bits: int) -> None:
        self._wires.di &= ~bits | self.jammed
        self._changed()

    def rattle(self, times: int) -> None:
        """The bottom switch opens so many times after it has closed, each time for 5 ms."""
        self._rattles = times

    def low_air(self, factor_pm: int) -> None:
        """Supply pressure sinks (times are multiplied by factor_pm / 1000) or is back (1000)."""
        self.low_air_pm = factor_pm
        di = self._wires.di | signals.AIR_OK
        self._wires.di = di ^ signals.AIR_OK if factor_pm >= self._air_low_pm else di
        self._changed()

    def _go(self) -> None:
        way = HOLD if self._stuck or not self._air else self._wish
        if way == self._way:
            return
        self._way = way
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._clock.now
        self._from_pm = self._to_pm = self.position_pm
        self._from_us = self._to_us = now
        if way == DOWN:
            if self._wires.di & signals.PRESS_BOTTOM:
                self._force()
                return
            valve = self._scaled(self._lower_valve)
            self._stroke_us = max(1, self._scaled(next(self._lower_us)) - valve)
            self._timer = self._clock.after(valve + self._late_us, self._leave_up)
        elif way == UP and not self._wires.di & signals.PRESS_TOP:
            valve = self._scaled(self._raise_valve)
            self._stroke_us = max(1, self._scaled(next(self._raise_us)) - valve)
            self._last_us = max(1, self._scaled(next(self._top_us)))
            self._timer = self._clock.after(valve + self._late_us, self._leave_down)

    def _scaled(self, us: int) -> int:
        return us * self.factor_pm * self.low_air_pm // 1_000_000

    def _slide(self, to_pm: int, full_us: int, full_pm: int, then: Action) -> None:
        """Slide to `to_pm` at the speed of `full_pm` in `full_us`, and then do `then`."""
        now = self._clock.now
        start = self._to_pm
        us = max(1, full_us * abs(to_pm - start) // full_pm)
        self._from_pm, self._from_us = start, now
        self._to_pm, self._to_us = to_pm, now + us
        self._timer = self._clock.after(us, then)

    def _leave_up(self, _: object) -> None:
        """The valve has switched: the slide leaves for the bottom."""
        if self._wires.di & signals.PRESS_TOP:
            self._open(signals.PRESS_TOP)
        if self._to_pm < self._clear_pm:
            self._slide(self._clear_pm, self._stroke_us, BOTTOM, self._pass_clear)
        else:
            self._pass_clear(None)

    def _pass_clear(self, _: object) -> None:
        if self._wires.di & signals.PRESS_CLEAR:
            self._open(signals.PRESS_CLEAR)
        if self.has_pre and self._to_pm < self._pre_pm:
            self._slide(self._pre_pm, self._stroke_us, BOTTOM, self._pass_pre)
        else:
            self._slide(BOTTOM, self._stroke_us, BOTTOM, self._reach_bottom)

    def _pass_pre(self, _: object) -> None:
        self._wires.di |= signals.PRE_TRIGGER
        self._changed()
        self._slide(BOTTOM, self._stroke_us, BOTTOM, self._reach_bottom)

    def _reach_bottom(self, _: object) -> None:
        self._close(signals.PRESS_BOTTOM)
        self._rattle(2 * self._rattles)
        self._force()

    def _close(self, bit: int) -> None:
        self._wires.di |= bit & ~self._blind
        self._changed()

    def _rattle(self, left: int) -> None:
        """The bottom switch opens and closes; not when the slide has left meanwhile."""

        def turn(_: object) -> None:
            if self._way != UP and self.forced and not self._blind & signals.PRESS_BOTTOM:
                self._wires.di ^= signals.PRESS_BOTTOM
                self._changed()
                self._rattle(left - 1)

        if left:
            self._clock.after(RATTLE_US, turn)

    def _force(self) -> None:
        if not self._numb and not self._wires.di & signals.TRIGGER:
            self._timer = self._clock.after(self._scaled(next(self._trigger_us)), self._trigger)

    def _trigger(self, _: object) -> None:
        if not self._numb:
            self._wires.di |= signals.TRIGGER
            self._changed()

    def _leave_down(self, _: object) -> None:
        """The valve has switched: force is gone and the slide leaves for the top."""
        both = signals.TRIGGER | signals.PRESS_BOTTOM | signals.PRE_TRIGGER
        if self._wires.di & both:
            self._open(both)
        if self._to_pm > self._clear_pm:
            full_pm = BOTTOM - self._clear_pm
            self._slide(self._clear_pm, self._stroke_us, full_pm, self._reach_clear)
        else:
            self._reach_clear(None)

    def _reach_clear(self, _: object) -> None:
        if not self._wires.di & signals.PRESS_CLEAR:
            self._at_clear()
            self._close(signals.PRESS_CLEAR)
        self._slide(0, self._last_us, max(1, self._clear_pm), self._reach_top)

    def _reach_top(self, _: object) -> None:
        self._close(signals.PRESS_TOP)
