"""What the bits of signals.py are called, for the check of io.json and for people.

Read at start and on the host; a board forgets it before the machine runs.
"""


def _rows(names):
    """(name, bit) of each, in the order of the bits."""
    return tuple([(name, 1 << at) for at, name in enumerate(names.split())])


# Every name of a word with its bit, for HALs, files and people
DI = _rows(
    "SAFETY_OK GUARD_CLOSED PRESS_TOP PRESS_CLEAR PRESS_BOTTOM TRIGGER GEN_READY GEN_OVERLOAD "
    "FEED_READY FEED_IN_POS PIECE_EYE WEB_OK AIR_OK PRE_TRIGGER GROUND "
    "GEN2_READY GEN2_OVERLOAD GEN3_READY GEN3_OVERLOAD GEN4_READY GEN4_OVERLOAD "
    "PIECE_EYE2 REJECT_EYE"
)
DX = _rows(
    "BTN_START BTN_STOP BTN_RESET BTN_JOG KEY_SERVICE MOLD_CLAMPED "
    "MOLD_ID0 MOLD_ID1 MOLD_ID2 MOLD_ID3 MOLD_ID4 MOLD_PARITY BELT_READY "
    "ROLL_LOW ROLL2_LOW DANCER_HIGH DANCER_LOW DANCER2_HIGH DANCER2_LOW SPLICE STATIC_OK WASTE_OK "
    "PICK_HELD STACK_HOME STACK_FULL UPSTREAM_OK DOWNSTREAM_OK"
)
DO = _rows(
    "PRESS_DOWN PRESS_UP GEN_RESET BELT_RUN STATIC_BAR REWIND "
    "LIGHT_RED LIGHT_AMBER LIGHT_GREEN BUZZER SONICS_ENABLE FEED_ENABLE "
    "UNWIND ROLL_CHANGE PICK REJECT_GATE PUSHER BATCH_DONE WELD_SUSPECT WELD_REJECT"
)
