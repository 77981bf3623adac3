"""StepTrain: moves of the feed drive, played by PIO from tables that DMA reads. From the scan.

A move costs a few register writes when it starts, and nothing while it runs. Three DMA channels
follow each other: up to speed, the ring of cruising, down to standstill.
"""

from array import array

import machine
import uctypes
from micropython import const

import rp2
from controller.signals import FEED_READY
from hal.rp2 import programs
from hal.rp2.profile import RING

_MACHINE = const(1)
_TX_REQUEST = const(1)  # DREQ of that machine's FIFO
_MOST_STEPS = const(2000000)
_RING_SIZE = const(9)  # 512 bytes
_PULL = const(0x8080)  # without waiting
_SET_PINS_0 = const(0xE000)


class StepTrain:
    def __init__(self, inputs, settings, places):
        from hal.rp2 import ramp  # forgotten after the start

        self.inputs = inputs
        step = machine.Pin(places.at["feed_step"][0])
        self.machine = rp2.StateMachine(
            _MACHINE, programs.train, freq=programs.TRAIN_HZ, set_base=step
        )
        if "feed_dir" in places.at:
            pin, low = places.at["feed_dir"]
            self.direction = machine.Pin(pin, machine.Pin.OUT, value=0 if low else 1)
        up, middle, down = self.up, self.middle, self.down = rp2.DMA(), rp2.DMA(), rp2.DMA()
        for each in up, middle, down:
            each.config(write=self.machine)

        def control(channel, chain_to, ring_size=0):
            return channel.pack_ctrl(
                inc_write=False,
                treq_sel=_TX_REQUEST,
                chain_to=chain_to.channel,
                ring_size=ring_size,
                ring_sel=0,
            )

        self.up_then_middle = control(up, middle)
        self.up_then_down = control(up, down)
        self.ring_then_down = control(middle, down, _RING_SIZE)
        self.lone_then_down = control(middle, down)
        self.down_then_end = control(down, down)
        # A ring has to begin at a multiple of its size.
        words = array("I", bytes(4 * 4 * RING))
        at = -uctypes.addressof(words) % (4 * RING) // 4
        self.profiles = ramp.profiles(settings, words, at)
        self.places = [
            (
                uctypes.addressof(each.up),
                uctypes.addressof(words) + 4 * each.at,
                uctypes.addressof(each.down),
                uctypes.addressof(each.lone),
            )
            for each in self.profiles
        ]
        self.told = array("I", (0,))
        self.enabled = False
        self.busy = False
        self.refused = -1
        self.number = 0
        self.profile = self.profiles[0]
        self.machine.active(1)

    def enable(self, on):
        self.enabled = on
        if not on and self.busy:
            self.brake()

    def move(self, number, steps, profile):
        if (
            self.busy
            or not self.enabled
            or not self.inputs.di & FEED_READY
            or not 1 <= steps <= _MOST_STEPS
        ):
            self.refused = number
            return
        self.number = number
        self.busy = True
        made = self.profile = self.profiles[profile]
        up, ring, down, lone = self.places[profile]
        self.down_place = down
        made.plan(steps)
        self._ready_down(made.down_at)
        first = self.up
        then = self.up_then_middle
        if made.ring_words:
            self.middle.config(read=ring, count=made.ring_words, ctrl=self.ring_then_down)
        elif made.lones:
            self.middle.config(read=lone, count=made.lones, ctrl=self.lone_then_down)
        else:
            then = self.up_then_down
        if made.up_words:
            first.config(read=up, count=made.up_words, ctrl=then)
        else:
            first = self.middle
        first.active(1)

    def _ready_down(self, at):
        count = len(self.profile.down) - at
        self.down.config(read=self.down_place + 4 * at, count=count, ctrl=self.down_then_end)

    def brake(self):
        """Down the ramp from the speed it has. The step that is due is left out."""
        this = self.machine
        this.active(0)
        up = self.up
        middle = self.middle
        made = self.profile
        waiting = this.tx_fifo()
        if up.active():
            speed = made.up_words - up.count - waiting
        elif middle.active():
            sent = (made.ring_words or made.lones) - middle.count
            speed = made.up_words - waiting + sent if waiting > sent else made.up_words
        else:
            this.active(1)  # it brakes already
            return
        up.ctrl = middle.ctrl = 0  # an abort must not start the next one
        up.active(0)
        middle.active(0)
        for _ in range(waiting):
            this.exec(_PULL)
        this.restart()
        this.exec(_SET_PINS_0)
        self._ready_down(len(made.down) - 1 - max(speed, 0))
        self.down.active(1)
        this.active(1)

    def off(self):
        """Stand still at once. Any context."""
        self.machine.active(0)
        self.machine.exec(_SET_PINS_0)

    def poll(self):
        """Tell of a move that has ended or was refused. True if there was one."""
        if self.refused >= 0:
            self.inputs.feed_done = self.refused
            self.refused = -1
            return True
        if not self.busy or not self.machine.rx_fifo():
            return False
        self.machine.get(self.told)
        self.busy = False
        self.inputs.feed_done = self.number
        return True
