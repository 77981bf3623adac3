# Runs on MicroPython: the controller itself, through hal/rp2, on the stand-in of the chip, from
# power-up to welded strokes; then overload drops a shot. Prints what came of it.
import chip
import hal_plant
import hal_rig as rig

from controller import events
from controller import signals as s
from controller.app import App
from controller.config import check
from controller.image import END_OVERLOAD
from controller.schema import MOLD_SCHEMA

STOPPED, IDLE, EXECUTE, ABORTED = 2, 4, 6, 9


def until(bench, state, ms):
    unit = bench.app.unit
    for _ in range(ms // 5):
        if unit.state == state:
            return
        bench.turns(5)
    raise AssertionError(("state", unit.state, "not", state))


def main():
    machine = rig.settings(
        ("pick", "reject_gate", "stacker"), feed__encoder_um=50, belt__encoder_um=1000
    )
    mold = check(MOLD_SCHEMA, rig.load("molds/hand_M.json"), "mold", machine)
    app = App(machine, mold)
    bench = rig.Bench(app, machine)
    plant = hal_plant.Plant(bench, 230000 // 50, mold["code"])
    chip.power = 1300  # 825 W: 415 J in 503 ms
    bench.turns(300)
    assert app.unit.state == ABORTED and not chip.chain_out & 0xFF  # the lights are above
    plant.press("BTN_RESET")
    until(bench, STOPPED, 2000)
    plant.press("BTN_RESET")
    until(bench, IDLE, 15000)
    plant.press("BTN_START")
    until(bench, EXECUTE, 5000)
    gate = bench.gate()
    for _ in range(2000):
        if len(gate.shots) == 2:
            break
        bench.turns(5)
    (first, first_end), (second, second_end) = gate.shots
    rig.near((first_end - first) // 1000, 503000, 1500)
    rig.near((second_end - second) // 1000, 503000, 1500)
    takt = (second - first) // 1000000
    rig.near(takt, 2000, 10)
    # No piece comes to the eye of this machine: the third stroke is its last.
    for _ in range(3000):
        if chip.levels[rig.SONICS]:
            break
        bench.turns(1)
    bench.turns(50)
    assert chip.levels[rig.SONICS]
    at = chip.now_ns
    plant.set("GEN_OVERLOAD", 1)
    chip.wait(1000)
    assert not chip.levels[rig.SONICS] and gate.shots[-1][1] - at <= 1000
    until(bench, STOPPED, 5000)
    assert app.inputs.gate_end == END_OVERLOAD
    assert not app.outputs.do & (s.SONICS_ENABLE | s.FEED_ENABLE | s.BELT_RUN)
    codes = []

    def sink(ring, start, stop):
        for each in range(start, stop, 3):
            codes.append(ring[each + 1])

    app.journal.drain(sink)
    assert codes and events.STATE in codes
    print("2 shots of 503 ms, takt", takt, "ms, the third dropped by overload")


main()
