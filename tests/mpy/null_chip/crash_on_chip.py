# Runs on MicroPython: boot.py and main.py with the HAL of the board on a chip that does nothing,
# until the watchdog breaks. Arguments: folder with boot.py and main.py, folder for the board's
# files. Prints the traceback that the board keeps.
import sys

import machine

import hal.rp2.board as board

turns = 0


def fed():
    global turns
    turns += 1
    if turns == 50:
        raise ValueError("broken")


TREE, board.ROOT = sys.argv[1:]
board.restart = sys.exit
machine.on_feed = fed
for file in ("boot.py", "main.py"):
    with open(TREE + "/" + file) as lines:
        exec(lines.read(), {"__name__": "__main__"})
