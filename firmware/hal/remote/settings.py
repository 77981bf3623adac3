"""Machine and mold file as they come over the line, and the controller made of them. Called by the
server before production, idle context; allocates."""

import gc
import json

from controller.app import App
from controller.config import check
from controller.schema import MACHINE_SCHEMA, MOLD_SCHEMA
from hal.remote import frames


class Files:
    def __init__(self):
        self.texts = [bytearray(), bytearray()]

    def take(self, which, block, size):
        """A piece of a file; an empty one begins it anew. Not 0: why it is refused."""
        if not (0 <= which <= 1 and 0 <= size <= frames.BLOCK_TEXT):
            return frames.CONTENTS_BAD
        if size:
            self.texts[which].extend(frames.get_text(block, size))
        else:
            self.texts[which] = bytearray()
        return 0

    def build(self):
        """The controller. Raises ConfigError and what a bad text raises; the files are dropped."""
        gc.collect()
        machine, mold = self.texts
        self.texts = [bytearray(), bytearray()]
        machine = check(MACHINE_SCHEMA, json.loads(machine), "machine")  # pyright: ignore
        mold = check(MOLD_SCHEMA, json.loads(mold), "mold", machine)  # pyright: ignore
        return App(machine, mold)
