# Runs on MicroPython: feeds recorded inputs to the controller, with the heap locked in every scan
# but the first, and writes the journal. Arguments: machine.json, mold file, recording, journal.
import json
import sys
from array import array

import micropython

from controller.app import App
from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA

FIELDS = (
    "di", "dx", "devices", "gate_done", "gate_on_us", "gate_end", "feed_done", "web_pos",
    "mark_no", "mark_pos", "belt_pos", "eye_pos", "service_done", "command_no", "command", "mode",
)  # fmt: skip


def load(path):
    with open(path) as file:
        return json.load(file)


def main(machine_path, mold_path, recording_path, journal_path):
    machine = check(MACHINE_SCHEMA, load(machine_path), machine_path)
    mold = check(MOLD_SCHEMA, load(mold_path), mold_path, machine)
    app = App(machine, mold)
    monitor = app.monitor
    inputs = app.inputs
    row = array("i", bytes(4 * (len(FIELDS) + 3)))
    first = True
    with open(recording_path, "rb") as recording, open(journal_path, "wb") as journal:

        def sink(ring, start, stop):
            journal.write(memoryview(ring)[start:stop])

        while recording.readinto(row):
            n = row[len(FIELDS) + 2]
            if n >= 0:
                samples = array("i", bytes(4 * n))
                if n:
                    recording.readinto(samples)
                micropython.heap_lock()
                monitor.begin()
                for raw in samples:
                    monitor.sample(raw)
                micropython.heap_unlock()
            for at in range(len(FIELDS)):
                setattr(inputs, FIELDS[at], row[at + 1])
            if not first:
                micropython.heap_lock()
            wait_us = app.scan(row[0])
            if not first:
                micropython.heap_unlock()
            first = False
            if wait_us != row[len(FIELDS) + 1]:
                print("at", row[0], "wants", wait_us, "µs, host", row[len(FIELDS) + 1])
                sys.exit(1)
            app.journal.drain(sink)
    print("lost", app.journal.lost)


main(*sys.argv[1:])
