# Runs on MicroPython: boot.py and main.py as they lie on the board, with its own HAL, on the
# stand-in of the chip. One case a process. Arguments: folder of the board's files, case.
import os
import sys

import chip

import hal.rp2.board as board
from controller import signals as s

board.ROOT, CASE = sys.argv[1:]
FIRMWARE = "firmware/"
SONICS = 16
MS = 1000000


class CrashError(Exception):
    pass


def start():
    """What the interpreter does after a reset. Returns the exception that it ended with."""
    for file in ("boot.py", "main.py"):
        with open(FIRMWARE + file) as lines:
            text = lines.read()
        try:
            exec(text, {"__name__": "__main__"})
        except BaseException as error:
            return error
    return None


def works(event=None):
    """The controller welds, moves and runs the belt from its first scan; `event` comes later."""
    from controller import app

    class Busy(app.App):
        def __init__(self, *settings):
            app_init(self, *settings)
            scan, out = self.scan, self.outputs

            def busy(now):
                scan(now)
                out.do = s.PRESS_DOWN | s.SONICS_ENABLE | s.FEED_ENABLE | s.BELT_RUN
                out.gate_no, out.gate_max_us = 1, 30000000
                out.feed_no, out.feed_steps = 1, 1000000
                out.belt_pm = 900
                return 5000

            self.scan = busy

    app_init = app.App.__init__
    app.App = Busy
    chip.drive(17, 1)  # low is overload
    chip.chain_in = 1 << 3  # FEED_READY
    if event:
        chip.at(chip.now_ns + 300 * MS, event)


def assert_it_worked():
    assert chip.levels[SONICS] and chip.chain_out and chip.duty[21]


def kept(name):
    from store.store import Store

    return Store(board.ROOT + "/data").read(name, {})


def power_up_runs_the_machine_and_ctrl_c_ends_it_in_safe_outputs():
    def ctrl_c():
        assert_it_worked()
        raise KeyboardInterrupt

    works(ctrl_c)
    assert start() is None
    assert chip.outputs_are_off() and not chip.drivers
    assert kept("start") == {"running": 0, "crashes": 0}
    fed = chip.fed_ns
    chip.wait(60000 * MS)  # in the REPL the watchdog goes on, and is fed
    assert chip.fed_ns > fed and chip.outputs_are_off()


def a_crash_is_off_then_kept_then_a_reset():
    def crash():
        assert_it_worked()
        raise CrashError("of the scan")

    works(crash)
    assert isinstance(start(), chip.Reset)
    assert chip.off_at_reset and chip.outputs_are_off()
    assert "CrashError: of the scan" in kept("crash")["text"]
    assert kept("start") == {"running": 0, "crashes": 1}


def a_scan_that_hangs_is_ended_by_the_watchdog():
    """The process ends in it, as the interpreter does: nothing more is run."""

    def hang():
        assert_it_worked()
        print("hangs", chip.now_ns // MS)
        while True:
            chip.wait(MS)

    chip.bite = lambda: os.system("kill -9 $PPID")
    works(hang)
    start()


def what_the_watchdog_ended_is_known_after_the_reset():
    chip.reset_cause = 3

    def ctrl_c():
        raise KeyboardInterrupt

    works(ctrl_c)
    assert start() is None
    assert "watchdog" in kept("crash")["text"], kept("crash")
    assert kept("start") == {"running": 0, "crashes": 1}


def what_outlives_a_soft_reset_is_off_before_anything_else():
    def soft_reset():
        assert_it_worked()
        chip.soft_reset()
        raise SoftReset

    class SoftReset(BaseException):
        pass

    # An interpreter that ends without a word: main.py's way out is kept from it.
    import hal.rp2.off as room

    off = room.off
    works(soft_reset)
    room.off = lambda: None
    hal_off = __import__("hal.rp2.hal", None, None, ("Hal",)).Hal
    hal_off.off = lambda self: None
    start()
    assert chip.levels[SONICS], "it does survive"
    room.off = off
    with open(FIRMWARE + "boot.py") as lines:
        text = lines.read()
    exec(text[: text.index("from hal.rp2 import board")], {"__name__": "__main__"})
    assert chip.outputs_are_off() and not chip.drivers


def the_safe_mode_pin_runs_nothing():
    chip.grounded.append(22)
    works()
    assert start() is None
    assert chip.outputs_are_off() and kept("start") == {}
    assert not any(each.model for each in chip.machines.values())


CASES = [
    power_up_runs_the_machine_and_ctrl_c_ends_it_in_safe_outputs,
    a_crash_is_off_then_kept_then_a_reset,
    a_scan_that_hangs_is_ended_by_the_watchdog,
    what_the_watchdog_ended_is_known_after_the_reset,
    what_outlives_a_soft_reset_is_off_before_anything_else,
    the_safe_mode_pin_runs_nothing,
]

{case.__name__: case for case in CASES}[CASE]()
print("kept")
