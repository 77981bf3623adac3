"""Forces every output off. First line of boot and last of main, before and after everything else.

PIO and DMA go on through a soft reset, so they are stopped by their registers, whoever started
them. Then all pins become inputs without pull: drivers have to be off on an open line. Never
raises, needs no file, and may be called at any time.
"""

import sys

import machine

import rp2

_PINS = tuple(range(23)) + (26, 27, 28)
_DMA = 0x50000000  # registers: AL1_CTRL of each channel, CHAN_ABORT
_AL1_CTRL = 0x10
_ABORT_RP2040 = 0x444
_ABORT_RP2350 = 0x464


def off():
    for _ in range(3):
        try:
            _state_machines()
            _dma()
            _pins()
            return
        except BaseException:  # Ctrl-C: begin again
            pass


def _state_machines():
    for each in range(12):
        try:
            rp2.StateMachine(each).active(0)
        except ValueError:  # this chip has eight, or a radio has this one
            pass


def _dma():
    later = "RP2350" in sys.implementation._machine
    for channel in range(16 if later else 12):
        # No longer enabled, so that an abort starts nothing else (RP2350-E5).
        machine.mem32[_DMA + _AL1_CTRL + 0x40 * channel] = 0
    machine.mem32[_DMA + (_ABORT_RP2350 if later else _ABORT_RP2040)] = 0xFFFF if later else 0xFFF


def _pins():
    for each in _PINS:
        machine.Pin(each, machine.Pin.IN)
