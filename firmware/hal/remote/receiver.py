"""Takes sound frames out of a byte stream, whatever else comes along. Called by the server, idle.

A frame that is not sound is refused once, and changes nothing. Then bytes are dropped until a
sound frame comes. Only that allocates.
"""

from array import array

from hal.remote import frames

_MARK = b"SOZ1"  # frames.MAGIC as bytes


class Receiver:
    def __init__(self, stream, refuse):
        self.stream = stream
        self.refuse = refuse  # refuse(why), called once for what is not sound
        self.words = array("i", bytes(frames.SIZE))
        self.block = array("i", bytes(frames.BLOCK_SIZE))

    def frame(self):
        """Wait for the next sound frame, into `words`. False: the stream has ended."""
        if self.stream.readinto(self.words) != frames.SIZE:
            return False
        if self.words[0] == frames.MAGIC and frames.sound(self.words, frames.SUM):
            return True
        return self._seek()

    def follow(self):
        """Wait for the block that follows, into `block`. False: not sound, or it did not come."""
        if self.stream.readinto(self.block) != frames.BLOCK_SIZE:
            return False
        return frames.sound(self.block, frames.BLOCK_SUM)

    def _seek(self):
        """Go on by bytes until a sound frame is in `words`."""
        self.refuse(frames.GARBLED)
        raw = bytearray(self.words)
        while True:
            kept = _tail(raw)
            room = bytearray(frames.SIZE)
            room[: len(kept)] = kept
            wanted = frames.SIZE - len(kept)
            if self.stream.readinto(memoryview(room)[len(kept) :]) != wanted:
                return False
            raw = room
            words = array("i", raw)
            if words[0] == frames.MAGIC and frames.sound(words, frames.SUM):
                for at in range(frames.WORDS):
                    self.words[at] = words[at]
                return True


def _tail(raw):
    """What may be the beginning of a frame: all from the next mark, or a mark that is cut off."""
    at = raw.find(_MARK, 1)
    if at > 0:
        return raw[at:]
    for size in (3, 2, 1):
        if raw[-size:] == _MARK[:size]:
            return raw[-size:]
    return b""
