"""Requests and answers over a link: numbered, checked, sent again when the line garbled them."""

from array import array

from hal.remote import frames
from host_sim.errors import TargetError
from host_sim.remote.link import Link, SilentError, Words

TRIES = 4
SYNC_TRIES = 2
SYNCS = 2 * frames.BLOCK_SIZE // frames.SIZE  # a reader in the midst of a block is through with it
LOOKS = 4 * SYNCS + 2 * frames.BLOCK_SIZE  # frames or stray bytes looked at before an answer comes
AGAIN = (frames.GARBLED, frames.GARBLED_BLOCK)
WHY = {
    frames.UNKNOWN: "it does not know this request",
    frames.NOT_STARTED: "it was restarted meanwhile",
    frames.CONTENTS_BAD: "a number is out of bounds",
}


class Session:
    """Stop and wait: one request, one answer.

    A request that was garbled is refused by the other side and has changed nothing there; one
    whose answer was garbled is sent again under its number, and the other side answers as before.

    Attributes:
        words: the request; fill words[2:13] before `exchange`.
        block: the block that follows a request, for kinds that have one; fill its first 256 words.
        answer: the last answer.
        answer_block: the block that followed it.
        garbled: answers that came garbled or not at all, so far.
        refused: requests that the other side found garbled, so far.
    """

    def __init__(self, link: Link, name: str) -> None:
        self.link = link
        self.name = name
        self.words = _words(frames.WORDS)
        self.words[0] = frames.MAGIC
        self.block = _words(frames.BLOCK_WORDS)
        self.answer = _words(frames.WORDS)
        self.answer_block = _words(frames.BLOCK_WORDS)
        self.garbled = 0
        self.refused = 0
        self._answer_bytes = memoryview(self.answer).cast("B")
        self._block_bytes = memoryview(self.answer_block).cast("B")
        self._number = 0
        self._syncs = 0

    def exchange(self, kind: int, block: bool = False, answer_block: bool = False) -> Words:
        """Send `words` (and `block`) as this kind; the answer, whose contents begin at 2.

        Raises:
            TargetError: the other side has crashed, refuses, or does not answer.
            ClosedError: it has gone.
        """
        words, answer = self.words, self.answer
        number = self._number = self._number % frames.NUMBERS + 1
        words[1] = wanted = kind | number << 8
        frames.seal(words, frames.SUM)
        if block:
            frames.seal(self.block, frames.BLOCK_SUM)
        for _ in range(TRIES):
            self.link.send(words)
            if block:
                self.link.send(self.block)
            try:
                if self._receive():
                    if answer[1] == wanted:
                        if not answer_block or self._receive_block():
                            return answer
                    elif answer[1] & 0xFF == frames.CRASHED:
                        self._crashed()
                    elif answer[1] & 0xFF == frames.REFUSED:
                        self._refused()
                        self.synchronise()
                        continue
            except SilentError:
                pass
            self.garbled += 1
            self.synchronise()
        raise TargetError(
            f"{self.name}: {TRIES} times no sound answer to one request. Check the cable."
        )

    def synchronise(self) -> None:
        """Bring both sides to the beginning of a frame.

        Raises:
            TargetError: no answer at all.
        """
        for _ in range(SYNC_TRIES):
            if self._synchronised():
                return
        raise TargetError(
            f"{self.name}: does not answer. Start hal.remote.main there, and check the cable."
        )

    def _synchronised(self) -> bool:
        sync = _words(frames.WORDS)
        self._syncs += 1
        sync[0], sync[1], sync[2] = frames.MAGIC, frames.SYNC, self._syncs
        for left in reversed(range(SYNCS)):
            sync[3] = left
            frames.seal(sync, frames.SUM)
            self.link.send(sync)
        window = self._answer_bytes
        try:
            self.link.receive(window)
            for _ in range(LOOKS):
                if not self._sound():
                    window[:-1] = window[1:]
                    self.link.receive(window[-1:])
                    continue
                if self.answer[1] & 0xFF == frames.CRASHED:
                    self._crashed()
                if self.answer[1:4] == sync[1:4]:
                    return True
                self.link.receive(window)
        except SilentError:
            pass
        return False

    def _receive(self) -> bool:
        self.link.receive(self._answer_bytes)
        return self._sound()

    def _sound(self) -> bool:
        return self.answer[0] == frames.MAGIC and frames.sound(self.answer, frames.SUM)

    def _receive_block(self) -> bool:
        self.link.receive(self._block_bytes)
        return frames.sound(self.answer_block, frames.BLOCK_SUM)

    def _refused(self) -> None:
        self.refused += 1
        why = self.answer[3]
        if why not in AGAIN:
            raise TargetError(
                f"{self.name}: a request was refused: {WHY.get(why, f'reason {why}')}."
            )

    def _crashed(self) -> None:
        size = self.answer[2]
        text = "no traceback came"
        if self._receive_block():
            text = bytes(frames.get_text(self.answer_block, size)).decode(errors="replace")
        raise TargetError(f"{self.name}: the controller has crashed:\n{text.rstrip()}")


def _words(count: int) -> Words:
    return array("i", bytes(4 * count))
