"""Input and output image and events as words. Called by the server in the scan, and by the host.

Images travel whole: a frame that is sent again needs no history. Every field is at most as wide
as the contract says: numbers 15 bits, fast inputs 23, times 28, slow inputs and positions 30.
"""

from micropython import const

from hal.remote import frames

_LOW = const(0x7FFF)
_FAST = const(0x7FFFFF)  # 23 bits
_ON_US = const(0x1FFFFFF)  # 25 bits: a shot is at most 30 s


def put_inputs(words, now, inputs):
    """From the image into a SCAN request."""
    words[2] = now
    words[3] = inputs.di | inputs.command << 23 | inputs.mode << 27
    words[4] = inputs.devices | inputs.gate_done << 15
    words[5] = inputs.feed_done | inputs.mark_no << 15
    words[6] = inputs.service_done | inputs.command_no << 15
    words[7] = inputs.gate_on_us | inputs.gate_end << 25
    words[8] = inputs.dx
    words[9] = inputs.web_pos
    words[10] = inputs.mark_pos
    words[11] = inputs.belt_pos
    words[12] = inputs.eye_pos


def get_inputs(words, inputs):
    """From a SCAN request into the image; the time is words[2]."""
    word = words[3]
    inputs.di = word & _FAST
    inputs.command = word >> 23 & 15
    inputs.mode = word >> 27
    word = words[4]
    inputs.devices = word & _LOW
    inputs.gate_done = word >> 15
    word = words[5]
    inputs.feed_done = word & _LOW
    inputs.mark_no = word >> 15
    word = words[6]
    inputs.service_done = word & _LOW
    inputs.command_no = word >> 15
    word = words[7]
    inputs.gate_on_us = word & _ON_US
    inputs.gate_end = word >> 25
    inputs.dx = words[8]
    inputs.web_pos = words[9]
    inputs.mark_pos = words[10]
    inputs.belt_pos = words[11]
    inputs.eye_pos = words[12]


def put_outputs(words, outputs):
    """From the image into the answer; words[2], [9] and [10] are the server's."""
    words[3] = outputs.do
    words[4] = outputs.gate_no | outputs.feed_no << 15
    words[5] = outputs.gate_max_us
    words[6] = outputs.feed_steps
    words[7] = outputs.belt_pm | outputs.amplitude_pm << 15
    words[8] = outputs.feed_profile | outputs.service_no << 15


def get_outputs(words, outputs):
    """From the answer into the image."""
    outputs.do = words[3]
    word = words[4]
    outputs.gate_no = word & _LOW
    outputs.feed_no = word >> 15
    outputs.gate_max_us = words[5]
    outputs.feed_steps = words[6]
    word = words[7]
    outputs.belt_pm = word & _LOW
    outputs.amplitude_pm = word >> 15
    word = words[8]
    outputs.feed_profile = word & _LOW
    outputs.service_no = word >> 15


def put_events(block, journal):
    """Move the oldest events from the journal into a block; how many integers."""
    ring = journal.ring
    count = min(journal.held, 3 * frames.BLOCK_EVENTS)
    at = journal.at - journal.held
    if at < 0:
        at += journal.end
    for to in range(count):
        block[to] = ring[at]
        at += 1
        if at == journal.end:
            at = 0
    journal.held -= count
    return count
