# Runs on an emulated Pico: what only a chip can show of hal/rp2. One case a process; argument: its
# name.
import sys
import time

import chip
import machine
import micropython
import rp2
from hal_rig import Bench

from controller import signals as s


def the_hal_allocates_nothing_on_its_devices():
    """As hal_cases_safe's case of that name, but with devices: those of the port may allocate."""
    bench = Bench()
    hal, out = bench.hal, bench.out
    plan = (s.SONICS_ENABLE | s.FEED_ENABLE, s.SONICS_ENABLE | s.FEED_ENABLE | s.PRESS_DOWN)
    turn = 0

    def scan(now):
        nonlocal turn
        turn += 1
        out.do = plan[turn & 1]
        if not turn & 15:
            out.gate_no = out.feed_no = turn >> 4
            out.gate_max_us = 5000
            out.feed_steps = 10 + turn
            out.belt_pm = turn & 511
            out.amplitude_pm = turn & 255
        return 100

    bench.app.scan = scan
    due = 0
    for locked in (False, True):
        if locked:
            micropython.heap_lock()
        for _ in range(150):
            due = hal._turn(due)
        if locked:
            micropython.heap_unlock()
    assert len(bench.gate().shots) > 3 and len(chip.train(hal).steps) > 100
    # Two of them have no way to say no: words above 2**30 may be heap integers.
    assert bench.inputs.gate_done and bench.inputs.feed_done


def a_turn_takes_so_long():
    bench = Bench()
    hal = bench.hal
    most = total = 0
    due = bench.due
    for _ in range(100):
        begin = time.ticks_us()
        changed = hal.levels.read(bench.inputs)
        hal._poll(begin)
        took = time.ticks_diff(time.ticks_us(), begin)
        most = max(most, took)
        total += took
    print("read and poll:", total // 100, "us, at most", most, "us", changed, due > 0)


def programs_fill_what_they_may():
    """All programs are in the two PIOs at once, and the state machines have their clocks."""
    Bench()
    clocks = [machine.mem32[0x50200000 + 0xC8 + 0x18 * k] >> 16 for k in range(4)]
    assert clocks == [5, 10, 1, 1], clocks
    try:
        rp2.PIO(0).add_program(_spare)
        raise AssertionError("there was room")
    except OSError:
        pass


@rp2.asm_pio()
def _spare():
    nop()  # noqa: F821


CASES = [
    the_hal_allocates_nothing_on_its_devices,
    a_turn_takes_so_long,
    programs_fill_what_they_may,
]

{case.__name__: case for case in CASES}[sys.argv[1]]()
print("kept")
