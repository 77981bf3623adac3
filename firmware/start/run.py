"""From outputs off to a running machine, and back to outputs off. Called by main.py, idle context.

Whatever ends a run, outputs are off before anything else is done about it. A crash is kept and the
board starts anew, until it has crashed too often in a row; everything else ends in the REPL.
"""

import gc
import io
import sys

from hal.rp2 import board
from start import decide
from start.kept import Kept

_SAID = (
    "",
    "Safe mode: nothing runs. Open the safe-mode pin and reset.",
    "Held after crashes: nothing runs. Read the record `crash`; power off and on to try again.",
)


class UnusableError(Exception):
    """A file is unusable. `str` is one line for an operator."""


def main(off):
    """Run the machine, if it may. Returns when the REPL is wanted."""
    kept = Kept(board.ROOT)
    running, crashes = kept.start()
    power_on = board.power_on()
    crashes = decide.crashes_before(crashes, running, power_on)
    if running and not power_on:
        kept.crash("Ended by the watchdog, or by a reset while the machine ran.", -1, -1)
    choice = decide.choose(crashes, board.safe_mode())
    kept.put(1 if choice == decide.RUN else 0, crashes)
    if choice != decide.RUN:
        print(_SAID[choice])
        return
    begun = board.ticks_ms()
    made = []
    error = None
    try:
        _run(kept, made)
    except BaseException as caught:
        off()
        error = caught
    board.ctrl_c(False)
    off()
    try:
        _ended(kept, error, board.since_ms(begun), made, crashes)
    finally:
        board.ctrl_c(True)


def _run(kept, made):
    hal = _build(kept, made)
    gc.collect()
    board.alone(False)
    hal.start()
    hal.run()


def _build(kept, made):
    """HAL and controller of the files on the board; `made` gets what is asked after the run."""
    from start import load

    try:
        settings, mold = load.settings(board.ROOT, *kept.recipe())
        from controller.app import App
        from hal.rp2 import io_map
        from hal.rp2.hal import Hal
        from hal.rp2.port import Port
        from link.link import Link

        app = App(settings, mold)
        made.append(app.unit)
        places = io_map.check(load.parsed(board.ROOT, "io.json"), "io.json", app.bus.needs)
        hal = Hal(app, settings, places)
        load.refuse_unread(settings)
        load.refuse_unread(mold)
    except load.ConfigError as error:
        raise UnusableError(str(error))
    records = None
    if kept.store:
        from start.records import Records

        records = Records(app, kept.store, board.ROOT, board)
        made.append(records)
        hal.on_service = records.service
    stream = Port(places)
    link = Link(app, stream, board, kept)

    def idle():
        if records:
            records.idle()
        return link.turn()

    hal.on_idle = idle
    # A line may hold any byte: over USB it is the link that hears Ctrl-C.
    board.ctrl_c(stream.checked)
    load.forget()
    return hal


def _ended(kept, error, ran_ms, made, crashes):
    """After a run: keep what is to be kept, with outputs off and all memory there is."""
    board.alone(True)
    state, mode = (made[0].state, made[0].mode) if made else (-1, 0)
    if len(made) > 1:
        made[1].keep()
    made.clear()
    gc.collect()
    if error is not None and not isinstance(error, (KeyboardInterrupt, SystemExit, UnusableError)):
        _crashed(kept, error, ran_ms, state, decide.crashes_after(crashes, ran_ms))
        return
    kept.put(0, crashes)
    if isinstance(error, SystemExit):
        raise error
    if isinstance(error, UnusableError):
        print(error)
    elif error and not decide.in_service(state, mode):
        print("Ctrl-C in PackML state", state, "ended production: outputs are off.")


def _crashed(kept, error, ran_ms, state, crashes):
    """Keep the traceback and begin anew."""
    text = io.StringIO()
    sys.print_exception(error, text)  # pyright: ignore - the stubs know no StringIO here
    text = text.getvalue()
    print(text)
    kept.crash(text, ran_ms, state)
    kept.put(0, crashes)
    board.restart()
