# Runs on MicroPython: feeds recorded inputs to the controller, with the heap locked in every scan
# but the first, and writes the journal. Arguments: machine.json, mold file, recording, journal.
import json
import sys
from array import array

import micropython

from controller.app import App
from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from hal.remote import frames
from hal.remote.images import get_inputs


def load(path):
    with open(path) as file:
        return json.load(file)


def main(machine_path, mold_path, recording_path, journal_path):
    machine = check(MACHINE_SCHEMA, load(machine_path), machine_path)
    mold = check(MOLD_SCHEMA, load(mold_path), mold_path, machine)
    app = App(machine, mold)
    monitor = app.monitor
    inputs = app.inputs
    row = array("i", bytes(frames.SIZE + 8))  # the image, wait_us, number of samples
    first = True
    with open(recording_path, "rb") as recording, open(journal_path, "wb") as journal:

        def sink(ring, start, stop):
            journal.write(memoryview(ring)[start:stop])

        while recording.readinto(row):
            n = row[frames.WORDS + 1]
            if n >= 0:
                samples = array("i", bytes(4 * n))
                if n:
                    recording.readinto(samples)
                micropython.heap_lock()
                monitor.begin()
                for raw in samples:
                    monitor.sample(raw)
                micropython.heap_unlock()
            get_inputs(row, inputs)
            if not first:
                micropython.heap_lock()
            wait_us = app.scan(row[2])
            if not first:
                micropython.heap_unlock()
            first = False
            if wait_us != row[frames.WORDS]:
                print("at", row[2], "wants", wait_us, "µs, host", row[frames.WORDS])
                sys.exit(1)
            app.journal.drain(sink)
    print("lost", app.journal.lost)


main(*sys.argv[1:])
