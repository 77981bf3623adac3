"""The only place that feeds the watchdog: when every part has made progress since the last time.

`made` is called in the scan by each part that has done its work, `feed` once a turn of the loop.
"""

import machine
from micropython import const

READ = const(1 << 0)  # inputs were read
SCANNED = const(1 << 1)  # the controller was called, or did not want to be yet
DRIVEN = const(1 << 2)  # outputs and requests were applied, or had not changed
POLLED = const(1 << 3)  # devices were asked for news
SAMPLED = const(1 << 4)  # the power of a shot was sampled, or there is none
ALL = const(0x1F)


class Watchdog:
    def __init__(self):
        self.done = 0

    def start(self, timeout_ms):
        """It cannot be stopped any more."""
        self.device = machine.WDT(timeout=timeout_ms)

    def made(self, part):
        self.done |= part

    def feed(self):
        if self.done == ALL:
            self.done = 0
            self.device.feed()
