"""What the start has to know of the board: why it runs, whether it may, and how to begin again.

Called by boot.py and start, idle context, before and after the machine runs.
"""

import sys
import time

import machine
import micropython
from micropython import const

ROOT = ""  # of the file system

_SAFE_PIN = const(22)  # to ground: safe mode. Free in every I/O map.
_WATCHDOG_MS = const(8000)  # an RP2040 has 8388 at most
_CTRL_C = const(3)

_feeder = None  # timer that feeds the watchdog while nothing runs


def power_on():
    """Is this the first start since power came?"""
    return machine.reset_cause() == machine.PWRON_RESET


def safe_mode():
    """Is the safe-mode pin held to ground? By a jumper or a key."""
    pin = machine.Pin(_SAFE_PIN, machine.Pin.IN, machine.Pin.PULL_UP)
    time.sleep_ms(1)
    return pin.value() == 0


def alone(on):
    """Feed the watchdog while no machine runs. One that was started goes on after a soft reset,
    and would cut an upload short."""
    global _feeder
    if _feeder:
        _feeder.deinit()
        _feeder = None
    if on:
        watchdog = machine.WDT(timeout=_WATCHDOG_MS)
        _feeder = machine.Timer(
            -1, mode=machine.Timer.PERIODIC, period=1000, callback=lambda _: watchdog.feed()
        )


def ctrl_c(on):
    """May Ctrl-C interrupt?"""
    micropython.kbd_intr(_CTRL_C if on else -1)


def ticks_ms():
    return time.ticks_ms()


def since_ms(ticks):
    """How long ago `ticks_ms` was that; less than 0 after more than six days."""
    return time.ticks_diff(time.ticks_ms(), ticks)


def identity():
    """Serial number of the chip, and the version of .mpy files that it takes."""
    return machine.unique_id().hex(), sys.implementation._mpy & 0xFF  # pyright: ignore


def seconds():
    """Of the board's calendar clock, which somebody may have set."""
    return int(time.time())


def restart():
    """Reset the chip. Does not return."""
    machine.reset()
