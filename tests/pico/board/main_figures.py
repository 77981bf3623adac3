# main.py of a board that tells how much heap is left. Runs on an emulated Pico.
import gc
import time

from hal.rp2.off import off
from start import run

_build = run._build


def look_when_fullest():
    """All is built, and what only builds is still there. Nothing of it is kept here."""
    from controller import config as load  # the file of the board that has start.load

    do = load.forget

    def forget():
        gc.collect()
        print("fullest", gc.mem_free())
        do()

    load.forget = forget


def told(kept, made):
    gc.collect()
    print("before", gc.mem_free())
    look_when_fullest()
    hal = _build(kept, made)
    gc.collect()
    print("running", gc.mem_free(), "used", gc.mem_alloc())
    begin = time.ticks_us()
    gc.collect()
    print("collect_us", time.ticks_diff(time.ticks_us(), begin))
    return hal


run._build = told
run.main(off)
