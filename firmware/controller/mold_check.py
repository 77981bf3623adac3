"""Is the recipe's mold in the press, and clamped? Coded bits with odd parity, debounced.

Visited in the scan when a bit changes. `ok` falls at once and comes back only with a code that is
stable and right: interlocks take the stroke away meanwhile.
"""

from controller import events
from controller import signals as s
from controller.alarm_codes import MOLD_MISSING, MOLD_PARITY, MOLD_PULLED, MOLD_WRONG
from controller.blocks import Debounce
from controller.part import Part

_BITS = s.MOLD_ID_MASK | s.MOLD_PARITY | s.MOLD_CLAMPED


def odd(bits):
    """1 when the number of ones in `bits` is odd."""
    ones = 0
    while bits:
        ones ^= 1
        bits &= bits - 1
    return ones


class MoldCheck(Part):
    watch_x = _BITS

    def __init__(self, bus, machine, coordinator):
        Part.__init__(self, bus)
        self.coordinator = coordinator
        self.bits = Debounce(machine["mold_id.stable_ms"] * 1000, 0)
        self.code = 0  # of the recipe
        self.told = 0  # code that the journal knows
        self.ok = False
        self.asked = False  # a row waits for the mold

    def load(self, mold):
        self.code = mold["code"]
        self.poked = True

    def check(self, now):
        """Row start: say what is wrong with the mold, if anything is, as soon as it is known."""
        self.asked = True
        self.poke()

    def valid(self, now):
        return self.ok

    def scan(self, now):
        if self.told != self.code:
            self.told = self.code
            self.bus.put(now, events.MOLD, self.code)
        raw = self.bus.inputs.dx & _BITS
        bits = self.bits.feed(now, raw)
        if self.bits.timed:
            self.until(self.bits.wake)
        fault = MOLD_MISSING if raw != bits else self._fault(bits)
        if self.ok and fault:
            self.ok = False
            if self.coordinator.needs_mold():
                self.bus.alarms.raise_(now, MOLD_PULLED)
        elif not fault and not self.ok:
            self.ok = True
            self.coordinator.sequencer.poke()
        if self.asked and raw == bits:
            self.asked = False
            if fault:
                self.bus.alarms.raise_(now, fault)

    def _fault(self, bits):
        code = (bits & s.MOLD_ID_MASK) >> s.MOLD_ID_SHIFT
        if code == 0 or not bits & s.MOLD_CLAMPED:
            return MOLD_MISSING
        if not odd(bits & (s.MOLD_ID_MASK | s.MOLD_PARITY)):
            return MOLD_PARITY
        return 0 if code == self.code else MOLD_WRONG
