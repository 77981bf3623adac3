"""The PIO programs of the timed devices, read by gate, train and capture at start.

From then on they run without the interpreter. Gate, train and edges fill the 32 words of one PIO
to the last, the counter of the encoders those of the other.
"""

# ruff: noqa: F821 - PIO instructions have names only while a program is assembled
from micropython import const

import rp2

GATE_HZ = const(25000000)  # whole fractions of 125 and of 150 MHz: no clock is longer than others
GATE_TICK = const(5)  # clocks of one turn of the gate's loop
TRAIN_HZ = const(12500000)
STEP_CLOCKS = const(40)  # a step lasts this and its count of clocks
START_CLOCKS = const(33)  # the first step of a move comes so much sooner
PULSE_CLOCKS = const(32)  # of a step the drive sees
RUN_BITS = const(6)  # of a train's word: steps less one; above them the count of clocks


@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW)
def gate():
    """Opens its pin for a number of ticks, as long as the overload input is high.

    Takes ticks, opens for GATE_TICK * (ticks + 2) clocks, and tells the ticks that were left:
    -1 when all were used. A zero shuts it, and does nothing while it is shut. Overload and zero
    both shut it GATE_TICK * (ticks used + 1) clocks after it was opened.
    """
    wrap_target()
    label("shut")
    pull(block)
    mov(x, osr)
    jmp(not_x, "shut")
    mov(y, x)
    jmp(pin, "open")
    label("off")
    set(pins, 0)
    mov(isr, y)
    push(block)
    wrap()
    label("open")
    set(pins, 1)
    label("tick")
    pull(noblock)  # nothing there: x again, which is not zero
    mov(x, osr)
    jmp(pin, "well")
    jmp("off")
    label("well")
    jmp(not_x, "off")
    jmp(y_dec, "tick")
    jmp("off")[3]


@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW, out_shiftdir=rp2.PIO.SHIFT_RIGHT)
def train():
    """Steps in runs of equal length: one word a run. A word of 0 clocks is told to the reader."""
    wrap_target()
    label("next")
    pull(block)
    out(y, 6)
    out(isr, 26)
    label("step")
    mov(x, isr)
    jmp(not_x, "end")
    label("wait")
    jmp(x_dec, "wait")
    set(pins, 1)[31]
    set(pins, 0)
    jmp(y_dec, "again")
    wrap()
    label("again")
    jmp("step")[2]  # as long as a new word takes
    label("end")
    push(block)
    jmp("next")


@rp2.asm_pio()
def edges():
    """A word for each edge of a pin, up and down by turns; DMA copies a position for each."""
    wait(1, pin, 0)
    push(noblock)
    wait(0, pin, 0)
    push(noblock)


@rp2.asm_pio(in_shiftdir=rp2.PIO.SHIFT_LEFT)
def counter():
    """Counts every edge of two encoder channels, up when the first leads; tells each count.

    Starts at word 0 of its PIO, because it has 32: two samples of both channels are the address
    of what is to be done.
    """
    # From 00 01 10 11 to 00 01 10 11, second and first channel; both at once is too fast to tell.
    for way in "sudsdssuussdsdus":
        jmp(way)
    label("d")
    jmp(y_dec, "tell")
    label("tell")
    mov(isr, y)
    push(noblock)
    wrap_target()
    label("s")
    mov(isr, null)
    in_(osr, 2)
    in_(pins, 2)
    mov(osr, isr)
    mov(pc, isr)
    wrap()
    label("u")
    mov(y, invert(y))
    jmp(y_dec, "n")
    label("n")
    mov(y, invert(y))
    jmp("tell")
    for _ in range(4):
        nop()
