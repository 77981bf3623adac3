"""How the board's own tree starts on an emulated Pico, and how it ends: safe mode, Ctrl-C, soft
reset, watchdog. Afterwards no pin drives anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pico import console, flash, lane, link
from pico.chip import Pico
from pico.fork import in_a_copy
from pico.machine import Machine

import host_sim
from controller import modes, packml, signals
from host_sim.board.tree import build

pytestmark = pytest.mark.pico

SAFE_PIN = 22
START_MS = 12_000
BUSY = """
import machine, rp2, time
@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW)
def blink():
    set(pins, 1)[31]
    set(pins, 0)[31]
rp2.PIO(0).remove_program()
rp2.StateMachine(0, blink, freq=1000000, set_base=machine.Pin(16)).active(1)
machine.Pin(0, machine.Pin.OUT, value=1)
machine.PWM(machine.Pin(21), freq=20000, duty_u16=60000)
time.sleep_ms(2)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[int, bytes], ...]:
    lane.image()
    folder: Path = tmp_path_factory.mktemp("board") / "tree"
    build(folder)
    return (flash.littlefs(flash.tree(folder)),)


@pytest.fixture(scope="module")
def running(files: tuple[tuple[int, bytes], ...]) -> Machine:
    """It scans, aborted as after each power-up."""
    pico = Pico(lane.image(), files)
    machine = Machine(pico, host_sim.FIRMWARE, "foot_L")
    assert pico.until(lambda: bool(machine.do & signals.LIGHT_RED), START_MS), pico.said
    return machine


def copy(machine: Machine, does: Callable[[Machine], object]) -> None:
    said, wrong = in_a_copy(lambda: str(does(machine)))
    assert not wrong, said + wrong


def test_safe_mode_runs_nothing(files: tuple[tuple[int, bytes], ...]) -> None:
    pico = Pico(lane.image(), files)
    machine = Machine(pico, host_sim.FIRMWARE, "foot_L")
    pico.drive(SAFE_PIN, 0)
    pico.send(b"\r\n")
    assert pico.until(lambda: ">>> " in pico.said, START_MS), pico.said
    assert "Safe mode: nothing runs" in pico.said
    assert not machine.do and machine.pins.all_off()


def repl(machine: Machine) -> Pico:
    """Ctrl-C, while it runs; the raw REPL is there afterwards."""
    pico = machine.pico
    pico.send(b"\x03")
    pico.until(lambda: not machine.do, 100)
    console.prompt(pico)
    return pico


def test_the_link_answers_over_usb(running: Machine) -> None:
    def answers(machine: Machine) -> None:
        pico = machine.pico
        pico.send(b"\r\nhelp\n")
        mode, state = link.ask(pico, "status")[:2]
        assert (mode, state) == (modes.PRODUCE, packml.ABORTED)
        assert "-32700" in link.lines(pico)[-2], "no JSON"
        assert link.ask(pico, "identify")[1] == "reference_1up"
        assert link.ask(pico, "command", command=packml.CMD_CLEAR)["code"] == -32002
        assert link.ask(pico, "login", role=1, pin="1111") == [1]
        assert machine.do & signals.LIGHT_RED

    copy(running, answers)


def test_ctrl_c_ends_in_the_repl_with_everything_off(running: Machine) -> None:
    def ended(machine: Machine) -> None:
        pico = repl(machine)
        assert machine.pins.all_off() and not machine.do
        said, wrong = console.run(pico, "import gc; gc.collect(); print(gc.mem_free())", 500)
        assert not wrong and int(said) > 100_000
        # Nobody feeds the machine's watchdog any more; the board's own feeder does.
        pico.run(5000)
        assert pico.resets == 0

    copy(running, ended)


def test_what_outlives_a_soft_reset_is_put_off_by_boot(running: Machine) -> None:
    def reset(machine: Machine) -> None:
        pico = repl(machine)
        _, wrong = console.run(pico, BUSY, 1000)
        assert not wrong, wrong
        seen: list[int | None] = []
        pico.watch(16, seen.append)
        pico.run(1)
        assert len(seen) > 10 and pico.drives(0) == 1, "they are at work"
        pico.send(b"\x02\x04")
        assert pico.until(lambda: machine.pins.all_off() and pico.drives(16) is None, 1000)
        pico.run(5)
        seen.clear()
        pico.run(50)
        assert not seen and machine.pins.all_off()

    copy(running, reset)


def test_the_watchdog_ends_what_hangs(running: Machine) -> None:
    def hangs(machine: Machine) -> None:
        pico = repl(machine)
        _, wrong = console.run(pico, BUSY, 1000)
        assert not wrong and not machine.pins.all_off()
        pico.send(b"machine.WDT(timeout=50)\nmachine.disable_irq()\nwhile True: pass\n\x04")
        assert pico.until(lambda: pico.resets == 1, 200), pico.said
        assert machine.pins.all_off()

    copy(running, hangs)


def test_a_run_that_the_watchdog_ended_is_a_crash(running: Machine) -> None:
    def bitten(machine: Machine) -> None:
        pico = machine.pico
        pico.stall(2_100_000_000)  # io.json: 2000 ms
        assert pico.resets == 1 and machine.pins.all_off()
        assert pico.until(lambda: bool(machine.do & signals.LIGHT_RED), START_MS), pico.said
        repl(machine)
        # Names of the firmware are letters here: what it kept is read from its file.
        program = (
            "import os; print([open('/data/' + f, 'rb').read() for f in os.listdir('/data')])"
        )
        said, wrong = console.run(pico, program, 1000)
        assert not wrong and "Ended by the watchdog" in said, said + wrong

    copy(running, bitten)
