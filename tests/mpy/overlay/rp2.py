"""Stand-in for `rp2`: state machines that do what the HAL's programs do, and DMA.

What each program does is in pio_models; that the programs do so is proved in an emulator of PIO.
Signatures and refusals are those of the port's C sources.
"""

import chip
import pio_asm
import pio_models
import uctypes

ENOMEM = 12
_room = {}  # PIO -> programs in it


class PIO:
    OUT_LOW, OUT_HIGH, SHIFT_LEFT, SHIFT_RIGHT = 2, 3, 0, 1


def asm_pio(**settings):
    return lambda function: pio_asm.assemble(function, function.__globals__, settings)


class StateMachine:
    def __new__(cls, number, *args, **kwargs):
        if not 0 <= number < 8:
            raise ValueError("invalid StateMachine")
        if number not in chip.machines:
            self = chip.machines[number] = object.__new__(cls)
            self.number = number
            self.enabled = 0
            self.model = None
        return chip.machines[number]

    def __init__(
        self, number, program=None, freq=-1, *, in_base=None, set_base=None, jmp_pin=None
    ):
        if program is None:
            return
        here = _room.setdefault(number >> 2, [])
        if program.name not in here:
            here.append(program.name)
            used = _room.setdefault((number >> 2, "words"), [0])
            used[0] += len(program.words)
            if used[0] > pio_asm.PROGRAM_WORDS:
                raise OSError(ENOMEM)
        self.enabled = 0
        self.tx, self.rx = [], []
        self.model = pio_models.of(program, self, freq, in_base, set_base, jmp_pin)
        if set_base:
            chip.drivers[set_base.number] = "pio"
            chip.drive(set_base.number, 0)

    def active(self, on=None):
        if on is not None and self.enabled != on:
            self.enabled = on
            if self.model:
                self.model.enable(on)
        return bool(self.enabled)

    def restart(self):
        self.model.restart()

    def exec(self, word):
        if word == 0x8080:
            if self.tx:
                self.tx.pop(0)
                serve_dma()
        elif word == 0xE000:
            chip.drive(self.model.pin, 0)
        else:
            assert word == 0xE040
            self.model.count = 0

    def put(self, word):
        assert len(self.tx) < 4, "full: it would wait"
        self.tx.append(word)
        self.model.given()

    def get(self, buffer):
        assert self.rx, "empty: it would wait"
        buffer[0] = self.rx.pop(0)
        return buffer

    def rx_fifo(self):
        return len(self.rx)

    def tx_fifo(self):
        return len(self.tx)

    def tell(self, word):
        """A push of the program. DMA may take it at once."""
        if len(self.rx) < 4:
            self.rx.append(word)
        serve_dma()


class DMA:
    def __init__(self):
        free = [n for n in range(12) if n not in [each.channel for each in chip.channels]]
        if not free:
            raise OSError(16)
        self.channel = free[0]
        chip.channels.append(self)
        self.busy = False
        self.control = 0
        self.read = self.write = self.count = self.reload = 0

    def pack_ctrl(
        self, inc_read=1, inc_write=1, treq_sel=0x3F, chain_to=None, ring_size=0, ring_sel=0
    ):
        chain_to = self.channel if chain_to is None else chain_to
        fields = ((inc_read, 1), (inc_write, 1), (treq_sel, 6), (chain_to, 4))
        word = 1
        shift = 1
        for value, bits in fields + ((ring_size, 4), (ring_sel, 1)):
            assert 0 <= value < 1 << bits
            word |= value << shift
            shift += bits
        return word

    def config(self, read=None, write=None, count=None, ctrl=None):
        if read is not None:
            self.read = _address(read)
        if write is not None:
            self.write = _address(write)
        if count is not None:
            self.reload = count
        if ctrl is not None:
            self.control = ctrl

    @property
    def ctrl(self):
        return self.control

    @ctrl.setter
    def ctrl(self, word):
        self.control = word

    def active(self, on=None):
        if on:
            self.start()
            serve_dma()
        elif on is not None:
            self.abort()
        return self.busy

    def abort(self):
        """One that is still enabled starts its follower (RP2350-E5)."""
        if self.busy:
            self.busy = False
            if self.control & 1:
                self.follow()
                serve_dma()

    def start(self):
        assert self.reload > 0, "nothing to transfer"
        self.busy = bool(self.control & 1)
        self.count = self.reload

    def step(self):
        """One transfer, if its request is there. True if there was one."""
        control = self.control
        if not self.busy or not control & 1:
            return False
        request = control >> 3 & 0x3F
        if request != 0x3F:
            machine = chip.machines[(request >> 3) * 4 + (request & 3)]
            if not (machine.rx if request & 4 else len(machine.tx) < 4):
                return False
        word = self.read.rx.pop(0) if isinstance(self.read, StateMachine) else _peek(self.read)
        if isinstance(self.write, StateMachine):
            self.write.tx.append(word)
            self.write.model.given()
        else:
            _poke(self.write, word)
        ring = (1 << (control >> 13 & 15)) - 1
        if control & 2:
            self.read = _next(self.read, 0 if control >> 17 & 1 else ring)
        if control & 4:
            self.write = _next(self.write, ring if control >> 17 & 1 else 0)
        self.count -= 1
        if not self.count:
            self.busy = False
            self.follow()
        return True

    def follow(self):
        follower = self.control >> 9 & 15
        for each in chip.channels:
            if each.channel == follower and each is not self:
                each.start()


def _next(address, ring):
    return address & ~ring | address + 4 & ring if ring else address + 4


def _address(of):
    if isinstance(of, (int, StateMachine)):
        return of
    return uctypes.addressof(of)


def _peek(address):
    return int.from_bytes(uctypes.bytearray_at(address, 4), "little")


def _poke(address, word):
    uctypes.bytearray_at(address, 4)[:] = (word & 0xFFFFFFFF).to_bytes(4, "little")


_serving = False


def serve_dma():
    """Let all channels work until none can."""
    global _serving
    if _serving:
        return
    _serving = True
    try:
        while sum([each.step() for each in chip.channels]):
            pass
    finally:
        _serving = False


pio_models.serve_dma = serve_dma
