"""The header of everything that is kept in flash: magic, version, kind, number, length, CRC.

Called by store and journal_file in idle context, and by the host, which reads the same bytes.
"""

import struct
from binascii import crc32

from micropython import const

MAGIC = b"sM\x01"  # the last byte is the version of the format
HEAD = const(16)  # bytes of a header

# Kinds of a payload
JSON = const(1)
RAW = const(2)
EVENTS = const(3)


def head(name, kind, number, length, parts):
    """Header of a payload of `length` bytes that comes in `parts`, for the file of that name.

    The CRC covers name, header and payload: a file under another's name is not taken for it.
    """
    start = MAGIC + struct.pack("<BII", kind, number, length)
    crc = crc32(start, crc32(name.encode()))
    for part in parts:
        crc = crc32(part, crc)
    return start + struct.pack("<I", crc)


def take(data, at, name):
    """(kind, number, payload, where it ends) of the frame at `at`; None: there is none."""
    begin = at + HEAD
    if len(data) < begin or data[at : at + 3] != MAGIC:
        return None
    kind, number, length, crc = struct.unpack_from("<BIII", data, at + 3)
    end = begin + length
    if end > len(data):
        return None
    payload = data[begin:end]
    if crc32(payload, crc32(data[at : begin - 4], crc32(name.encode()))) != crc:
        return None
    return kind, number, payload, end
