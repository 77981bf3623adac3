"""A machine on the pins of the stand-in: it answers what the board drives, for one batch.

Coarse on purpose, and on wires only: the simulated machine proper is host_sim/plant.
"""

import chip
import hal_rig as rig

from controller import signal_names as names

MS = 1000000
COUNTS_A_STEP = 1  # machine.json of these tests: one step is one count
AT_REST = (
    "SAFETY_OK GUARD_CLOSED PRESS_TOP PRESS_CLEAR GEN_READY WEB_OK AIR_OK FEED_READY FEED_IN_POS "
    "MOLD_CLAMPED BELT_READY WASTE_OK STATIC_OK UPSTREAM_OK DOWNSTREAM_OK"
)
AHEAD = 400  # counts from the eye to the place of rest: 20 mm


class Plant:
    def __init__(self, bench, pitch, code):
        self.bench = bench
        self.where = {}
        places = rig.places()
        for table, rows in (
            (names.DI, places.di), (names.DX, places.dx), (names.DO, places.do),
        ):  # fmt: skip
            for chained in (0, 1):
                for bit, number, low in rows[chained]:
                    name = [each for each, other in table if other == bit][0]
                    self.where[name] = number, low, chained
        self.pitch = pitch
        self.web = 0
        self.next_mark = pitch - AHEAD - 60
        self.press_ms = 0  # down from the top
        self.welds = 0
        self.belt = 0
        self.milled = 0
        for name in AT_REST.split():
            self.set(name, 1)
        for name in ("BTN_STOP", "GEN_OVERLOAD"):
            self.set(name, 0)
        ones = 1
        for bit in range(5):
            self.set(f"MOLD_ID{bit}", code >> bit & 1)
            ones ^= code >> bit & 1
        self.set("MOLD_PARITY", ones)
        train = bench.train()
        step = train.step

        def stepped():
            step()
            self.step()

        train.step = stepped
        chip.at(chip.now_ns + MS, self.tick)

    def set(self, name, on):
        number, low, chained = self.where[name]
        level = on ^ low
        if chained:
            chip.chain_in = chip.chain_in & ~(1 << number) | level << number
        else:
            chip.drive(number, level)

    def is_on(self, name):
        number, low, chained = self.where[name]
        return (chip.chain_out >> number & 1 if chained else chip.levels[number]) ^ low

    def press(self, button, ms=100):
        self.set(button, 1)
        self.bench.turns(ms)
        self.set(button, 0)
        self.bench.turns(ms)

    def step(self):
        """One step of the drive: one count, and marks as they pass the eye."""
        self.web += 1
        _turn(rig.WEB, self.web)
        if self.web == self.next_mark:
            chip.drive(rig.MARK, 1)
            self.next_mark += self.pitch
        elif self.web == self.next_mark - self.pitch + 40:
            chip.drive(rig.MARK, 0)

    def tick(self):
        """Each millisecond."""
        chip.at(chip.now_ns + MS, self.tick)
        if self.is_on("PRESS_DOWN"):
            self.press_ms = min(300, self.press_ms + 1)
        elif self.is_on("PRESS_UP"):
            self.press_ms = max(0, self.press_ms - 1) if self.press_ms < 200 else 150
        for name, on in (
            ("PRESS_TOP", self.press_ms < 20),
            ("PRESS_CLEAR", self.press_ms < 80),
            ("PRESS_BOTTOM", self.press_ms > 200),
            ("TRIGGER", self.press_ms > 260),
        ):
            self.set(name, 1 if on else 0)
        self.set("FEED_IN_POS", 0 if self.bench.train().playing else 1)
        if self.is_on("GEN_RESET"):
            self.set("GEN_OVERLOAD", 0)
        self.set("GEN_READY", 0 if self.is_on("GEN_RESET") else 1)
        self.milled += 300 if self.is_on("BELT_RUN") else 0
        while self.milled >= 1000:
            self.milled -= 1000
            self.belt += 1
            _turn(rig.BELT, self.belt)


def _turn(pins, position):
    channels = (0, 1, 3, 2)[position & 3]
    chip.drive(pins[0], channels & 1)
    chip.drive(pins[1], channels >> 1)
