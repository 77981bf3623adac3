"""Reads JSON files that people write, and says in one line what is wrong with one."""

import json
from pathlib import Path
from typing import Any, NoReturn

from controller.wording import plain
from host_sim import FIRMWARE
from host_sim.errors import InputError


def label(path: Path) -> str:
    """How errors name a file: shipped files by their place in firmware/, others as given."""
    try:
        return path.resolve().relative_to(FIRMWARE).as_posix()
    except (OSError, ValueError):  # lies elsewhere, or is no possible name
        return str(path)


def load_json(path: Path) -> Any:  # noqa: ANN401
    """Contents of a JSON file in UTF-8. NaN and infinities pass: who checks the keys names them.

    Raises:
        InputError: the file cannot be read, is no JSON, or has a key twice in one object.
    """
    name = label(path)
    text = _text(path, name)
    if not text.strip():
        raise InputError(f"{name}: is empty. Copy a shipped file and change it.")
    twice: list[_Twice] = []
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, twice))
        if twice:
            key = _place(data, twice[0]) or twice[0].key
            raise InputError(f"{name}: {plain(key)}: is given twice. Keep one of them.")
    except json.JSONDecodeError as error:
        raise InputError(
            f"{name}: line {error.lineno}, column {error.colno}: {error.msg}. Mend that line."
        ) from None
    except RecursionError:
        raise InputError(f"{name}: is nested too deeply. Sections hold values only.") from None
    except ValueError:
        # Python refuses to convert integers of thousands of digits.
        raise InputError(f"{name}: has a number of thousands of digits. Shorten it.") from None
    return data


def _text(path: Path, name: str) -> str:
    def refuse(what: str) -> NoReturn:
        raise InputError(f"{name}: {what}") from None

    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"byte {error.start} is not UTF-8. Save the file as UTF-8 text.")
    except FileNotFoundError:
        refuse("does not exist. Check the name.")
    except IsADirectoryError:
        refuse("is a folder. Name a file in it.")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        refuse(f"cannot be read: {reason}. Check the name and its permissions.")


class _Twice:
    """An object of the file in which a key is given twice."""

    def __init__(self, found: dict[str, Any], key: str) -> None:
        self.found = found
        self.key = key


def _object(pairs: list[tuple[str, Any]], twice: list[_Twice]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            twice.append(_Twice(found, key))
        found[key] = value
    return found


def _place(data: Any, twice: _Twice, above: str = "") -> str | None:  # noqa: ANN401
    """The key with its sections; None if a later object hides the one that has it twice."""
    if data is twice.found:
        return above + twice.key
    if isinstance(data, dict):
        for key, value in data.items():
            place = _place(value, twice, f"{above}{key}.")
            if place:
                return place
    return None
