# Fake: the board as `record` says it is.
import time

import record

ROOT = record.root


def power_on():
    record.put("cause")
    return record.power_on


def safe_mode():
    record.put("pin")
    return record.pin_low


def alone(on):
    record.put("alone" if on else "watched")


def ctrl_c(on):
    record.put("listens" if on else "deaf")


def ticks_ms():
    return time.ticks_ms()


def since_ms(ticks):
    return time.ticks_diff(time.ticks_ms(), ticks)


def restart():
    record.put("restart")


def identity():
    return "fake", 6


def seconds():
    return int(time.time())
