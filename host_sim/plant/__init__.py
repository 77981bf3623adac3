"""The machine's physics: press, generator, web, belt, safety chain. Knows no controller.

A plant is given a SimPy clock, an input image to write into, and a callable that it calls when it
has written. It is told output levels and device requests. See machine.py.
"""

from .machine import Plant
from .parameters import PlantParameters
from .streams import Streams

__all__ = ["Plant", "PlantParameters", "Streams"]
