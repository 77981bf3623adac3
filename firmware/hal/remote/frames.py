"""Frames of the remote HAL: layout, kinds and checks. Used by server, by receiver and by the host.

A frame is 15 words of 32 bits, little-endian: magic, kind and number, eleven words of contents,
two words of check. Frames of three kinds are followed by a block: 256 words of contents and two of
check. Each content word lies in -2**30 .. 2**30 - 1, a small integer on every board.
"""

from micropython import const

PROTOCOL = const(3)  # rises when a side of the version before would misread a frame

MAGIC = const(0x315A4F53)  # "SOZ1"; word 0
CONTENTS = const(11)
SUM = const(13)  # first of the two words of check
WORDS = const(15)
SIZE = const(60)  # bytes; below the 64 of a USB packet

BLOCK_SUM = const(256)
BLOCK_WORDS = const(258)
BLOCK_SIZE = const(1032)
BLOCK_SAMPLES = const(512)  # two a word
BLOCK_EVENTS = const(85)  # three words each
BLOCK_TEXT = const(768)  # bytes, three a word

# Kinds of requests; the answer has the same kind. Word 1: kind | number << 8
HELLO = const(1)  # contract version, protocol version -> the same, small-integer bits, heap
CONFIG = const(2)  # which file, bytes in the block; a block follows
START = const(3)  # build the controller -> words that its journal holds
SCAN = const(4)  # time and input image -> output image (images.py)
SHOT = const(5)  # does it begin, samples, horn; a block follows -> monitor's word, samples given
DRAIN = const(6)  # -> events, events lost; a block follows
STATS = const(7)  # 1: collect first -> heap in use, heap free, scans, shots, frames refused
LOCK = const(8)  # 1: from now on nothing may be allocated; 0: it may
SYNC = const(9)  # -> the same contents; changes nothing
END = const(10)  # stop serving
ENDED = const(11)  # horn, µs on, end, change of frequency in Hz
# Kinds of answers only
REFUSED = const(126)  # frames refused so far, why; the request has changed nothing
CRASHED = const(127)  # bytes of traceback in the block that follows

MACHINE = const(0)  # which file a CONFIG carries
MOLD = const(1)

# Why a frame was refused
GARBLED = const(1)  # magic or check of a frame is wrong
GARBLED_BLOCK = const(2)
UNKNOWN = const(3)  # no such kind
NOT_STARTED = const(4)
CONTENTS_BAD = const(5)  # a word is out of its bounds

NUMBERS = const(0x7FFF)


def seal(words, sum_at):
    """Write the check of words[:sum_at] into the two words behind them."""
    turn = mix = 0  # turn is below 2**28, so that nothing here reaches 2**30
    for at in range(sum_at):
        mix ^= words[at]
        turn = 3 * turn + (mix & 0xFFFFFFF) & 0xFFFFFFF
    words[sum_at] = turn
    words[sum_at + 1] = mix


def sound(words, sum_at):
    """Does the check hold? Its second word finds every burst of up to 32 bits and every odd number
    of wrong bits in a column, the first finds neighbours that were swapped."""
    turn = mix = 0
    for at in range(sum_at):
        mix ^= words[at]
        turn = 3 * turn + (mix & 0xFFFFFFF) & 0xFFFFFFF
    return words[sum_at] == turn and words[sum_at + 1] == mix


def put_text(block, text):
    """Bytes into a block, three a word; at most BLOCK_TEXT."""
    size = len(text)
    for at in range(0, size, 3):
        word = text[at]
        if at + 1 < size:
            word |= text[at + 1] << 8
        if at + 2 < size:
            word |= text[at + 2] << 16
        block[at // 3] = word


def get_text(block, size):
    """The first `size` bytes of a block."""
    text = bytearray(size)
    for at in range(size):
        text[at] = block[at // 3] >> at % 3 * 8 & 0xFF
    return text
