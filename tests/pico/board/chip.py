# Runs on an emulated Pico, in the place of tests/mpy/overlay/chip.py: the same wires, by the box
# on the bus that tests/pico/box.py puts there. Time is the chip's own.
import gc
import sys
import time

import machine

_BOX = 0x40070000
(
    _NOW, _DRIVE, _DRIVE_AT, _LEVEL, _OFF, _DUTY, _POWER, _CHAIN_IN, _GET_IN, _GET_OUT, _CLOCK,
    _STALL, _CLEAR, _STEPS, _STEP, _SHOTS, _SHOT, _SINCE, _FEEDS, _SAMPLES, _SAMPLE, _FORGET,
    _SEEN, _SEEN_ONE, _TURN,
) = range(25)  # fmt: skip
_STALL_MOST_NS = 100000


def _ask(what, a=0, b=0):
    mem = machine.mem32
    mem[_BOX] = a
    mem[_BOX + 4] = b
    mem[_BOX + 8] = what
    return mem[_BOX + 12]


def _ask_ns(what, a=0, b=0):
    return _ask(what, a, b) | machine.mem32[_BOX + 16] << 32


class _Row:
    """What the box has, one after the other."""

    def __init__(self, count, one, clear=None):
        self.count, self.one, self._clear = count, one, clear

    def __len__(self):
        return self.count()

    def __getitem__(self, at):
        if isinstance(at, slice):
            first, last = at.start or 0, at.stop
            first += len(self) if first < 0 else 0
            return [self.one(k) for k in range(first, len(self) if last is None else last)]
        return self.one(at + len(self) if at < 0 else at)

    def clear(self):
        _ask(self._clear)


class _Gate:
    def __init__(self, pin):
        self.pin = pin
        self.shots = _Row(
            lambda: _ask(_SHOTS, pin),
            lambda k: (_ask_ns(_SHOT, pin, 2 * k), _ask_ns(_SHOT, pin, 2 * k + 1)),
        )

    @property
    def since(self):
        return _ask_ns(_SINCE, self.pin)


class _Train:
    steps = _Row(lambda: _ask(_STEPS), lambda k: _ask_ns(_STEP, k), _CLEAR)

    @property
    def period(self):
        return self.steps[-1] - self.steps[-2] if len(self.steps) > 1 else 0


class _Levels:
    def __getitem__(self, pin):
        return _ask(_LEVEL, pin)


class _Duty:
    def __getitem__(self, pin):
        return _ask(_DUTY, pin)


class Chip:
    MASK = 0x3FFFFFFF
    SCANNED_NS = 2500000  # hal/README.md, and what the box takes to answer
    LATE_MS = 4
    COLLECTIONS = 3
    KEPT = ("hal.rp2.ramp", "hal.rp2.profile", "rp2")
    levels = _Levels()
    duty = _Duty()
    samples = _Row(lambda: _ask(_SAMPLES), lambda k: _ask_ns(_SAMPLE, k), _FORGET)
    seen = _Row(lambda: _ask(_SEEN), lambda k: (_ask(_SEEN_ONE, k, 0), _ask(_SEEN_ONE, k, 1)))

    @property
    def now_ns(self):
        return _ask_ns(_NOW)

    @property
    def chain_in(self):
        return _ask(_GET_IN) | _ask(_GET_IN, 1) << 24

    @chain_in.setter
    def chain_in(self, bits):
        _ask(_CHAIN_IN, bits & 0xFFFFFF, bits >> 24)

    @property
    def chain_out(self):
        return _ask(_GET_OUT) | _ask(_GET_OUT, 1) << 24

    @property
    def feeds(self):
        return _ask(_FEEDS)

    def set_power(self, counts):
        _ask(_POWER, counts)

    power = property(None, set_power)

    def drive(self, pin, level):
        return _ask_ns(_DRIVE, pin, level)

    def drive_at(self, when, pin, level):
        _ask(_DRIVE_AT, pin << 1 | level, max(0, when - self.now_ns))

    def set_clock(self, us):
        _ask(_CLOCK, us)

    def outputs_are_off(self):
        return bool(_ask(_OFF))

    def gate(self, of, pin):
        return _Gate(pin)

    def train(self, hal):
        return _Train()

    def turn(self, first, second, counts, each_ns=2000):
        _ask(_TURN, first | second << 8 | each_ns << 16, counts & 0xFFFFFFFF)

    def wait(self, ns):
        """Interrupts come, but for the last moments: those are exact."""
        end = self.now_ns + ns
        while True:
            left = end - self.now_ns
            if left <= _STALL_MOST_NS:
                break
            time.sleep_us((left - _STALL_MOST_NS // 2) // 1000)
        if left > 0:
            _ask(_STALL, left)

    def begin_anew(self, hal):
        """As after power-up, as far as the port keeps books: DMA channels, PIO programs."""
        import rp2

        from hal.rp2.off import off

        off()
        if hal:
            latches = [each.latch for each in (hal.eye, hal.marks)]
            used = [hal.train.up, hal.train.middle, hal.train.down]
            used += list(hal.web.channels) + list(hal.belt.channels)
            for each in used + [one for latch in latches for one in (latch.taker, latch.keeper)]:
                each.close()
        gc.collect()
        rp2.PIO(0).remove_program()
        rp2.PIO(1).remove_program()


sys.modules["chip"] = Chip()
