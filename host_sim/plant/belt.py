"""The conveyor's drive and encoder. Position is a closed form, evaluated when somebody looks.

Inside, way is kept in pm (µm/s times µs), so that nothing is lost however often speed changes.
The drive's speed is off by a slowly changing error: that is what the controller's speed loop is
for.
"""

from collections.abc import Callable
from math import isqrt

from controller import signals

from . import streams
from .parameters import PlantParameters
from .timing import Clock
from .wires import LAST, SettingsView, Wires

PM_PER_UM = 1_000_000


class Belt:
    """Belt drive.

    Args:
        speed_changed: called after each change of the drive's speed set-point.
    """

    def __init__(
        self,
        clock: Clock,
        wires: Wires,
        p: PlantParameters,
        machine: SettingsView,
        luck: streams.Streams,
        speed_changed: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._wires = wires
        self._changed = speed_changed
        self._top_mm_s: int = machine["belt.top_speed_mm_s"]
        self._count_pm: int = machine["belt.encoder_um"] * PM_PER_UM
        self._origin = p.belt_origin
        self._accel = max(1, p.belt_accel_mm_s2) * 1000  # µm/s²
        self._drift = luck.draws("belt.drift", streams.normal(0, p.belt_drift_sd_ppm))
        self._drift_us = max(1, p.belt_drift_us)
        self._drift_ppm = next(self._drift)
        self._run = False
        self._pm = 0
        self._blocked = False
        # A ramp from _v0 at _t0 to _v1 at _t1, then _v1 (µm/s, µs); _x0 and _x1 are the way gone
        # there (pm).
        self._t0 = self._t1 = self._x0 = self._x1 = self._v0 = self._v1 = 0
        self._slope = 0
        wires.dx |= signals.BELT_READY
        wires.belt_pos = self._origin & LAST
        clock.after(self._drift_us, self._wander)

    @property
    def moving(self) -> bool:
        """Whether the belt moves now."""
        return bool(self._v1) or self._clock.now < self._t1

    @property
    def speed_um_s(self) -> int:
        """Speed of the belt now."""
        now = self._clock.now
        if now >= self._t1:
            return self._v1
        return self._v0 + self._slope * (now - self._t0) // 1_000_000

    def run(self, on: bool) -> None:
        """Level of BELT_RUN."""
        self._run = on
        self._aim()

    def set_point(self, pm: int) -> None:
        """Speed set-point, permille of top speed."""
        self._pm = pm
        self._aim()

    def block(self, on: bool) -> None:
        """Something holds the belt; the drive reports no fault."""
        self._blocked = on
        self._aim()

    def latch(self) -> int:
        """Bring the encoder's count in the input image up to now, and give it."""
        since = self._clock.now - self._t1
        pm = self._x1 + self._v1 * since if since >= 0 else self.travel_pm()
        self._wires.belt_pos = count = pm // self._count_pm + self._origin & LAST
        return count

    def travel_pm(self) -> int:
        """Way gone since power-up, pm."""
        now = self._clock.now
        if now >= self._t1:
            return self._x1 + self._v1 * (now - self._t1)
        return self._on_ramp(now - self._t0)

    def time_at(self, pm: int) -> int | None:
        """When the way gone will be `pm`, rounded up; None if the belt stops before."""
        if pm <= self._x0:
            return self._t0
        if pm > self._x1:
            if self._v1 <= 0:
                return None
            return self._t1 - (self._x1 - pm) // self._v1
        # slope/2 t² + v0 t = way, with t in µs and slope in µm/s²
        way, slope, v0 = pm - self._x0, self._slope, self._v0 * 1_000_000
        root = isqrt(max(0, v0 * v0 + 2_000_000 * slope * way))
        t = 2_000_000 * way // (v0 + root) + 1 if v0 + root else 0
        return self._t0 + min(t, self._t1 - self._t0)

    def _on_ramp(self, t: int) -> int:
        return self._x0 + self._v0 * t + self._slope * t * t // 2_000_000

    def _aim(self) -> None:
        """Ramp from the speed of now to the set-point's."""
        speed = (
            self._pm * self._top_mm_s if self._run and not self._blocked else 0
        )  # ‰ of mm/s is µm/s
        v1 = speed + speed * self._drift_ppm // 1_000_000
        if v1 == self._v1:
            return
        x0, v0, now = self.travel_pm(), self.speed_um_s, self._clock.now
        self._x0, self._v0, self._t0, self._v1 = x0, v0, now, v1
        ramp = -(-abs(v1 - v0) * 1_000_000 // self._accel)
        self._slope = self._accel if v1 > v0 else -self._accel
        self._t1 = now + ramp
        self._x1 = self._on_ramp(ramp)
        self._changed()

    def _wander(self, _: object) -> None:
        self._drift_ppm = self._drift_ppm * 9 // 10 + next(self._drift)
        self._aim()
        self._clock.after(self._drift_us, self._wander)
