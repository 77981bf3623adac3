# Runs on MicroPython: flash in RAM, as a board's, that loses its power at a chosen moment.
BLOCK = 4096
PAGE = 256  # what _boot.py of the rp2 port tells littlefs
_GONE = -5  # EIO: what everybody gets after the cut


class Flash:
    """A block device of NOR flash: an erase sets bits, programming only clears them.

    `left` counts down erases and programs; the one that finds 0 is cut short and everything after
    it fails. `tear` says how: 0 leaves the flash as it was, 1 .. 15 that many sixteenths of it
    done, and after them bytes of which only some bits have changed.
    """

    def __init__(self, image):
        self.data = bytearray(image)
        self.view = memoryview(self.data)
        self.left = -1  # never
        self.tear = 0
        self.dead = False
        self.erases = 0
        self.programs = 0

    def _cut(self):
        """Count one down. True: this is the one that is cut short."""
        if self.dead:
            return False
        self.dead = self.left == 0
        self.left -= 1
        return self.dead

    def readblocks(self, block, buf, offset=0):
        if self.dead:
            return _GONE
        start = block * BLOCK + offset
        buf[:] = self.view[start : start + len(buf)]
        return 0

    def writeblocks(self, block, buf, offset):
        start = block * BLOCK + offset
        n = len(buf)
        if self._cut() and self.tear:
            done = n * self.tear // 16
            self._program(start, bytes(memoryview(buf)[:done]))
            self._program(start + done, bytes([each | 0x33 for each in buf[done : done + 8]]))
        if self.dead:
            return _GONE
        self.programs += 1
        self._program(start, buf)
        return 0

    def _program(self, start, new):
        end = start + len(new)
        old = self.view[start:end]
        if old == b"\xff" * len(new):
            self.data[start:end] = new
        else:
            self.data[start:end] = bytes([a & b for a, b in zip(old, new)])

    def ioctl(self, what, block):
        if what == 4:
            return len(self.data) // BLOCK
        if what == 5:
            return BLOCK
        if what != 6:
            return 0
        start = block * BLOCK
        if self._cut() and self.tear:
            done = BLOCK * self.tear // 16
            some = bytes([each | 0x5A for each in self.view[start + done : start + done + 256]])
            self.data[start : start + done + 256] = b"\xff" * done + some
        if self.dead:
            return _GONE
        self.erases += 1
        self.data[start : start + BLOCK] = b"\xff" * BLOCK
        return 0
