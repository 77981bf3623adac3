"""hal/rp2 around a controller that does what a test says, on the stand-in of the chip."""

import json
import sys
import time

import chip

from controller import signal_names as names
from controller import signals as s
from controller.config import check
from controller.image import Inputs, Outputs
from controller.schema import MACHINE_SCHEMA
from controller.weld_monitor import WeldMonitor
from hal.rp2 import io_map

FIRMWARE = "firmware/"
SONICS2, OVERLOAD2 = 20, 12  # of a second horn
AMPLITUDE = 20
SONICS, STEP, OVERLOAD, MARK, EYE, TRIGGER = 16, 14, 17, 12, 13, 18
WEB, BELT = (8, 9), (10, 11)
READY = 1 << 3  # FEED_READY on the chain


def settings(without=(), **other):
    data = load("machine.json")
    for key, value in other.items():
        section, name = key.split("__")
        data.setdefault(section, {})[name] = value
    for section in without:
        del data[section]
    return check(MACHINE_SCHEMA, data, "machine.json")


def load(file):
    with open(FIRMWARE + file) as lines:
        return json.load(lines)


def places(horns=1):
    """As in io.json, with slow inputs and outputs of all stations where the chain is free."""
    data = load("io.json")
    if horns > 1:
        # A second gate needs the state machine of the marks, and pins that others do not need.
        del data["pins"]["mark_eye"], data["pins"]["amplitude"]
        data["inputs"].update(PRESS_CLEAR="chain 7", GEN2_READY="chain 15")
        data["inputs"]["TRIGGER"] = "gp28"
        data["inputs"]["PRESS_BOTTOM"] = "chain 22"
        data["inputs"]["GEN2_OVERLOAD"] = f"not gp{OVERLOAD2}"
        data["pins"].update(sonics_on2=f"gp{SONICS2}", power_monitor2="gp27")
    for section, rows in (("inputs", names.DX), ("outputs", names.DO)):
        used = " ".join(data[section].values()) + " "
        free = [at for at in range(47, 0, -1) if f"chain {at} " not in used]
        for name, _ in rows:
            if name not in data[section]:
                data[section][name] = f"chain {free.pop()}"
    return io_map.check(data, "io.json")


def _idle():
    """The chain with the drive ready, and what is low when it is there high."""
    chain = READY
    for place in load("io.json")["inputs"].values():
        if place.startswith("not chain"):
            chain |= 1 << int(place.split()[-1])
    return chain


IDLE_CHAIN = _idle()


class App:
    """A controller without a mind: `plan(now)` is called in each scan."""

    contract = 2

    def __init__(self, horns=1):
        self.inputs = Inputs()
        self.outputs = Outputs()
        self.monitors = [WeldMonitor() for _ in range(horns)]
        self.monitor = self.monitors[0]
        self.plan = None
        self.scans = []
        self.wait_us = 50000

    def scan(self, now):
        self.scans.append(now)
        if self.plan:
            self.plan(now)
        return self.wait_us


class Bench:
    """App and HAL, started, inputs at rest."""

    last = None

    def __init__(self, app=None, machine=None, horns=1):
        from hal.rp2.hal import Hal

        chip.chain_in = IDLE_CHAIN
        chip.drive(OVERLOAD, 1)  # low is overload
        if horns > 1:
            chip.drive(OVERLOAD2, 1)
        self.app = app or App(horns)
        self.out = self.app.outputs
        self.inputs = self.app.inputs
        self.hal = Hal(self.app, machine or settings(), places(horns) if horns > 1 else places())
        Bench.last = self.hal
        self.hal.start()
        self.due = self.hal._now()

    def turns(self, ms):
        """Let the loop run for so long."""
        end = chip.now_ns + ms * 1000000
        while chip.now_ns < end:
            self.due = self.hal._turn(self.due)

    def ask(self, **fields):
        """Change outputs at the next scan, and let it come."""

        def plan(_):
            for name, value in fields.items():
                setattr(self.out, name, value)

        self.app.plan = plan
        self.due = self.hal._now()
        self.due = self.hal._turn(self.due)
        self.app.plan = None

    def gate(self):
        return chip.gate(self.hal.gate, SONICS)

    def train(self):
        return chip.train(self.hal)


def begin_anew():
    """As after power-up, with modules of the HAL loaded again."""
    chip.begin_anew(Bench.last)
    Bench.last = None
    for name in list(sys.modules):
        if (name.startswith("hal.") or name in ("rp2",)) and name not in chip.KEPT:
            del sys.modules[name]


def near(got, want, by):
    assert abs(got - want) <= by, (got, want)


__all__ = ("App", "Bench", "chip", "near", "places", "s", "settings", "time")
