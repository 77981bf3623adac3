# Runs on MicroPython: gives the link lines, writes its answers. Prints lines refused, heap kept.
# Arguments: machine.json, mold file, lines (each with its length before it), answers
# (each with `~` behind it).
import gc
import json
import struct
import sys

from controller.app import App
from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from link.link import Link


class Wire:
    """Port, board and what is kept."""

    checked = False

    def __init__(self, lines, answers):
        self.lines = lines
        self.left = 0  # bytes of the line that are still to come, its end among them
        self.part = b""
        self.at = 0
        self.answers = answers

    def read(self):
        if not self.left:
            return -1
        self.left -= 1
        if not self.left:
            return 10
        if self.at == len(self.part):
            self.part = self.lines.read(min(256, self.left))  # a line may be longer than the heap
            self.at = 0
        self.at += 1
        return self.part[self.at - 1]

    def write(self, view):
        self.answers.write(view)
        return len(view)

    def ticks_ms(self):
        return 0

    def since_ms(self, ticks):
        return -ticks

    def identity(self):
        return "unix", 6

    def file_of(self, mold):
        return []

    def pin_ok(self, role, pin):
        return False


def load(path):
    with open(path) as file:
        return json.load(file)


def state(app, link):
    unit, inputs = app.unit, app.inputs
    return (
        unit.state, unit.mode, inputs.command_no, inputs.command, inputs.mode, app.recipe,
        app.coordinator.parked, app.alarms.raised, link.role, link.done, link.mask, link.lost,
    )  # fmt: skip


def main(machine_path, mold_path, lines_path, answers_path):
    machine = check(MACHINE_SCHEMA, load(machine_path), machine_path)
    app = App(machine, check(MOLD_SCHEMA, load(mold_path), mold_path, machine))
    app.scan(0)
    with open(lines_path, "rb") as lines, open(answers_path, "wb") as answers:
        wire = Wire(lines, answers)
        link = Link(app, wire, wire, wire)
        before = state(app, link)
        gc.collect()
        heap = gc.mem_alloc()
        while True:
            size = lines.read(4)
            if not size:
                break
            wire.left = struct.unpack("<I", size)[0] + 1
            while wire.left or link.held:
                link.turn()
            answers.write(b"~\n")
            assert state(app, link) == before, wire.part
        wire.part = b""
        gc.collect()
        print("bad", link.bad, "heap", gc.mem_alloc() - heap)


main(*sys.argv[1:])
