# Runs on MicroPython: starts the machine as boot.py and main.py do, on a fake board, and prints
# the heap in use in bytes: before, when it runs, after 100 scans, and back in the REPL.
# Arguments: folder with boot.py and main.py, folder for the board's files.
import gc
import sys

import record

TREE, record.root = sys.argv[1:]


def used():
    gc.collect()
    return gc.mem_alloc()


def run(app):
    found.append(used())
    now = 0
    for _ in range(100):
        now += min(app.scan(now), 10000)
    found.append(used())


record.run = run
found = [used()]
for file in ("boot.py", "main.py"):
    with open(TREE + "/" + file) as lines:
        exec(lines.read(), {"__name__": "__main__"})
print("heap", *found, used())
