"""What the start keeps over a reset: whether a run goes on, crashes in a row, the last crash.

Called by run, idle context, with all outputs off. A store that cannot be written must keep no
machine from stopping and no engineer from the REPL: such a fault is printed and no more.
"""

from store.store import Store

_TEXT_MOST = 1500  # letters of a traceback, its end


class Kept:
    def __init__(self, root):
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

    def mold(self):
        """Name of the recipe that was chosen last, or nothing."""
        return self._read("recipe").get("mold", "")

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
