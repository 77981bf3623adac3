# Runs on MicroPython: boot.py and main.py on a fake board, one case by name, or `list`.
# Arguments: folder with boot.py and main.py, folder for the board's files, case.
import gc
import json
import os
import sys
import time

import record

FIRMWARE, ROOT = sys.argv[1:3]
ROOMS = ("hal", "start", "controller", "store", "link")
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def reset(power_on=False):
    """What the interpreter does after a reset. Returns what happened, and how main.py ended."""
    record.calls.clear()
    record.power_on = power_on
    record.root = ROOT
    for name in list(sys.modules):
        if name.split(".")[0] in ROOMS:
            del sys.modules[name]
    gc.collect()
    ended = None
    for file in ("boot.py", "main.py"):
        with open(FIRMWARE + "/" + file) as lines:
            text = lines.read()
        try:
            exec(text, {"__name__": "__main__"})
        except BaseException as error:
            ended = error
            break
    assert record.calls[-1] == "off", record.calls
    return list(record.calls), ended


def kept(name):
    from store.store import Store

    return Store(ROOT + "/data").read(name, {})


def crash(app):
    raise ValueError("a fault of the machine")


def last_off_after(calls, what):
    """Nothing but `off` may come right after `what`."""
    return calls[calls.index(what) + 1] == "off"


@case
def off_comes_first():
    calls, _ = reset(True)
    assert calls[:2] == ["off", "alone"], calls
    assert calls[2] == "off", calls  # main.py may be started alone


@case
def a_run_that_ends_leaves_the_board_off_and_in_order():
    calls, ended = reset(True)
    assert ended is None, ended
    at = calls.index("built")
    assert calls[3:at] == ["cause", "pin"], calls
    assert calls[at : at + 4] == ["built", "deaf", "watched", "started"], calls
    assert calls[at + 4 : at + 6] == ["runs", "deaf"], calls
    assert calls[at + 6 :] == ["off", "alone", "listens", "off"], calls
    assert kept("start").get("running", 0) == 0


@case
def the_run_is_written_down_before_it_begins():
    record.run = lambda app: record.put(str(kept("start")["running"]))
    calls, _ = reset(True)
    assert calls[calls.index("runs") + 1] == "1", calls


@case
def what_checks_files_is_unloaded_before_the_run():
    def run(app):
        loaded = [name for name in sys.modules if name.startswith("controller.")]
        record.put(" ".join(sorted(loaded)))
        import controller

        assert not hasattr(controller, "schema")

    record.run = run
    calls, ended = reset(True)
    assert ended is None, ended
    loaded = calls[calls.index("runs") + 1]
    for name in ("config", "schema", "wording", "feasible", "tables"):
        assert "controller." + name not in loaded.split(), loaded
    assert "controller.app" in loaded


@case
def what_is_loaded_to_check_a_recipe_is_given_back():
    def run(app):
        from start.run import Kept

        kept = Kept(ROOT)
        used = []
        for mold in ("foot_L", "hand_M") * 3:
            gc.collect()
            before = gc.mem_alloc()
            assert kept.take(app, mold, {}) == ""
            gc.collect()
            used.append(gc.mem_alloc() - before)
            assert "controller.config" not in sys.modules
        assert max(used[2:]) < 500, used
        from controller import config  # noqa: F401

        gc.collect()
        assert gc.mem_alloc() - before > 5000  # what was given back each time

    record.run = run
    calls, ended = reset(True)
    assert ended is None and "restart" not in calls, (ended, kept("crash"))


@case
def a_crash_is_off_first_then_kept_then_a_restart():
    record.run = crash
    calls, ended = reset(True)
    assert ended is None, ended
    assert last_off_after(calls, "runs"), calls
    assert calls[calls.index("restart") :] == ["restart", "listens", "off"], calls
    last = kept("crash")
    assert "ValueError: a fault of the machine" in last["text"], last
    assert "in crash" in last["text"] and "in main" in last["text"], last
    assert last["n"] == 1 and last["state"] == 9  # Aborted
    assert kept("start") == {"running": 0, "crashes": 1}


@case
def the_last_crash_outlives_good_starts():
    record.run = crash
    reset(True)
    record.run = None
    reset()
    reset(True)
    assert "a fault of the machine" in kept("crash")["text"]


@case
def a_loop_of_crashes_is_held_until_power_comes_back():
    record.run = crash
    for n in (1, 2, 3):
        calls, _ = reset(n == 1)
        assert "restart" in calls
        assert kept("start")["crashes"] == n
    for _ in (1, 2):
        calls, ended = reset()
        assert "built" not in calls and ended is None, calls
        assert "restart" not in calls
        assert kept("start") == {"running": 0, "crashes": 3}
    record.run = None
    calls, _ = reset(True)
    assert "runs" in calls
    assert kept("start") == {"running": 0, "crashes": 0}


@case
def a_crash_after_a_long_run_begins_a_new_row():
    record.run = crash
    reset(True)
    reset()

    def late(app):
        from hal.rp2 import board

        board.since_ms = lambda ticks: 600000
        crash(app)

    record.run = late
    reset()
    assert kept("start")["crashes"] == 1, kept("start")


@case
def out_of_memory_is_a_crash_like_any_other():
    def eat(app):
        eaten = []
        while True:
            eaten.append(bytearray(512))

    record.run = eat
    calls, ended = reset(True)
    assert ended is None, ended
    assert last_off_after(calls, "runs"), calls
    assert "MemoryError" in kept("crash")["text"]
    assert "restart" in calls


@case
def a_run_that_nobody_ended_counts_unless_power_was_cut():
    from store.store import Store

    reset(True)
    for power_on, crashes in ((False, 1), (False, 1), (True, 0)):
        # What a watchdog leaves behind: the run was written down, its end was not.
        Store(ROOT + "/data").write("start", {"running": 1, "crashes": 0})
        reset(power_on)
        assert kept("start") == {"running": 0, "crashes": crashes}, kept("start")
    assert kept("crash")["n"] == 2
    assert "watchdog" in kept("crash")["text"]


@case
def ctrl_c_gives_the_repl_with_outputs_off_in_every_state_and_mode():
    for mode in (1, 2, 3, 4, 6, 7):
        for state in range(1, 18):

            def run(app):
                app.unit.state = state
                app.unit.mode = mode
                raise KeyboardInterrupt

            record.run = run
            calls, ended = reset(True)
            assert ended is None, ended
            assert last_off_after(calls, "runs"), calls
            assert "restart" not in calls
            assert kept("start") == {"running": 0, "crashes": 0}
            assert calls[-4:] == ["off", "alone", "listens", "off"], calls


@case
def ctrl_c_twice_is_off_all_the_same():
    def run(app):
        record.off_fails = [KeyboardInterrupt()]
        raise KeyboardInterrupt

    record.run = run
    calls, ended = reset(True)
    assert isinstance(ended, KeyboardInterrupt)
    assert calls[-2:] == ["off", "off"], calls


@case
def system_exit_is_off_first_and_goes_on():
    def run(app):
        sys.exit(0)

    record.run = run
    calls, ended = reset(True)
    assert isinstance(ended, SystemExit), ended
    assert last_off_after(calls, "runs"), calls
    assert kept("start") == {"running": 0, "crashes": 0}


@case
def the_safe_mode_pin_runs_nothing():
    record.pin_low = True
    for power_on in (True, False):
        calls, ended = reset(power_on)
        assert ended is None and "built" not in calls, calls
    assert "controller.app" not in sys.modules
    assert kept("start").get("running", 0) == 0


@case
def the_safe_mode_pin_wins_over_a_loop_of_crashes():
    record.run = crash
    for _ in range(3):
        reset()
    record.pin_low = True
    reset()
    record.pin_low = False
    calls, _ = reset()
    assert "built" not in calls


@case
def an_unusable_file_is_one_line_and_no_crash():
    path = ROOT + "/machine.json"
    with open(path) as file:
        good = file.read()
    data = json.loads(good)
    data["press"]["lower_max_ms"] = 20
    texts = (json.dumps(data), good[:100], None)
    for text in texts:
        os.remove(path)
        if text:
            with open(path, "w") as file:
                file.write(text)
        calls, ended = reset(True)
        assert ended is None and "started" not in calls, calls
        assert "restart" not in calls
        assert kept("start") == {"running": 0, "crashes": 0}
        assert kept("crash") == {}
        if text is None:
            with open(path, "w") as file:
                file.write(good)
    calls, _ = reset(True)
    assert "runs" in calls


@case
def a_key_that_nobody_reads_is_refused():
    record.reads_profiles = False
    calls, ended = reset(True)
    assert ended is None and "built" in calls and "started" not in calls, calls
    assert "restart" not in calls


@case
def the_recipe_that_was_chosen_is_loaded():
    from store.store import Store

    Store(ROOT + "/data").write("recipe", {"mold": "hand_M"})
    record.run = lambda app: record.put(app.recipe)
    calls, _ = reset(True)
    assert calls[calls.index("runs") + 1] == "hand_M", calls


@case
def a_store_that_cannot_be_written_stops_nothing():
    with open(ROOT + "/data", "w") as file:
        file.write("no folder")
    calls, ended = reset(True)
    assert ended is None and "runs" in calls, calls
    record.run = crash
    calls, ended = reset()
    assert ended is None and "restart" in calls, calls


@case
def a_real_ctrl_c():
    def run(app):
        print("running")
        while True:
            time.sleep_ms(1)

    record.run = run
    calls, ended = reset(True)
    assert ended is None, ended
    assert last_off_after(calls, "runs"), calls
    assert kept("start") == {"running": 0, "crashes": 0}


if sys.argv[3] == "list":
    print(" ".join(sorted(CASES)))
else:
    CASES[sys.argv[3]]()
    print("passed")
