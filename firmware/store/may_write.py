"""When flash may be written: an erase holds up every interrupt, for 45 ms and more.

Called in idle context before each write of store, ring or journal_file.
"""

from controller import signals as s


def may_write(inputs, outputs):
    """Are sonics off, press parked at top and not commanded down, and web still?

    Sonics: SONICS_ENABLE off, and the last shot asked for is over. Press: PRESS_TOP on,
    PRESS_DOWN off. Web: the last move asked for is over, and FEED_IN_POS on or FEED_ENABLE off
    (a drive without power is in no position).
    """
    di, do = inputs.di, outputs.do
    return (
        inputs.gate_done == outputs.gate_no
        and di & s.PRESS_TOP != 0
        and not do & (s.PRESS_DOWN | s.SONICS_ENABLE)
        and inputs.feed_done == outputs.feed_no
        and (di & s.FEED_IN_POS != 0 or not do & s.FEED_ENABLE)
    )
