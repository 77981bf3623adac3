"""Codes of the events in the journal: the only record, on the board and in the simulator.

An event is (t_us, what, value); `what` is source << 8 | kind. Sequences use source 32 and up, one
for each table, with the row's number as kind.
"""

from micropython import const

# app
BOOT = const(0x0100)  # value: firmware version
INPUT = const(0x0101)  # fast inputs changed: di
INPUT_X = const(0x0102)  # slow inputs changed: dx
OUTPUT = const(0x0103)  # outputs changed: do
SCAN_FAULT = const(0x0104)  # parts did not come to rest in one scan
DENIED = const(0x0105)  # an interlock took these outputs away: do bits
# packml
STATE = const(0x0200)
MODE = const(0x0201)
COMMAND = const(0x0202)  # an accepted command
REFUSED = const(0x0203)  # a command that state or mode does not allow
# alarms
RAISED = const(0x0300)
CLEARED = const(0x0301)
STOP_REASON = const(0x0302)  # the first alarm since the last start
FIRST_OUT = const(0x0303)  # the first of its group, until none of those that stop is active
ACKNOWLEDGED = const(0x0304)  # code | role << 8
SHELVED = const(0x0305)  # code | role << 8 | minutes << 12; 0 minutes: out of service
BACK = const(0x0306)  # from either, code | role << 8; role 0: its time was over
CHATTERED = const(0x0307)  # at its end: code | how often it had come or gone << 8, 255 at most
# horn: one record a weld, WELD_END last
WELD_US = const(0x0400)
WELD_MJ = const(0x0401)
WELD_PEAK_PM = const(0x0402)
WELD_VERDICT = const(0x0403)  # verdict | reason bits << 4
WELD_END = const(0x0404)  # image.END_*
WELD_HORN = const(0x0405)  # the record that follows is of this horn, 2 .. 4; without: horn 1
WELD_DF_HZ = const(0x0406)  # in the record, where it is known: change of the frequency
AIR_US = const(0x0407)  # a shot in air, before contact or after the weld, was on so long
# feed
MARK_UM = const(0x0500)  # how far the web has still to go when the index has ended
REGISTRATION_UM = const(0x0501)  # what is left after the trim
MARK_MISSED = const(0x0502)  # consecutive indexes without a mark in the window
SPLICE_WELD = const(0x0503)  # the piece that is welded here carries a splice; value: web_pos
# conveyor: value is the piece's serial number
PIECE_MADE = const(0x0600)
PIECE_ON = const(0x0601)  # handed to the belt
PIECE_GOOD = const(0x0602)  # counted at the eye, by verdict
PIECE_SUSPECT = const(0x0603)
PIECE_REJECT = const(0x0604)
PIECE_LOST = const(0x0605)  # expected at the eye and not seen
PIECE_EXTRA = const(0x0606)  # seen at the eye and not expected; value: how many so far
BELT_PM = const(0x0607)  # the speed loop moved its set-point
PIECE_PARTNER = const(0x0608)  # a good one went out at the gate with its partner, as a reject
PIECE_THROWN = const(0x0609)  # a good one went out by itself, and counts as a reject
# stacker, order
BATCH = const(0x0900)  # a batch is complete; value: its pieces, or pairs
ORDER = const(0x0901)  # the order is complete; value: its good pieces
# pacing
LATE_US = const(0x0700)  # how late a stroke begins against its grid
# statistics
MOLD = const(0x0B00)  # at start and when a recipe is loaded: code of the mold it is for

# sequences: source 32 + number of the table
SEQUENCE = const(0x2000)
ROW_ENDED = const(0)  # kinds 0 .. 199: row k has ended, value: its time in µs
SEQ_BEGIN = const(200)
SEQ_END = const(201)  # value: time of the whole sequence in µs
SEQ_TIMEOUT = const(202)  # value: row
SEQ_CANCEL = const(203)  # value: row
