"""Reads what a key of a file means, for the one line of an error. Called by main, idle context.

The texts lie in a file and not in code: a board that has lost it refuses just the same.
"""

KEYS = "/texts/keys.txt"


def meaning(key, path=KEYS):
    """The meaning of `key` ("press.lower_max_ms"), or nothing when there is no such line."""
    try:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(key + " "):
                    return line[len(key) + 1 :].strip()
    except OSError:
        pass
    return ""
