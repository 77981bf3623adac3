"""For those who freeze the firmware into an image of their own: MicroPython's manifest language.

    make BOARD=RPI_PICO2 FROZEN_MANIFEST=/path/to/sonomask/firmware/manifest.py

in ports/rp2 of MicroPython. boot.py, main.py, machine.json, molds and texts still lie on the
board's file system; what is frozen need not, and a copy there goes first.
"""

# ruff: noqa: F821 - the manifest language has these two
include("$(PORT_DIR)/boards/manifest.py")

for _folder in ("controller", "hal", "link", "start", "store"):
    package(_folder, base_path=".", opt=3)
