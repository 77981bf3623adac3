"""What the PIO programs of hal/rp2 do, without going through their instructions one by one.

`test_pio_models.py` holds them against the programs in an emulator. Times in ns.
"""

import chip


def serve_dma():
    """Put in by rp2."""


def of(program, machine, freq, in_base, set_base, jmp_pin):
    """The model of a program."""
    if program.name == "train":
        return Train(machine, set_base.number, 1000000000 // freq)
    if program.name == "edges":
        return Edges(machine, in_base.number)
    if program.name == "counter":
        return Counter(machine, in_base.number)
    return Gate(machine, set_base.number, jmp_pin.number, 1000000000 // freq)


class Gate:
    def __init__(self, machine, pin, overload, clock_ns):
        self.machine = machine
        self.pin = pin
        self.overload = overload
        self.tick_ns = 5 * clock_ns
        self.open = False
        self.event = None
        self.shots = []  # (from, to) of each
        chip.watchers.append((overload, self.pin_changed))

    def enable(self, on):
        pass  # the pin stays; `off` of the HAL puts it down by exec

    def given(self):
        if not self.machine.enabled:
            return
        ticks = self.machine.tx.pop(0)
        if self.open:
            if ticks == 0:
                self.cut()
        elif ticks and chip.levels[self.overload] == 0:
            self.machine.tell(ticks)
        elif ticks:
            self.open = True
            self.ticks = ticks
            self.since = chip.now_ns
            chip.drive(self.pin, 1)
            self.event = chip.at(self.since + self.tick_ns * (ticks + 2), self.time_out)

    def pin_changed(self, level):
        if self.open and level == 0:
            self.cut()

    def cut(self):
        """Overload and stop are seen in the next turn of the loop."""
        used = (chip.now_ns - self.since) // self.tick_ns + 1
        if used > self.ticks:
            return
        chip.forget(self.event)
        self.left = self.ticks - used
        self.event = chip.at(self.since + self.tick_ns * (used + 1), self.shut)

    def time_out(self):
        self.left = -1
        self.shut()

    def shut(self):
        if self.machine.enabled:
            chip.drive(self.pin, 0)
            self.open = False
            self.shots.append((self.since, chip.now_ns))
            self.machine.tell(self.left)


class Train:
    STEP_CLOCKS, START_CLOCKS = 40, 33

    def __init__(self, machine, pin, clock_ns):
        self.machine = machine
        self.pin = pin
        self.clock_ns = clock_ns
        self.steps = []  # when each came
        self.restart()

    def restart(self):
        self.playing = False

    def enable(self, on):
        """The clock goes on, or stops where it is."""
        if not on and self.playing:
            chip.forget(self.event)
            self.rest_ns = self.event[0] - chip.now_ns
        elif on and self.playing:
            self.event = chip.at(chip.now_ns + self.rest_ns, self.step)
        elif on:
            self.given()

    def given(self):
        if self.machine.enabled and not self.playing and self.machine.tx:
            self.take(chip.now_ns - self.START_CLOCKS * self.clock_ns)

    def take(self, since):
        """The next run; the step before it came at `since`."""
        self.playing = True
        word = self.machine.tx.pop(0)
        serve_dma()
        clocks = word >> 6
        if not clocks:
            self.playing = False
            self.machine.tell(0)
            return
        self.period = (clocks + self.STEP_CLOCKS) * self.clock_ns
        self.left = (word & 63) + 1
        self.event = chip.at(since + self.period, self.step)

    def step(self):
        since = self.event[0]
        self.steps.append(since)
        self.left -= 1
        if self.left:
            self.event = chip.at(since + self.period, self.step)
        elif self.machine.tx:
            self.take(since)
        else:
            self.playing = False


class Edges:
    def __init__(self, machine, pin):
        self.machine = machine
        self.pin = pin
        self.up = False
        chip.watchers.append((pin, self.changed))

    def enable(self, on):
        if on and chip.levels[self.pin]:
            self.changed(1)

    def changed(self, level):
        if self.machine.enabled and self.up != level:
            self.up = level
            self.machine.tell(0)


class Counter:
    WAYS = (0, 1, -1, 0, -1, 0, 0, 1, 1, 0, 0, -1, 0, -1, 1, 0)  # before << 2 | now

    def __init__(self, machine, base):
        self.machine = machine
        self.base = base
        self.before = 0
        self.count = 7  # what a register holds after a soft reset
        chip.watchers.append((base, self.changed))
        chip.watchers.append((base + 1, self.changed))

    def enable(self, on):
        if on:
            self.changed(0)

    def changed(self, _):
        if self.machine.enabled:
            now = chip.levels[self.base] | chip.levels[self.base + 1] << 1
            way = self.WAYS[self.before << 2 | now]
            self.before = now
            if way:
                self.count += way
                self.machine.tell(self.count)
