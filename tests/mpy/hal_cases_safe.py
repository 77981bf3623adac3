# Runs on MicroPython, on the stand-in of the chip: hal/rp2 is off when it ought to be, whatever
# happens, and allocates nothing. One case a process; argument: its name.
import sys
import time

import chip
import hal_rig as rig
from hal_rig import Bench

from controller import signals as s

MS = 1000000


def outputs_are_off_at_start_and_after_off():
    bench = Bench()
    assert chip.outputs_are_off()
    bench.turns(20)
    assert chip.outputs_are_off()
    bench.ask(do=s.PRESS_DOWN | s.BELT_RUN | s.SONICS_ENABLE | s.FEED_ENABLE, belt_pm=500)
    assert chip.chain_out == 0b1001 and chip.levels[0] and chip.levels[1]
    assert chip.duty[21] == 32767
    bench.ask(gate_no=1, gate_max_us=30000000, feed_no=1, feed_steps=100000)
    bench.turns(30)
    assert chip.levels[rig.SONICS] and bench.train().steps
    bench.hal.off()
    steps = len(bench.train().steps)
    assert chip.outputs_are_off()
    chip.wait(500 * MS)
    assert chip.outputs_are_off() and len(bench.train().steps) == steps


def the_watchdog_is_fed_by_progress_only():
    from hal.rp2 import watchdog

    bench = Bench()
    bench.turns(300)
    assert chip.feeds > 100
    fed = chip.feeds
    # A part that does nothing any more: the power samples of a shot
    bench.ask(do=s.SONICS_ENABLE, gate_no=1, gate_max_us=5000000)
    bench.turns(10)
    bench.hal.gate.timer.deinit()
    try:
        bench.turns(3000)
        raise AssertionError("fed for ever")
    except chip.Reset:
        pass
    for missing in range(5):
        dog = watchdog.Watchdog()
        dog.start(1000)
        fed = chip.feeds
        for part in range(5):
            if part != missing:
                dog.made(1 << part)
        dog.feed()
        assert chip.feeds == fed
        dog.made(1 << missing)
        dog.feed()
        assert chip.feeds == fed + 1


def an_exception_in_the_scan_leaves_everything_off():
    for error in (ValueError, KeyboardInterrupt, MemoryError):
        bench = Bench()
        out = bench.out

        def plan(now):
            out.do = s.PRESS_DOWN | s.BELT_RUN | s.SONICS_ENABLE | s.FEED_ENABLE
            out.gate_no = out.feed_no = 1
            out.gate_max_us = 9000000
            out.feed_steps = 50000
            out.belt_pm = 700
            if len(bench.app.scans) > 3:
                assert chip.levels[rig.SONICS] and chip.chain_out
                raise error

        bench.app.plan = plan
        bench.app.wait_us = 20000
        try:
            bench.hal.run()
            raise AssertionError("no exception")
        except error:
            pass
        assert chip.outputs_are_off()
        rig.begin_anew()


def stop_ends_the_loop_with_everything_off():
    bench = Bench()

    def plan(now):
        bench.out.do = s.PRESS_DOWN
        if len(bench.app.scans) > 5:
            bench.hal.stop()

    bench.app.plan = plan
    bench.hal.run()
    assert chip.outputs_are_off()


def survivors_of_a_soft_reset_are_put_off():
    bench = Bench()
    bench.ask(
        do=s.PRESS_DOWN | s.SONICS_ENABLE | s.FEED_ENABLE | s.BELT_RUN, belt_pm=900,
        amplitude_pm=800, gate_no=1, gate_max_us=30000000, feed_no=1, feed_steps=1000000,
    )  # fmt: skip
    bench.turns(200)
    model = bench.train()
    chip.soft_reset()
    before = len(model.steps)
    chip.wait(100 * MS)
    assert chip.levels[rig.SONICS] and len(model.steps) > before, "they do survive"
    from hal.rp2.off import off

    off()
    before = len(model.steps)
    chip.wait(1000)
    assert chip.outputs_are_off() and not chip.drivers
    chip.fed_ns = None
    chip.wait(500 * MS)
    assert chip.outputs_are_off() and len(model.steps) == before
    assert not any(each.busy for each in chip.channels)


def off_never_raises():
    import machine

    from hal.rp2 import off

    bench = Bench()
    bench.ask(do=s.PRESS_DOWN | s.SONICS_ENABLE, gate_no=1, gate_max_us=30000000)
    whole = machine.Pin
    calls = []

    class Interrupted(whole):
        def __init__(self, *args):
            calls.append(args)
            if len(calls) == 3:
                raise KeyboardInterrupt
            whole.__init__(self, *args)

    machine.Pin = Interrupted
    off.off()
    machine.Pin = whole
    assert chip.outputs_are_off() and not chip.drivers


def files_of_the_board_are_read_and_refused():
    from controller.schema import ConfigError
    from hal.rp2 import io_map
    from hal.rp2.hal import Hal
    from start import load

    def places(root):
        return io_map.check(load.parsed(root, "io.json"), "io.json")

    app = rig.App()
    for root, speed, says in (
        ("nowhere", 900, "io.json: cannot be read"),
        ("firmware/molds/..", 3000, "feed.speed_mm_s: 3000 takes 12857 steps"),
    ):
        try:
            Hal(app, rig.settings(feed__speed_mm_s=speed), places(root))
            raise AssertionError("taken")
        except ConfigError as error:
            assert says in str(error), str(error)
    rig.begin_anew()
    from hal.rp2.hal import Hal

    chip.drive(rig.OVERLOAD, 1)
    machine = rig.settings()
    Hal(app, machine, places("firmware")).start()
    assert "feed.speed_mm_s" not in machine.unread()


def a_controller_of_another_contract_is_refused():
    from hal import contract
    from hal.rp2.hal import Hal

    app = rig.App()
    app.contract = contract.CONTRACT_VERSION + 1
    try:
        Hal(app, rig.settings(), rig.places())
        raise AssertionError("taken")
    except RuntimeError as error:
        assert "Load all of firmware/" in str(error)


def the_hal_allocates_nothing():
    import machine
    import micropython

    bench = Bench()
    hal = bench.hal
    quiet = Quiet()
    levels = hal.levels
    levels.load = levels.latch = levels.enable = levels.bus = quiet
    levels.out_pins = [(bit, quiet, low) for bit, _, low in levels.out_pins]
    gate, train = hal.gate, hal.train
    gate.machine = gate.well = gate.adc = gate.timer = quiet
    train.machine = train.up = train.middle = train.down = quiet
    hal.eye.latch.keeper = hal.marks.latch.keeper = quiet
    quiet.write = hal.marks.latch.ring_at
    hal.belt_speed = hal.amplitude = quiet
    hal.watchdog.device = quiet
    machine.mem32 = machine.idle = time.ticks_us = quiet
    app, out, plan = bench.app, bench.out, (s.SONICS_ENABLE | s.FEED_ENABLE, s.PRESS_DOWN, 0)
    bench.inputs.di = s.FEED_READY

    def scan(now):
        turn = quiet.turn = quiet.turn + 1
        out.do = plan[turn % 3]
        out.gate_no = out.feed_no = turn // 3
        out.gate_max_us = 5000
        out.feed_steps = 10 + turn * 7
        out.feed_profile = turn % 3
        out.belt_pm = turn & 511
        out.amplitude_pm = turn & 255
        return 100

    app.scan = scan
    due = 0
    for locked in (False, True):
        if locked:
            micropython.heap_lock()
        for _ in range(1000):
            due = hal._turn(due)
            gate._sample(None)
        if locked:
            micropython.heap_unlock()
    assert min(quiet.turn, quiet.moves, quiet.brakes, quiet.shots) > 100


class Quiet:
    """Stands for every device, and allocates nothing."""

    turn = moves = brakes = shots = 0
    fifo = 0
    now = 0
    write = 0
    count = 1
    ctrl = 0

    def __call__(self, value=0):
        self.now = (self.now + 90) & chip.MASK
        return self.now

    def __getitem__(self, _):
        return self.turn * 4096 & 0xFFFFFFF

    def write_readinto(self, sent, got):
        got[0] = self.turn & 255

    def rx_fifo(self):
        self.fifo = (self.fifo * 5 + 3) & 0xFFFF
        return self.fifo >> 7 & 1

    def tx_fifo(self):
        return 2

    def get(self, buffer):
        buffer[0] = 5
        return buffer

    def put(self, word):
        pass

    exec = put

    def active(self, on=0):
        return self.turn & 1

    def config(self, read=0, count=0, ctrl=0):
        self.moves += 1

    def init(self, mode=0, period=0, callback=0, hard=0):
        self.shots += 1

    def deinit(self):
        pass

    def restart(self):
        self.brakes += 1

    def read_u16(self):
        return 40000

    def duty_u16(self, value):
        pass

    def feed(self):
        pass


CASES = [
    outputs_are_off_at_start_and_after_off,
    the_watchdog_is_fed_by_progress_only,
    an_exception_in_the_scan_leaves_everything_off,
    stop_ends_the_loop_with_everything_off,
    survivors_of_a_soft_reset_are_put_off,
    off_never_raises,
    files_of_the_board_are_read_and_refused,
    a_controller_of_another_contract_is_refused,
    the_hal_allocates_nothing,
]

{case.__name__: case for case in CASES}[sys.argv[1]]()
print("kept")
