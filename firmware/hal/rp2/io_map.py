"""Checks io.json, which signal is at which pin. Read once at start, on the board and on the host.

A place is a pin, "gp7", or a bit of the shift-register chain, "chain 3"; with "not" before it the
signal is there when the level is low. What can be where is that of a Raspberry Pi Pico or Pico 2.

schema.txt says of each what its place needs: c may be on the chain, = not to be turned round, - to
be turned round, a analog, 0 to 3 the line that the SPI has on each fourth pin, ? may be missing;
and of a signal its word in the image, d x or o, where it has the next bit; m is the mark sensor.
"""

from controller.config import check as check_file
from controller.schema import ConfigError, Schema

CHAIN_BITS = 48  # six chips of eight
SAFE_MODE = 22  # board.py reads this pin before any file

# What no pin by itself can be wrong in: two devices, bits in which their pins may not differ, or
# have to, and how that is said
_PAIRS = (
    ("chain_clock", "chain_out", 8, 0, "on the SPI of"),
    ("chain_clock", "chain_in", 8, 0, "on the SPI of"),
    ("link_tx", "link_rx", 30, 0, "beside"),
    ("amplitude", "belt_speed", 15, 1, "on another PWM than"),
)


class Places:
    """A checked file: watchdog_ms; `at`, name -> (pin or bit of the chain, 1 if low means on);
    `di`, `dx` and `do`: rows of those on pins, and of those on the chain, each (bit, pin or bit
    of the chain, 1 if low means on)."""

    def __init__(self):
        self.at = {}
        self.di = [], []
        self.dx = [], []
        self.do = [], []


def check(data, file, needs=None):
    """The places of `data` (parsed JSON); `file` is its name in errors. Raises ConfigError.

    needs: bits of each word that this machine's stations cannot do without (`Bus.needs`).
    """
    values = check_file(IO_SCHEMA, data, file).values
    places = Places()
    places.watchdog_ms = values["board.watchdog_ms"]
    words = {"d": places.di, "x": places.dx, "o": places.do}
    bits = {"d": 1, "x": 1, "o": 1, "m": 1}
    users = {}  # place -> key that has it
    for key, _, fit, *_ in IO_SCHEMA.read()[0][1:]:
        section, name = key.split(".")
        word = fit[0]
        bit = bits.get(word, 0)
        bits[word] = 2 * bit
        if key not in values:
            if needs and (needs.get(word, 0) & bit or name in needs.get("p", ())):
                wrong = "is missing, and a station of this machine needs it. Add its place."
                raise ConfigError(file, key, wrong)
            continue
        number, low, chained = values[key]
        place = (section if chained else "", number)
        if place in users:
            had = f"chain {number}" if chained else f"gp{number}"
            wrong = f'"{had}" has {users[place]} already. Give each its own.'
            raise ConfigError(file, key, wrong)
        users[place] = key
        places.at[name] = (number, low)
        if word in words:
            words[word][chained].append((bit, number, low))
    return places


def _place(needs, text):
    """(number, 1 if low means on, 1 if on the chain), or what is wrong."""
    words = text.split() if isinstance(text, str) else []
    low = 1 if words[:1] == ["not"] else 0
    words = words[low:]
    chained = 1 if words[:1] == ["chain"] else 0
    digits = words[-1] if len(words) == 1 + chained else ""
    if not chained:
        digits = digits[2:] if digits.startswith("gp") else ""
    if not digits.isdigit() or len(digits) > 2:
        return 'is not a place. Write "gp7", "chain 3", or "not" before one of them'
    number = int(digits)
    return _unfit(needs, number, low, chained) or (number, low, chained)


def _unfit(needs, number, low, chained):
    if chained:
        if "c" not in needs:
            return "is on the chain; a timed device needs a pin. Write gp0 to gp28"
        return "is above chain 47" if number >= CHAIN_BITS else ""
    if number == SAFE_MODE:
        return "is kept for safe mode"
    if number > 28 or 22 < number < 26:
        return "is not one of gp0 to gp22 and gp26 to gp28"
    if "-" in needs and not low:
        return f'would not see a broken wire. Make low mean it, and write "not gp{number}"'
    if "=" in needs and low:
        return 'cannot be turned round. Write it without "not"'
    if "a" in needs and number < 26:
        return "cannot measure: gp26 to gp28 can"
    if needs[-1].isdigit() and number & 3 != int(needs[-1]):
        return f"has no such line: gp{needs[-1]} has, and each fourth from there"
    return ""


def _together(values, machine):
    """Pins that are right by themselves, and not with each other: (key, what is wrong)."""
    for one in ("web", "belt"):
        a, b = values[f"pins.{one}_a"][0], values[f"pins.{one}_b"][0]
        if abs(a - b) != 1:
            return _apart(f"{one}_a", a, f"{one}_b", "beside")
    for one, other, bits, differ, how in _PAIRS:
        a, b = values.get("pins." + one), values.get("pins." + other)
        if a and b and bool((a[0] ^ b[0]) & bits) != bool(differ):
            return _apart(one, a[0], other, how)
    return None


def _apart(one, pin, other, how):
    return f"pins.{other}", f"is not {how} gp{pin} (pins.{one}). Change one of them."


IO_SCHEMA = Schema("io", _together, _place)
