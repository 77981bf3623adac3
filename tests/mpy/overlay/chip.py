"""The chip and the wires around it, as far as hal/rp2 sees them, in virtual time.

Time passes only when the code under test lets it: in a transfer, when it asks for the time, when
it sleeps. Then everything that is due happens in order, interrupts included. What is here outlives
a soft reset, as on the chip.
"""

MASK = 0x3FFFFFFF
HARMLESS = (5, 7, 15)  # as in io.json: load and disable the chain, direction of the feed
SCANNED_NS = 300000  # an edge is scanned so soon; the interpreter takes no time here, ...
LATE_MS = 0  # ... and comes to what a case asks for at once
COLLECTIONS = 0  # of what the bench leaves behind, in a second
KEPT = ()  # modules that stay loaded when everything begins anew


class Reset(BaseException):
    """The watchdog has bitten, or a program has asked for it."""


now_ns = 0
_events = []  # (when, number, what is to be done), soonest last
_number = 0
levels = [0] * 30  # of the pins, whoever drives them
watchers = []  # (pin, function(level)): PIO and pin interrupts
drivers = {}  # pin -> "out", "pio" or "pwm"; others are inputs
chain_in = 0  # levels at the 74HC165
chain_out = 0  # of the 74HC595, while its outputs are enabled
machines = {}  # state machines by number
channels = []  # DMA channels in use
power = 0  # what the ADC measures, 0 .. 4095
fed_ns = None  # watchdog: when it was fed last, once it runs
watchdog_ns = 0
feeds = 0
duty = {}  # pin -> duty_u16
samples = []  # when the ADC was read
seen = []  # (outputs of the chain, level of pin 0), each time one of them has changed
grounded = []  # pins with a jumper to ground
reset_cause = 1  # as machine.reset_cause says it
off_at_reset = None  # were outputs off when the chip was reset by a program?
bite = None  # called when the watchdog bites, before Reset


def at(when, what):
    """Do `what` at this time. Returns what `forget` takes."""
    global _number
    _number += 1
    event = (when, _number, what)
    place = 0
    while place < len(_events) and _events[place][:2] > event[:2]:
        place += 1
    _events.insert(place, event)
    return event


def forget(event):
    if event in _events:
        _events.remove(event)


def drive_at(when, pin, level):
    """A level on a pin from outside, at this time."""
    at(when, lambda: drive(pin, level))


def set_clock(us):
    """What time.ticks_us shows now."""
    import time

    time.origin_us = us - now_ns // 1000


def gate(of, pin):
    """Shots of this gate at its pin: `shots`, (from, to) of each; `since`: the last one's."""
    return of.machine.model


def train(hal):
    """Steps at the pin of the drive: `steps`, when each came, and their `period`."""
    return hal.train.machine.model


def begin_anew(hal):
    """As after power-up."""
    machines.clear()
    channels.clear()
    watchers.clear()
    _events.clear()
    drivers.clear()
    globals()["fed_ns"] = None
    levels[:] = [0] * 30


def wait(ns):
    """Let time pass."""
    global now_ns
    end = now_ns + ns
    while _events and _events[-1][0] <= end:
        when, _, what = _events.pop()
        now_ns = max(now_ns, when)
        _bite()
        what()
    now_ns = max(now_ns, end)
    _bite()


def sleep(most_ns):
    """Wait for the next event, but not for longer."""
    wait(min(most_ns, max(1, _events[-1][0] - now_ns)) if _events else most_ns)


def _bite():
    if fed_ns is not None and now_ns - fed_ns > watchdog_ns:
        if bite:
            bite()
        raise Reset


def drive(pin, level):
    """A level on a pin, from outside or from the chip. Returns when."""
    if levels[pin] == level:
        return now_ns
    levels[pin] = level
    for watched, tell in list(watchers):
        if watched == pin:
            tell(level)
    return now_ns


def turn(first, second, counts, each_ns=2000):
    """Turn an encoder by so many counts; the first channel leads forward."""
    way = 1 if counts > 0 else -1
    order = (0, 1, 3, 2)
    for _ in range(abs(counts)):
        here = order.index(levels[first] | levels[second] << 1)
        there = order[(here + way) % 4]
        drive(first, there & 1)
        drive(second, there >> 1)
        wait(each_ns)


def outputs_are_off():
    """Does no pin drive high, and are the outputs of the chain off?"""
    high = [
        pin
        for pin, how in drivers.items()
        if (duty[pin] if how == "pwm" else levels[pin]) and pin not in HARMLESS
    ]
    return not high and not chain_out


def soft_reset():
    """The interpreter begins anew; PIO, DMA and PWM go on, timers and pin interrupts do not."""
    _events[:] = [event for event in _events if not hasattr(event[2], "timer")]
    watchers[:] = [row for row in watchers if not hasattr(row[1], "interrupt")]
