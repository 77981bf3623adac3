"""Stand-in for `machine` of the rp2 port: the signatures of its C sources, on `chip`."""

import chip

PWRON_RESET, WDT_RESET = 1, 3


class Pin:
    IN, OUT, PULL_UP, PULL_DOWN, IRQ_FALLING, IRQ_RISING = 0, 1, 1, 2, 4, 8

    def __init__(self, number, mode=None, pull=None, value=None):
        assert 0 <= number < 30
        self.number = number
        if mode == Pin.OUT:
            chip.drivers[number] = "out"
            if value is not None:
                chip.drive(number, 1 if value else 0)
        elif mode == Pin.IN and chip.drivers.pop(number, None):
            chip.drive(number, number in PULLED_UP)
            if number == CHAIN_ENABLE:
                chip.chain_out = 0
        if pull == Pin.PULL_UP:
            chip.drive(number, 0 if number in chip.grounded else 1)

    def __call__(self, value=None):
        if value is None:
            return chip.levels[self.number]
        assert chip.drivers.get(self.number) == "out", "not an output"
        rises = value and not chip.levels[self.number]
        chip.drive(self.number, 1 if value else 0)
        chain.edge(self.number, rises)

    value = __call__

    def irq(self, handler=None, trigger=12, hard=False):
        assert hard, "late"
        chip.watchers.append((self.number, _Interrupt(handler, self)))


class _Interrupt:
    interrupt = True

    def __init__(self, handler, pin):
        self.handler = handler
        self.pin = pin

    def __call__(self, level):
        self.handler(self.pin)


CHAIN_ENABLE, CHAIN_LOAD, CHAIN_LATCH = 7, 5, 6  # as in io.json
PULLED_UP = (CHAIN_ENABLE,)


class _Chain:
    """74HC165 and 74HC595 on the SPI."""

    def __init__(self):
        self.taken = 0
        self.shifted = 0

    def edge(self, pin, rises):
        if pin == CHAIN_LOAD and rises:
            self.taken = chip.chain_in
        if pin == CHAIN_LATCH and rises:
            self.kept = self.shifted
        if pin in (CHAIN_LATCH, CHAIN_ENABLE):
            chip.chain_out = 0 if chip.levels[CHAIN_ENABLE] else self.kept
        if not chip.seen or chip.seen[-1] != (chip.chain_out, chip.levels[0]):
            chip.seen.append((chip.chain_out, chip.levels[0]))

    kept = 0


chain = _Chain()


class SPI:
    def __init__(self, number, baudrate=1000000, *, sck, mosi, miso):
        for pin, low_bits in ((sck, 2), (mosi, 3), (miso, 0)):
            assert pin.number & 3 == low_bits, "bad pin"
            assert pin.number >> 3 & 1 == number, "bad pin"

    def write_readinto(self, sent, got):
        assert len(sent) == len(got)
        bits = chain.taken
        chain.shifted = 0
        for each in range(len(got)):
            got[each] = bits & 0xFF
            bits >>= 8
            chain.shifted = chain.shifted << 8 | sent[each]
        chip.wait(60000)


class ADC:
    def __init__(self, pin):
        assert 26 <= pin.number <= 29

    def read_u16(self):
        chip.samples.append(chip.now_ns)
        return chip.power << 4 | chip.power >> 8


class PWM:
    def __init__(self, pin, *, freq, duty_u16):
        self.number = pin.number
        chip.drivers[pin.number] = "pwm"
        self.duty_u16(duty_u16)

    def duty_u16(self, value):
        assert 0 <= value <= 65535
        chip.duty[self.number] = value


class Timer:
    ONE_SHOT, PERIODIC = 0, 1
    timer = True

    def __init__(self, number=-1, **settings):
        self.event = None
        if settings:
            self.init(**settings)

    def init(self, *, mode, period, callback, hard=False):
        assert (hard or period >= 1000) and mode == Timer.PERIODIC, "a soft timer is late"
        self.deinit()
        self.callback = callback
        self.period_ns = period * 1000000
        self.event = chip.at(chip.now_ns + self.period_ns, self)

    def __call__(self):
        self.event = chip.at(chip.now_ns + self.period_ns, self)
        self.callback(self)

    def deinit(self):
        chip.forget(self.event)
        self.event = None


class WDT:
    def __init__(self, timeout=5000):
        assert timeout <= 8388
        chip.watchdog_ns = timeout * 1000000
        chip.fed_ns = chip.now_ns

    def feed(self):
        chip.fed_ns = chip.now_ns
        chip.feeds += 1


def reset_cause():
    return chip.reset_cause


def reset():
    chip.off_at_reset = chip.outputs_are_off()
    raise chip.Reset


def unique_id():
    return b"\xe6\x61\x64\x08"


def idle():
    chip.sleep(1000000)


class _Memory:
    def __getitem__(self, address):
        assert address == 0xD0000004
        word = 0
        for pin in range(30):
            word |= chip.levels[pin] << pin
        return word

    def __setitem__(self, address, value):
        offset = address - 0x50000000
        if offset == 0x444:
            for each in chip.channels:
                if value >> each.channel & 1:
                    each.abort()
        else:
            assert offset & 0x3F == 0x10 and offset < 0x300 and value == 0
            for each in chip.channels:
                if each.channel == offset >> 6:
                    each.control = 0


mem32 = _Memory()
