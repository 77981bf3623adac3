# Runs first after every reset, a soft one too: PIO and DMA may still be at work from before it.
# Nothing is printed here, and nothing else may come before the first two lines.
from hal.rp2.off import off

off()

from hal.rp2 import board  # noqa: E402

board.alone(True)
