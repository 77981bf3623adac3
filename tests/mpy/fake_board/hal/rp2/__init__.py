# Fake: the room of the board HAL.
