"""What the start keeps over a reset: whether a run goes on, crashes in a row, the last crash.

Called by run, idle context, with all outputs off. A store that cannot be written must keep no
machine from stopping and no engineer from the REPL: such a fault is printed and no more.
"""

import json
import os

from store.store import Store

_TEXT_MOST = 1500  # letters of a traceback, its end


class Kept:
    def __init__(self, root):
        self.root = root
        self.store = None
        try:
            self.store = Store(root + "/data")
        except Exception as error:
            print(error)

    def start(self):
        """(running, crashes) as the last start left them."""
        last = self._read("start")
        return last.get("running", 0), last.get("crashes", 0)

    def put(self, running, crashes):
        if self.start() != (running, crashes):
            self._write("start", {"running": running, "crashes": crashes})

    def crash(self, text, ran_ms, state):
        """Keep the last crash: traceback, how long it had run, PackML state (-1: none)."""
        n = self._read("crash").get("n", 0) + 1
        record = {"n": n, "ran_ms": ran_ms, "state": state, "text": text[-_TEXT_MOST:]}
        self._write("crash", record)

    def recipe(self):
        """Name of the recipe that was chosen last, or nothing; what was changed in it, by key."""
        last = self._read("recipe")
        return last.get("mold", ""), last.get("set", {})

    def molds(self):
        """Names of the mold files."""
        return sorted([name[:-5] for name in os.listdir(self.root + "/molds")])

    def file_of(self, mold):
        """What a mold's file has, and what was changed in it, by key."""
        with open(f"{self.root}/molds/{mold}.json") as file:
            return [json.load(file), self.recipe()[1]]

    def take(self, app, mold, changes):
        """Run this recipe from here on, after a power cut too; machine at rest. Returns what is
        wrong with it, or nothing."""
        from start import load

        try:
            machine, recipe = load.settings(self.root, mold, changes)
            self.store.write("recipe", {"mold": mold, "set": changes})  # pyright: ignore
            app.pacing.load(machine)
            app.load(recipe)
        except Exception as error:
            return str(error)
        finally:
            load.forget()
        return ""

    def pin_ok(self, role, pin):
        """Is this the PIN of a role? That of a machine on which none was chosen."""
        return pin == str(role) * 4

    def _read(self, name):
        try:
            return self.store.read(name, {})
        except Exception as error:
            print(error)
            return {}

    def _write(self, name, record):
        try:
            self.store.write(name, record)
        except Exception as error:
            print(error)
