# Runs on MicroPython, on the stand-in of the chip: what the weld monitor wants within a shot, and
# several horns. One case a process; argument: its name.
import sys

import chip
import hal_rig as rig
import machine
from hal_rig import Bench, near

from controller import image
from controller import signals as s
from controller.weld_monitor import NOTHING

MS = 1000000


def rows(energy=None, time=None, ground=None):
    """Rows of a weld monitor with one threshold and word each."""

    def row(each, sum_raw):
        return [sum_raw, each[1], NOTHING, NOTHING, each[0], 1 << 29] if each else NOTHING

    return row(energy, energy and energy[0]), row(time, 0), NOTHING, row(ground, 0)


def the_monitor_ends_a_shot_in_the_interrupt():
    bench = Bench()
    chip.power = 2000
    bench.app.monitor.rows = rows(energy=(20 * 2000, image.END_ENERGY))
    bench.ask(do=s.SONICS_ENABLE, gate_no=1, gate_max_us=400000)
    begin = bench.gate().since
    chip.wait(25 * MS)  # the interpreter does something else
    near(bench.gate().shots[-1][1] - begin, 20 * MS, 200000)
    bench.turns(3)
    assert (bench.inputs.gate_done, bench.inputs.gate_end) == (1, image.END_ENERGY)
    near(bench.inputs.gate_on_us, 20000, 200)


def a_word_of_the_monitor_sets_the_amplitude_within_a_shot():
    bench = Bench()
    monitor = bench.app.monitor
    monitor.rows = rows(time=(10, image.AMPLITUDE + 400))
    bench.ask(do=s.SONICS_ENABLE, amplitude_pm=800, gate_no=1, gate_max_us=30000)
    assert chip.duty[rig.AMPLITUDE] == 800 * 65535 // 1000
    chip.wait(15 * MS)
    assert chip.duty[rig.AMPLITUDE] == 400 * 65535 // 1000 and chip.levels[rig.SONICS]
    bench.turns(20)
    assert bench.inputs.gate_end == image.END_TIME
    bench.ask(gate_no=2)
    assert chip.duty[rig.AMPLITUDE] == 800 * 65535 // 1000, "the next begins as asked for"


def contact_with_the_anvil_comes_with_the_samples():
    bench = Bench()
    bench.hal.gate.ground = ground = machine.Pin(rig.TRIGGER, machine.Pin.IN)
    bench.hal.gate.open = 0
    bench.app.monitor.rows = rows(ground=(2, image.END_GROUND))
    chip.power = 1000
    bench.ask(do=s.SONICS_ENABLE, gate_no=1, gate_max_us=100000)
    chip.wait(20 * MS)
    assert chip.levels[rig.SONICS] and not ground()
    chip.drive(rig.TRIGGER, 1)
    chip.wait(4 * MS)
    assert not chip.levels[rig.SONICS]
    bench.turns(3)
    assert bench.inputs.gate_end == image.END_GROUND
    near(bench.app.monitor.sum_raw, 23 * 1000, 1000)


def horns_begin_one_after_the_other_and_end_by_themselves():
    bench = Bench(machine=rig.settings(horns__count=2, horns__stagger_ms=7), horns=2)
    one, two = bench.app.monitors
    chip.power = 1000
    one.rows = rows(energy=(20 * 1000, image.END_ENERGY))
    two.rows = rows(energy=(30 * 1000, image.END_ENERGY))
    bench.ask(do=s.SONICS_ENABLE, gate_no=1, gate_max_us=100000)
    pins = rig.SONICS, rig.SONICS2
    gates = [chip.gate(each, pin) for each, pin in zip(bench.hal.gate.gates, pins)]
    begin = gates[0].since
    chip.wait(25 * MS)
    assert not chip.levels[rig.SONICS] and chip.levels[rig.SONICS2]
    assert bench.inputs.gate_done == 0, "one horn still sounds"
    chip.wait(15 * MS)
    bench.turns(3)
    near(gates[1].shots[-1][0] - begin, 7 * MS, 200000)
    near(gates[0].shots[-1][1] - begin, 20 * MS, 200000)
    near(gates[1].shots[-1][1] - begin, 37 * MS, 400000)
    got = bench.inputs
    assert (got.gate_done, got.gate_end) == (1, image.END_ENERGY)
    near(got.gate_on_us, 20000, 200)
    near(two.on_us, 30000, 400)
    assert two.end_word == image.END_ENERGY
    # Stopped before the second has begun; then refused.
    bench.ask(gate_no=2)
    chip.wait(3 * MS)
    bench.ask(do=0)
    chip.wait(20 * MS)
    assert len(gates[1].shots) == 1 and len(gates[0].shots) == 2
    bench.turns(3)
    assert (got.gate_done, got.gate_end) == (2, image.END_STOP)
    assert (two.on_us, two.end_word) == (0, image.END_STOP)
    bench.ask(gate_no=3)
    bench.turns(3)
    assert (got.gate_done, got.gate_end, two.end_word) == (3, image.END_DENIED, image.END_DENIED)
    # An overload of one drops that one.
    bench.ask(do=s.SONICS_ENABLE, gate_no=4)
    chip.wait(10 * MS)
    chip.drive(rig.OVERLOAD2, 0)
    chip.wait(1000)
    assert chip.levels[rig.SONICS] and not chip.levels[rig.SONICS2]
    bench.turns(15)
    assert (got.gate_done, got.gate_end, two.end_word) == (4, image.END_ENERGY, image.END_OVERLOAD)
    assert got.di & s.GEN2_OVERLOAD
    bench.hal.off()


CASES = [
    the_monitor_ends_a_shot_in_the_interrupt,
    a_word_of_the_monitor_sets_the_amplitude_within_a_shot,
    contact_with_the_anvil_comes_with_the_samples,
    horns_begin_one_after_the_other_and_end_by_themselves,
]

{case.__name__: case for case in CASES}[sys.argv[1]]()
print("kept")
