# Runs on MicroPython: boot.py and main.py with the HAL of the board on a chip that does nothing.
# Prints the heap in use in bytes: before, when the machine runs, after 3,000 more turns, and back
# in the REPL. Arguments: folder with boot.py and main.py, folder for the board's files.
import gc
import sys

import machine

import hal.rp2.board as board

TREE, board.ROOT = sys.argv[1:]
SETTLED, DONE = 50, 3050

turns = 0


def used():
    gc.collect()
    return gc.mem_alloc()


def fed():
    global turns
    turns += 1
    if turns == SETTLED:
        found.append(used())
    elif turns == DONE:
        found.append(used())
        raise KeyboardInterrupt


machine.on_feed = fed
found = [used()]
for file in ("boot.py", "main.py"):
    with open(TREE + "/" + file) as lines:
        exec(lines.read(), {"__name__": "__main__"})
print("heap", *found, used())
