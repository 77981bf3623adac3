"""HAL of Raspberry Pi Pico and Pico 2. Imports nothing: `off` must load whatever fails."""
