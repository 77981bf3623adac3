"""The table of the link, firmware/link/methods.txt: methods, tags and errors.

From it come the documentation, the host client and the help; the board reads the same file.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.roles import NOBODY, OPERATOR, SUPERVISOR, TECHNICIAN
from host_sim import FIRMWARE
from host_sim.errors import InputError

FILE = FIRMWARE / "link" / "methods.txt"
ROLES = {
    NOBODY: "anybody",
    OPERATOR: "operator",
    TECHNICIAN: "technician",
    SUPERVISOR: "supervisor",
}

MASK = "mask"  # the parameter that is given as names of tags

Value = int | float | str

_KINDS = {"n": "number", "t": "text", "v": "value"}


@dataclass(frozen=True)
class Param:
    """One parameter that a method is given.

    Attributes:
        kind: "number", "text" or "value" (either).
        least, most: bounds of a number, or of the letters of a text; 0 for a value.
        default: what is taken without it; None: it must be given.
    """

    name: str
    kind: str
    least: int = 0
    most: int = 0
    default: int | None = None

    @property
    def bounds(self) -> str:
        """As a reader wants it."""
        if self.kind == "value":
            return "a number or a text"
        what = f"{self.least} to {self.most}"
        return what if self.kind == "number" else f"{what} letters"

    def read(self, text: str) -> Value:
        """The value of a word of the command line.

        Raises:
            InputError: it is none, or out of bounds.
        """
        value: Value = text
        if self.kind != "text":
            for kind in (int, float):
                try:
                    value = kind(text)
                    break
                except ValueError:
                    continue
        wrong = ""
        if self.kind == "number" and not isinstance(value, int):
            wrong = "is not a whole number"
        elif self.kind != "value":
            measure = value if isinstance(value, int) else len(text)
            if not self.least <= measure <= self.most:
                wrong = "is out of bounds"
        if wrong:
            raise InputError(f"{self.name}={text}: {wrong}. Write {self.bounds}.")
        return value


@dataclass(frozen=True)
class Method:
    """One method.

    Attributes:
        role: who may call it, or any above.
        numbered: a command: its id is a whole number above that of the command before.
        params: those that are given; values that the table fixes are the board's affair.
        answer: names of its result in order; one with "..." stands for all there is.
    """

    name: str
    role: int
    numbered: bool
    params: tuple[Param, ...]
    answer: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Table:
    """The whole of it: methods by name, tags as (name, type), meanings of errors by code."""

    methods: dict[str, Method]
    tags: tuple[tuple[str, str], ...]
    errors: dict[int, str]

    def mask(self, names: Iterable[str]) -> int:
        """The bits of tags.

        Raises:
            InputError: there is no tag of that name.
        """
        known = [name for name, _ in self.tags]
        bits = 0
        for name in names:
            if name not in known:
                raise InputError(f"{name}: there is no such tag. Choose from {', '.join(known)}.")
            bits |= 1 << known.index(name)
        return bits

    def names(self, mask: int) -> list[str]:
        """Names of the tags whose bits are in `mask`, in the order of their values."""
        return [name for at, (name, _) in enumerate(self.tags) if mask >> at & 1]


def table() -> Table:
    """Read the file."""
    methods: dict[str, Method] = {}
    tags: list[tuple[str, str]] = []
    errors: dict[int, str] = {}
    part = ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("["):
            part = line.strip("[]")
        elif part == "methods" and line:
            method = _method(line)
            methods[method.name] = method
        elif part == "tags" and line:
            name, kind = line.split(" ")
            tags.append((name, kind))
        elif line:
            code, meaning = line.split(" ", 1)
            errors[int(code)] = meaning
    return Table(methods, tuple(tags), errors)


def _method(line: str) -> Method:
    name, role, _, params, answer, meaning = line.split(" ", 5)
    return Method(
        name,
        int(role[0]),
        role.endswith("!"),
        tuple(
            _param(each.split(":")) for each in params.split(",") if each.count(":") not in (0, 2)
        ),
        tuple(answer.split(",")) if answer != "-" else (),
        meaning,
    )


def _param(words: list[str]) -> Param:
    name, kind, *numbers = words
    return Param(name, _KINDS[kind], *map(int, numbers))


def usage(method: Method) -> str:
    """The method with its parameters, those that may be left out in brackets."""
    shown = [method.name]
    for param in method.params:
        word = f"{param.name}={'TAGS' if param.name == MASK else param.kind.upper()}"
        if param.kind == "number" and param.name != MASK:
            word = f"{param.name}={param.least}..{param.most}"
        shown.append(word if param.default is None else f"[{word}]")
    return " ".join(shown)


def markdown() -> str:
    """The table as a section of firmware/link/README.md."""
    made = table()
    lines = ["| method and parameters | who | answers | does |", "|---|---|---|---|"]
    for method in made.methods.values():
        who = ROLES[method.role] + (" †" if method.numbered else "")
        answer = ", ".join(method.answer)
        lines.append(f"| `{usage(method)}` | {who} | {answer} | {method.meaning} |")
    lines += ["", "† a command: its id is a whole number above that of the command before.", ""]
    lines += ["| code | means |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in made.errors.items()]
    lines += ["", "Tags by the number of their bit:", ""]
    lines += ["`" + "` `".join(f"{at} {name}" for at, (name, _) in enumerate(made.tags)) + "`"]
    return "\n".join(lines) + "\n"
