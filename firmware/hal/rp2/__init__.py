"""HAL of Raspberry Pi Pico and Pico 2. Imports nothing by itself: `off` must load whatever fails.

`Hal` is called by start.run with the built controller, idle context.
"""


def Hal(app, settings, places=None):
    """The HAL for `app`; `places` of io.json, which is read here if they are not given.

    Raises controller.config.ConfigError when io.json or a speed of the feed is unusable.
    """
    if places is None:
        places = read_places()
    from hal.rp2.hal import Hal

    return Hal(app, settings, places)


def read_places(file="io.json"):
    """Checked places of the file on the board. What checks them is forgotten again."""
    import json
    import sys

    from controller.config import ConfigError
    from hal.rp2 import board, io_map

    try:
        with open(board.ROOT + "/" + file) as lines:
            places = io_map.check(json.load(lines), file)
    except OSError:
        raise ConfigError(file, "", "cannot be read. Copy it to the board.")
    except ValueError:
        raise ConfigError(file, "", "is not JSON. Mend it, or copy it to the board again.")
    sys.modules.pop("hal.rp2.io_map", None)
    return places
