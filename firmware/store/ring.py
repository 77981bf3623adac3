"""A bounded history of rows in the store: alarms, audit. Called in idle context.

The rows lie in a few records of bounded size, used in turn. A row that is appended rewrites the
record at the head; a full one makes the eldest record the new head.
"""

import json


class Ring:
    def __init__(self, store, name, records=4, most=480):
        self.store = store
        self.name = name
        self.records = records
        self.most = most  # bytes of the rows of one record; up to 480 littlefs needs no block
        self._head = -1  # which record is the head, -1: not looked for yet
        self._first = 0  # number of its first row
        self._rows = []

    def rows(self):
        """All rows, eldest first, as (number, row). A lost record leaves a gap in the numbers."""
        return [(first + at, row) for first, _, rows in self._all() for at, row in enumerate(rows)]

    def append(self, row):
        """Keep one row, a list of integers and texts. All or nothing."""
        if self._head < 0:
            held = self._all()
            if held:
                self._first, self._head, self._rows = held[-1]
        rows = self._rows + [row]
        head, first = max(self._head, 0), self._first
        if self._rows and len(json.dumps(rows)) > self.most:
            head, first, rows = (head + 1) % self.records, first + len(self._rows), [row]
        self.store.write(f"{self.name}-{head}", {"first": first, "rows": rows})
        self._head, self._first, self._rows = head, first, rows

    def _all(self):
        found = []
        for at in range(self.records):
            record = self.store.read(f"{self.name}-{at}")
            if record:
                found.append((record["first"], at, record["rows"]))
        return sorted(found)
