"""An emulated Pico with a real MicroPython image in it, and the wires of a test around it."""
