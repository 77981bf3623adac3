"""Folding writes constants where they are used, and refuses what it might get wrong."""

from __future__ import annotations

import ast

import pytest

from host_sim.board.fold import FoldError, fold
from host_sim.board.tree import modules, reached

CODES = (
    "from micropython import const\n\nSTOP = const(3)\nGO = const(STOP << 2)\nLEAST = const(-1)\n"
)
SOURCES = {path: each.read_text("utf-8") for path, each in modules().items()}


def folded(user: str, codes: str = CODES) -> str:
    return fold({"room.codes": codes, "room.user": user})["room.user"]


def test_constants_of_another_file_become_numbers() -> None:
    user = "from room import codes\n\n\ndef f(x):\n    return x == codes.GO or x - codes.LEAST\n"
    assert folded(user) == "\n\n\ndef f(x):\n    return x == 12 or x - (-1)\n"


def test_imported_names_become_numbers_and_the_others_stay() -> None:
    codes = CODES + "\n\ndef act():\n    pass\n"
    user = "from room.codes import (\n    GO,\n    act,\n)\n\nact(GO)\n"
    assert folded(user, codes) == "from room.codes import act\n\n\n\n\nact(12)\n"


def test_lines_keep_their_numbers() -> None:
    for name, text in fold(SOURCES).items():
        assert text.count("\n") == SOURCES[name].count("\n"), name


def test_a_module_of_which_nothing_is_left_goes() -> None:
    assert set(fold({"room.codes": CODES})) == set()
    assert set(fold({"room.codes": CODES + "\nNAMES = ('a',)\n"})) == {"room.codes"}


def test_a_constant_of_constants_of_another_file() -> None:
    user = "from room import codes as c\n\n_BOTH = c.STOP | c.GO\nprint(_BOTH)\n"
    assert folded(user) == "\n\n\nprint(15)\n"


def test_what_is_no_integer_stays() -> None:
    user = "NAMES = ('a', 'b')\nRATIO = 4\nTABLE = tuple(NAMES)\nprint(TABLE, RATIO)\n"
    assert folded(user) == "NAMES = ('a', 'b')\n\nTABLE = tuple(NAMES)\nprint(TABLE, 4)\n"


def test_own_constants_in_f_strings_stay_as_they_are() -> None:
    user = "MOST = 4\nprint(f'{MOST}', MOST)\n"
    assert folded(user) == "MOST = 4\nprint(f'{MOST}', 4)\n"


@pytest.mark.parametrize(
    "user",
    [
        "from room.codes import GO\n\n\ndef f(GO):\n    return GO\n",
        "from room.codes import GO\n\nfor GO in range(3):\n    pass\n",
        "from room import codes\n\n\ndef f(codes):\n    return codes.GO\n",
        "from room import codes\n\nprint(f'{codes.GO}')\n",
        "import room.codes\n\nprint(room.codes.GO)\n",
        "MOST = 4\nMOST = 5\nprint(MOST)\n",
        "MOST = 4\n\n\nclass Box:\n    MOST = 5\n",
    ],
)
def test_what_it_might_get_wrong_is_refused(user: str) -> None:
    with pytest.raises(FoldError, match=r"room\.user"):
        folded(user)


def test_firmware_looks_up_no_constant_of_another_file_any_more() -> None:
    kept = fold(SOURCES, reached(SOURCES, ("boot", "main")))
    assert "controller.events" not in kept
    for name, text in kept.items():
        used = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
        assert not {"PRESS_DOWN", "EXECUTE", "SEQ_END", "END_TIME"} & used, name


def test_only_what_is_imported_is_reached() -> None:
    sources = {
        "boot": "from a import b\n",
        "a": "",
        "a.b": "def f():\n    import c\n",
        "c": "",
        "d": "import boot\n",
    }
    assert reached(sources, ["boot"]) == {"boot", "a", "a.b", "c"}
