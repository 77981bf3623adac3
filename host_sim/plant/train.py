"""A step train: trapezoid of speed over time, triangle where the move is too short for one.

All numbers are integers: µm, µs, mm/s, mm/s². x = a t² / 2 in these units is a t² / 2e9 µm, and
x = v t is v t / 1000 µm.
"""

from math import isqrt


class Train:
    """One move, from its start at time 0.

    Args:
        length_um: way, > 0.
        speed_mm_s: highest speed.
        accel_mm_s2: of both ramps.
    """

    __slots__ = ("_at_brake", "accel", "accel_until", "brake_from", "duration", "length", "speed")

    def __init__(self, length_um: int, speed_mm_s: int, accel_mm_s2: int) -> None:
        v, a = speed_mm_s, accel_mm_s2
        self.length = length_um
        self.speed = v
        self.accel = a
        if length_um * a >= 1000 * v * v:
            # L/v + v/a, rounded up
            self.duration = -(-(1000 * length_um * a + 1_000_000 * v * v) // (v * a))
            self.accel_until = 1_000_000 * v // a
            self.brake_from = self.duration - self.accel_until
        else:
            # 2 sqrt(L/a), rounded up
            self.duration = isqrt((4_000_000_000 * length_um - 1) // a) + 1
            self.accel_until = self.brake_from = self.duration // 2
        self._at_brake = 0
        self._at_brake = self._before_brake(self.brake_from)

    def position(self, t_us: int) -> int:
        """µm gone after `t_us`."""
        if t_us < self.brake_from:
            return self._before_brake(t_us)
        if t_us >= self.duration:
            return self.length
        left = self.duration - t_us
        # Rounding must not let the encoder step back at the joint.
        return max(self.length - self.accel * left * left // 2_000_000_000, self._at_brake)

    def time_at(self, x_um: int) -> int:
        """µs after which `x_um` (0 .. length) are gone, rounded up."""
        if x_um > self._at_brake:
            left = 2_000_000_000 * (self.length - x_um) // self.accel
            return self.duration - isqrt(left)
        ramp = self.accel * self.accel_until * self.accel_until // 2_000_000_000
        if x_um <= ramp:
            return isqrt(2_000_000_000 * x_um // self.accel)
        v, a = self.speed, self.accel
        return -(-(1000 * a * x_um + 500_000 * v * v) // (v * a))

    def stop(self, t_us: int) -> None:
        """Brake from `t_us` on, with the same ramp. Without effect where it brakes already."""
        if t_us >= self.brake_from:
            return
        gone = self._before_brake(t_us)
        # Speed in µm/s: a mm/s² times t µs is a t / 1000.
        speed = min(self.accel * t_us // 1000, 1000 * self.speed)
        self.brake_from = t_us
        self.duration = t_us + max(1, -(-1000 * speed // self.accel))
        self.length = gone + speed * speed // (2000 * self.accel)
        self._at_brake = gone

    def _before_brake(self, t_us: int) -> int:
        v, a = self.speed, self.accel
        if t_us <= self.accel_until:
            return min(a * t_us * t_us // 2_000_000_000, self.length)
        return (v * a * t_us - 500_000 * v * v) // (1000 * a)
