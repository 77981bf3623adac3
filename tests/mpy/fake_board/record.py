# What the fake board is told, and what was done to it, in order. Outlives a soft reset.
calls = []  # texts, the eldest first
root = ""
power_on = True
pin_low = False
reads_profiles = True  # the HAL reads its keys
off_fails = []  # exceptions that calls of off raise after switching, one each, then none
run = None  # what the machine does: called with the controller


def put(what):
    calls.append(what)
