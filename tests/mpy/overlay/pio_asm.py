"""An assembler for functions decorated with rp2.asm_pio, for hosts that have no PIO.

Runs the function twice with the names of the instructions as globals: once to learn the labels,
once to write the words. Encodings are those of the RP2040 datasheet, section 3.4. Runs on CPython
for the emulator, and on MicroPython for the stand-in of the chip.
"""

PROGRAM_WORDS = 32

_BLOCK, _NOBLOCK, _INVERT = 0x21, 0x01, 0x08
NAMES = {
    "pins": 0, "x": 1, "y": 2, "null": 3, "pindirs": 4, "pc": 5, "isr": 6, "osr": 7,
    "gpio": 0, "pin": 6, "not_x": 1, "x_dec": 2, "not_y": 3, "y_dec": 4, "x_not_y": 5,
    "not_osre": 7, "block": _BLOCK, "noblock": _NOBLOCK,
}  # fmt: skip


class Program:
    """What was assembled: words, where it wraps, and how its pins start."""

    def __init__(self, name, settings):
        self.name = name
        self.words = []
        self.wrap_target = 0
        self.wrap = None
        self.labels = {}
        self.settings = settings


class Word:
    """The word just written; `[n]` adds a delay of n clocks."""

    def __init__(self, program):
        self.program = program

    def __getitem__(self, clocks):
        assert 0 <= clocks <= 31, "delay"
        self.program.words[-1] |= clocks << 8
        return self


class Assembler:
    def __init__(self, program):
        self.program = program
        self.last = Word(program)

    def names(self):
        """Globals of the decorated function."""
        here = dict(NAMES)
        for name in ("jmp", "wait", "in_", "out", "push", "pull", "mov", "set", "nop", "label"):
            here[name] = getattr(self, name)
        here["wrap"] = self.set_wrap
        here["wrap_target"] = self.set_wrap_target
        here["invert"] = lambda source: source | _INVERT
        return here

    def write(self, word):
        self.program.words.append(word)
        return self.last

    def label(self, name):
        self.program.labels[name] = len(self.program.words)

    def set_wrap_target(self):
        self.program.wrap_target = len(self.program.words)

    def set_wrap(self):
        self.program.wrap = len(self.program.words) - 1

    def jmp(self, condition, target=None):
        if target is None:
            condition, target = 0, condition
        return self.write(condition << 5 | self.program.labels.get(target, 0))

    def wait(self, level, source, index):
        source = 1 if source == NAMES["pin"] else source
        return self.write(0x2000 | level << 7 | source << 5 | index)

    def in_(self, source, bits):
        return self.write(0x4000 | source << 5 | bits & 31)

    def out(self, target, bits):
        return self.write(0x6000 | target << 5 | bits & 31)

    def push(self, how=_BLOCK):
        return self.write(0x8000 | (how & 0x20))

    def pull(self, how=_BLOCK):
        return self.write(0x8080 | (how & 0x20))

    def mov(self, target, source):
        return self.write(0xA000 | target << 5 | source)

    def set(self, target, value):
        assert 0 <= value <= 31, "set"
        return self.write(0xE000 | target << 5 | value)

    def nop(self):
        return self.mov(NAMES["y"], NAMES["y"])


def assemble(function, names, settings):
    """The program of `function`, whose globals are `names` (changed and put back)."""
    program = Program(function.__name__, settings)
    assembler = Assembler(program)
    kept = dict(names)
    for _ in range(2):
        program.words.clear()
        names.update(assembler.names())
        try:
            function()
        finally:
            names.clear()
            names.update(kept)
    assert 0 < len(program.words) <= PROGRAM_WORDS, "too long"
    if program.wrap is None:
        program.wrap = len(program.words) - 1
    return program
