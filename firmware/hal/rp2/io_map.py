"""Checks io.json, which signal is at which pin. Read once at start, on the board and on the host.

A place is a pin, "gp7", or a bit of the shift-register chain, "chain 3"; with "not" before it the
signal is there when the level is low. What can be where is that of a Raspberry Pi Pico or Pico 2.
"""

import json

from controller import signals
from controller import wording as say
from controller.config import ConfigError

CHAIN_BITS = 24  # three chips of eight
SAFE_MODE = 22  # board.py reads this pin before any file

# Device, and what its pin has to be: anything, = not to be turned round, 4n+k one that the SPI
# has there, adc. The first ones a machine may be without.
OPTIONAL = "feed_dir mark_eye amplitude= belt_speed="
NEEDED = (
    "sonics_on= feed_step= web_a= web_b= belt_a= belt_b= power_monitor=adc chain_clock=4n+2 "
    "chain_out=4n+3 chain_in=4n+0 chain_load= chain_latch= chain_enable="
)
DIRECT = ("SAFETY_OK", "TRIGGER", "GEN_OVERLOAD", "PIECE_EYE")  # PIO or an interrupt sees them

# What no pin by itself can be wrong in: two devices, bits in which their pins may not differ, or
# have to, and how that is said
_PAIRS = (
    ("chain_clock", "chain_out", 8, 0, "on the SPI of"),
    ("chain_clock", "chain_in", 8, 0, "on the SPI of"),
    ("amplitude", "belt_speed", 15, 1, "on another PWM than"),
)


class Places:
    """A checked file: watchdog_ms; `at`, name -> (pin or bit of the chain, 1 if low means on);
    `di`, `dx` and `do` as `_Check.rows` makes them."""


def read(root, file="io.json"):
    """The places of the file on the board. Raises ConfigError."""
    try:
        with open(f"{root}/{file}") as lines:
            return check(json.load(lines), file)
    except OSError:
        raise ConfigError(file, "", "cannot be read. Copy it to the board.")
    except ValueError:
        raise ConfigError(file, "", "is not JSON. Mend it, or copy it to the board again.")


def check(data, file):
    """The places of `data` (parsed JSON); `file` is its name in errors. Raises ConfigError."""
    return _Check(file).places(data)


class _Check:
    def __init__(self, file):
        self.file = file
        self.at = {}
        self.users = {}  # place -> key that has it

    def fail(self, key, wrong):
        raise ConfigError(self.file, key, wrong)

    def keys(self, section, prefix, known, optional=()):
        if not isinstance(section, dict):
            self.fail(prefix[:-1], say.shown(section) + " is not an object.")
        for key in sorted(section):
            if key not in known:
                way = say.instead(prefix + key, [prefix + each for each in known])
                self.fail(prefix + say.plain(key), "is not a key of this file. " + way)
        for key in known:
            if key not in section and key not in optional:
                self.fail(prefix + key, 'is missing. Write its place: "gp7" or "chain 3".')

    def places(self, data):
        self.keys(data, "", ("board", "pins", "inputs", "outputs"))
        self.keys(data["board"], "board.", ("watchdog_ms",))
        timeout = data["board"]["watchdog_ms"]
        if not isinstance(timeout, int) or not 100 <= timeout <= 8388:
            wrong = say.shown(timeout) + " is not a whole number from 100 to 8388."
            self.fail("board.watchdog_ms", wrong)
        optional = [each.split("=")[0] for each in OPTIONAL.split()]
        rows = (OPTIONAL + " " + NEEDED).split()
        known = [each.split("=")[0] for each in rows]
        pins = data["pins"]
        self.keys(pins, "pins.", known, optional)
        for row in rows:
            name = row.split("=")[0]
            if name in pins:
                self.take("pins", name, pins[name], row[len(name) :] or "any")
        places = Places()
        places.watchdog_ms = timeout
        places.at = self.at
        names = [name for name, _ in signals.DI + signals.DX]
        self.keys(data["inputs"], "inputs.", names)
        self.keys(data["outputs"], "outputs.", [name for name, _ in signals.DO])
        places.di = self.rows("inputs", data, signals.DI)
        places.dx = self.rows("inputs", data, signals.DX)
        places.do = self.rows("outputs", data, signals.DO)
        self.together()
        return places

    def rows(self, section, data, table):
        """(bit, pin or bit of the chain, low): those on pins, and those on the chain"""
        rows = ([], [])
        for name, bit in table:
            kind = "=low" if name == "GEN_OVERLOAD" else ""
            number, low, chained = self.take(section, name, data[section][name], kind)
            rows[chained].append((bit, number, low))
        return rows

    def take(self, section, name, text, kind=""):
        """Note one place, if it can be and nobody else has it."""
        words = text.split() if isinstance(text, str) else []
        low = 1 if words[:1] == ["not"] else 0
        words = words[low:]
        chained = 1 if words[:1] == ["chain"] else 0
        digits = words[-1] if len(words) == 1 + chained else ""
        if not chained:
            digits = digits[2:] if digits.startswith("gp") else ""
        wrong = ""
        if not digits.isdigit() or len(digits) > 2:
            wrong = 'is not a place. Write "gp7", "chain 3", or "not" before one of them'
            digits = "0"
        elif chained and (kind or name in DIRECT):
            wrong = "is on the chain; a timed device needs a pin. Write gp0 to gp28"
        number = int(digits)
        place = ("chain of " + section if chained else "gp", number)
        if not wrong:
            wrong = self.unfit(number, kind, low, chained) or (
                f"has {self.users[place]} already. Give each its own"
                if place in self.users
                else ""
            )
        key = section + "." + name
        if wrong:
            self.fail(key, say.shown(text) + " " + wrong + ".")
        self.users[place] = key
        self.at[name] = (number, low)
        return number, low, chained

    def unfit(self, number, kind, low, chained):
        if chained:
            return "is above chain 23" if number >= CHAIN_BITS else ""
        if number == SAFE_MODE:
            return "is kept for safe mode"
        if number > 28 or 22 < number < 26:
            return "is not one of gp0 to gp22 and gp26 to gp28"
        if kind == "=low" and not low:
            return f'would not see a broken wire. Make low mean it, and write "not gp{number}"'
        if low and kind[:1] == "=" and kind != "=low":
            return 'cannot be turned round. Write it without "not"'
        if kind == "=adc" and number < 26:
            return "cannot measure: gp26 to gp28 can"
        if kind[:2] == "=4" and number & 3 != int(kind[-1]):
            return f"has no such line of the SPI: gp{kind[-1]} has, and each fourth from there"
        return ""

    def together(self):
        at = self.at
        for one, other in (("web_a", "web_b"), ("belt_a", "belt_b")):
            if abs(at[one][0] - at[other][0]) != 1:
                self.apart(one, other, "beside")
        for one, other, bits, differ, how in _PAIRS:
            if one in at and other in at:
                if bool((at[one][0] ^ at[other][0]) & bits) != bool(differ):
                    self.apart(one, other, how)

    def apart(self, one, other, how):
        at = self.at
        wrong = f"gp{at[other][0]} is not {how} gp{at[one][0]} (pins.{one}). Change one of them."
        self.fail("pins." + other, wrong)
