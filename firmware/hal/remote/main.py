"""Entry of a board, or of the unix port, that a simulator drives over its console. Idle context.

`micropython -m hal.remote.main`, or `import hal.remote.main as main; main.run()` on a board.
"""

import sys

import micropython

from hal.remote.server import serve


def run():
    """Serve on standard input and output until END. Ctrl-C is a byte like any other meanwhile."""
    if hasattr(micropython, "kbd_intr"):
        micropython.kbd_intr(-1)
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    finally:
        if hasattr(micropython, "kbd_intr"):
            micropython.kbd_intr(3)


if __name__ == "__main__":
    run()
