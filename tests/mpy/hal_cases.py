# Runs on MicroPython, on the stand-in of the chip: the devices of hal/rp2 do what the contract
# says. One case a process; argument: its name.
import gc
import sys

import chip
import hal_rig as rig
from hal_rig import Bench, near

from controller import image
from controller import signal_names as names
from controller import signals as s

MS = 1000000


def what_falls_is_switched_before_what_rises():
    bench = Bench()
    bench.ask(do=s.PRESS_DOWN | s.SONICS_ENABLE)
    bench.ask(do=s.PRESS_UP)
    seen = chip.seen[-2:]
    assert seen == [(0, 0), (0b10, 0)], seen


def a_shot_lasts_exactly_its_maximum():
    bench = Bench()
    chip.power = 1000
    given = chip.samples
    for number, max_us in ((1, 1), (2, 999), (3, 1000), (4, 5000), (5, 2500)):
        given.clear()
        bench.ask(do=s.SONICS_ENABLE, gate_no=number, gate_max_us=max_us)
        bench.turns(max_us // 1000 + 4)
        begin, end = bench.gate().shots[-1]
        assert end - begin == 1000 * max_us
        got = bench.inputs
        assert (got.gate_done, got.gate_on_us, got.gate_end) == (number, max_us, image.END_TIME)
        assert len(given) == max_us // 1000
        for k in range(len(given)):
            near(given[k], begin + (k + 1) * MS, 200000)
        assert bench.app.monitor.sum_raw == 1000 * len(given)


def overload_drops_a_shot_and_it_is_told():
    bench = Bench()
    bench.ask(do=s.SONICS_ENABLE, gate_no=7, gate_max_us=400000)
    bench.turns(20)
    at = chip.drive(rig.OVERLOAD, 0)
    chip.wait(1000)
    begin, end = bench.gate().shots[-1]
    assert not chip.levels[rig.SONICS] and 0 < end - at <= 1000
    devices = bench.inputs.devices
    bench.turns(5)
    got = bench.inputs
    assert (got.gate_done, got.gate_end) == (7, image.END_OVERLOAD)
    assert got.gate_on_us == (end - begin) // 1000
    assert got.devices == devices + 1 and got.di & s.GEN_OVERLOAD
    # While it lasts no shot begins.
    bench.ask(gate_no=8)
    bench.turns(5)
    assert len(bench.gate().shots) == 1
    assert (got.gate_done, got.gate_end, got.gate_on_us) == (8, image.END_OVERLOAD, 0)


def a_permission_that_falls_drops_a_shot():
    bench = Bench()
    bench.ask(do=s.SONICS_ENABLE, gate_no=1, gate_max_us=400000)
    bench.turns(10)
    bench.ask(do=0)
    chip.wait(1000)
    assert not chip.levels[rig.SONICS]
    bench.turns(5)
    assert (bench.inputs.gate_done, bench.inputs.gate_end) == (1, image.END_STOP)
    bench.ask(gate_no=2)
    bench.turns(5)
    got = bench.inputs
    assert (got.gate_done, got.gate_end, got.gate_on_us) == (2, image.END_DENIED, 0)
    assert len(bench.gate().shots) == 1


def moves_are_echoed_with_every_step():
    bench = Bench()
    number = 0
    for steps, profile in ((6300, 0), (17, 1), (100, 1), (1, 1), (40, 2), (3000, 2)):
        number += 1
        bench.train().steps.clear()
        bench.ask(do=s.FEED_ENABLE, feed_no=number, feed_steps=steps, feed_profile=profile)
        assert bench.inputs.feed_done == number - 1
        while bench.inputs.feed_done != number:
            bench.turns(1)
        assert len(bench.train().steps) == steps, (len(bench.train().steps), steps)
        assert chip.levels[1], "the drive is enabled"
    for steps, ready in ((0, 1), (2000001, 1), (10, 0)):
        number += 1
        chip.chain_in = rig.IDLE_CHAIN if ready else rig.IDLE_CHAIN & ~rig.READY
        bench.train().steps.clear()
        bench.turns(2)
        bench.ask(feed_no=number, feed_steps=steps)
        bench.turns(10)
        assert bench.inputs.feed_done == number and not bench.train().steps


def a_move_that_is_stopped_brakes_with_its_ramp():
    bench = Bench()
    number = 0
    for after_ms in (2, 20, 60, 120, 250, 440):
        number += 1
        model = bench.train()
        model.steps.clear()
        gc.collect()  # what the bench leaves behind, and not the HAL
        bench.ask(do=s.FEED_ENABLE, feed_no=number, feed_steps=6300, feed_profile=0)
        start = chip.now_ns
        chip.wait(after_ms * MS)
        before = len(model.steps)
        near_speed = model.period
        late_ms = chip.LATE_MS
        asked = chip.now_ns
        bench.ask(do=0)
        assert chip.levels[1], "the drive brakes"
        for _ in range(300):
            bench.turns(1)
            if bench.inputs.feed_done == number:
                break
        assert bench.inputs.feed_done == number
        bench.turns(2)
        assert not chip.levels[1]
        steps = model.steps
        assert len(steps) < 6300 or after_ms == 440
        # v / a, and not faster than the ramp allows: 0.9 m/s is lost in 129 ms
        speed_mm_s = min(900, 7 * after_ms)
        if after_ms < 440:
            near((steps[-1] - start) // MS, after_ms + speed_mm_s // 7, 8)
            braked = len(steps) - before
            assert braked >= speed_mm_s * speed_mm_s // 700 - 12, braked
            # The interpreter comes to it a little later, and so faster.
            faster = min(900, 7 * (after_ms + late_ms))
            assert braked <= (faster * faster // 14 + faster * late_ms) // 50 + 12, braked
        # Until the interpreter has come to it, the move goes on.
        while late_ms and before < len(steps) and steps[before] < asked + late_ms * MS:
            before += 1
        # The step that was due is left out: a gap of up to two steps, once.
        least = near_speed * 9 // 10 * after_ms // (after_ms + late_ms)
        for k in range(before + 1, len(steps)):
            gap = steps[k] - steps[k - 1]
            assert gap > least, "it speeds up again"
            least = gap - 201 if k > before + 1 else 0


def encoders_and_latches_are_exact():
    bench = Bench()
    start_web, start_belt = bench.hal.web.position(), bench.hal.belt.position()
    chip.turn(*rig.WEB, 3000)
    chip.turn(*rig.WEB, -500)
    chip.turn(*rig.BELT, 77)
    bench.ask()
    assert bench.inputs.web_pos == (start_web + 2500) & chip.MASK
    assert bench.inputs.belt_pos == (start_belt + 77) & chip.MASK
    # A mark that bounces counts once; its first edge is its place.
    chip.turn(*rig.WEB, 9)
    place = bench.hal.web.position()
    for level in (1, 0, 1, 0, 1):
        chip.drive(rig.MARK, level)
        chip.turn(*rig.WEB, 2)
    bench.turns(3)
    assert (bench.inputs.mark_no, bench.inputs.mark_pos) == (1, place)
    chip.turn(*rig.WEB, 50)
    chip.drive(rig.MARK, 0)
    bench.turns(10)
    chip.turn(*rig.WEB, 500)
    place = bench.hal.web.position()
    chip.drive(rig.MARK, 1)
    chip.turn(*rig.WEB, 40)
    bench.turns(3)
    assert (bench.inputs.mark_no, bench.inputs.mark_pos) == (2, place)
    # Both edges of the piece eye, the last one stays.
    for level in (1, 0, 1, 0, 1, 0, 1, 0, 1):
        chip.turn(*rig.BELT, 5)
        chip.drive(rig.EYE, level)
        place = bench.hal.belt.position()
        devices = bench.inputs.devices
        bench.turns(2)
        assert bench.inputs.eye_pos == place
        assert bool(bench.inputs.di & s.PIECE_EYE) == bool(level)
        assert bench.inputs.devices > devices


def backwards_past_zero_the_ring_goes_on():
    bench = Bench()
    chip.turn(*rig.WEB, -40)
    bench.ask()
    here = bench.inputs.web_pos
    assert here > chip.MASK - 100
    chip.turn(*rig.WEB, 90)
    bench.ask()
    assert bench.inputs.web_pos == (here + 90) & chip.MASK


def an_encoder_may_be_turned_round():
    places = rig.places()
    places.at["web_a"], places.at["web_b"] = places.at["web_b"], places.at["web_a"]
    rig.places = lambda: places
    bench = Bench()
    start = bench.hal.web.position()
    chip.turn(*rig.WEB, 30)
    assert bench.hal.web.position() == (start - 30) & chip.MASK


def inputs_come_by_pin_and_by_chain():
    bench = Bench()
    bench.turns(3)
    assert bench.inputs.di == s.FEED_READY and bench.inputs.dx == 0
    for name, bit in names.DI + names.DX:
        if not find(name):
            continue
        number, low, chained = find(name)
        was = len(bench.app.scans)
        if chained:
            chip.chain_in ^= 1 << number
        else:
            chip.drive(number, 1 - chip.levels[number])
        bench.turns(2)
        word = bench.inputs.di if (name, bit) in names.DI else bench.inputs.dx
        rest = s.FEED_READY if (name, bit) in names.DI else 0
        assert word == rest ^ bit, name
        assert len(bench.app.scans) > was, "a change asks for a scan"
        if chained:
            chip.chain_in ^= 1 << number
        else:
            chip.drive(number, 1 - chip.levels[number])
        bench.turns(2)


def an_edge_wakes_the_loop():
    bench = Bench()
    bench.turns(5)
    at = chip.now_ns + 300000
    chip.drive_at(at, rig.TRIGGER, 1)
    scanned = []
    bench.app.plan = lambda _: scanned.append(chip.now_ns)
    while not bench.inputs.di & s.TRIGGER:
        bench.due = bench.hal._turn(bench.due)
    assert scanned[-1] - at < chip.SCANNED_NS, scanned[-1] - at


def deadlines_are_kept_over_the_wrap_of_the_clock():
    chip.set_clock((1 << 30) - 300000)
    bench = Bench()
    bench.app.wait_us = 10000
    bench.turns(600)
    scans = bench.app.scans
    assert scans[-1] < scans[0]
    gaps = [(two - one) & chip.MASK for one, two in zip(scans[1:], scans[2:])]
    assert min(gaps) >= 10000
    assert len([each for each in gaps if each >= 12000]) <= chip.COLLECTIONS, gaps


def a_command_from_idle_is_scanned_at_once_and_by_itself():
    bench = Bench()
    bench.app.wait_us = 1000000
    bench.turns(20)
    seen = []
    bench.app.plan = lambda _: seen.append((bench.inputs.command_no, bench.inputs.devices))
    devices = bench.inputs.devices

    def idle():
        if bench.inputs.command_no < 2:
            bench.inputs.command = 3
            bench.inputs.command_no += 1
            return True

    bench.hal.on_idle = idle
    bench.turns(20)
    assert seen == [(1, devices + 1), (2, devices + 2)], seen
    from hal import contract

    assert bench.hal.capabilities & contract.CAP_COMMANDS


def find(name):
    """Where an input is: pin or bit of the chain, 1 if low means on, 1 if on the chain."""
    places = rig.places()
    bit = dict(names.DI + names.DX)[name]
    for chained, rows in enumerate(places.di if (name, bit) in names.DI else places.dx):
        for each, number, low in rows:
            if each == bit:
                return number, low, chained


CASES = [
    what_falls_is_switched_before_what_rises,
    a_shot_lasts_exactly_its_maximum,
    overload_drops_a_shot_and_it_is_told,
    a_permission_that_falls_drops_a_shot,
    moves_are_echoed_with_every_step,
    a_move_that_is_stopped_brakes_with_its_ramp,
    encoders_and_latches_are_exact,
    backwards_past_zero_the_ring_goes_on,
    an_encoder_may_be_turned_round,
    inputs_come_by_pin_and_by_chain,
    an_edge_wakes_the_loop,
    deadlines_are_kept_over_the_wrap_of_the_clock,
    a_command_from_idle_is_scanned_at_once_and_by_itself,
]

{case.__name__: case for case in CASES}[sys.argv[1]]()
print("kept")
