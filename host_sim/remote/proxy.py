"""The controller as the twin sees it, when it runs elsewhere: the same names, over a session."""

import json
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from controller.image import Inputs, Outputs
from hal.contract import CONTRACT_VERSION
from hal.remote import frames, images
from host_sim.errors import TargetError
from host_sim.remote.session import Session


@dataclass(frozen=True)
class Statistics:
    """What the other interpreter says of itself; memory in bytes."""

    heap_used: int
    heap_free: int
    scans: int
    shots: int
    refused: int  # frames that it found garbled


class RemoteUnit:
    """PackML state, as the panel shows it."""

    state = 0


class RemoteApp:
    """`controller.app.App` at the other end of a session, as far as the twin needs it.

    Args:
        session: over a link whose other side runs hal.remote.main.
        machine: contents of the machine file.
        mold: contents of the mold file.

    Raises:
        TargetError: no answer, another version, or the controller cannot be built there.
    """

    def __init__(self, session: Session, machine: dict[str, Any], mold: dict[str, Any]) -> None:
        self._session = session
        self._words = session.words
        session.synchronise()
        self.heap = self._hello()
        for which, data in ((frames.MACHINE, machine), (frames.MOLD, mold)):
            self._configure(which, json.dumps(data).encode())
        self.inputs = Inputs()
        self.outputs = Outputs()
        self.unit = RemoteUnit()
        count = machine.get("horns", {}).get("count", 1)
        self.monitors = [RemoteMonitor(session, horn) for horn in range(count)]
        self.monitor = self.monitors[0]
        self.journal = RemoteJournal(session, end=session.exchange(frames.START)[2])

    def scan(self, now: int) -> int:
        """As App.scan: inputs go, outputs come; µs until the next deadline."""
        images.put_inputs(self._words, now, self.inputs)
        answer = self._session.exchange(frames.SCAN)
        images.get_outputs(answer, self.outputs)
        self.unit.state = answer[9]
        self.journal.held = answer[10]
        return answer[2]

    def statistics(self, collect: bool = True) -> Statistics:
        """Ask for memory and counts; with `collect` after its garbage was collected."""
        self._words[2] = collect
        return Statistics(*self._session.exchange(frames.STATS)[2:7])

    def lock(self, locked: bool = True) -> None:
        """From now on the other interpreter fails if anything allocates there; or may again."""
        self._words[2] = locked
        self._session.exchange(frames.LOCK)

    def end(self) -> None:
        """Have the other side end."""
        self._session.exchange(frames.END)

    def _hello(self) -> int:
        words = self._words
        words[2], words[3] = CONTRACT_VERSION, frames.PROTOCOL
        contract, protocol, heap = self._session.exchange(frames.HELLO)[2:5]
        if (contract, protocol) != (CONTRACT_VERSION, frames.PROTOCOL):
            raise TargetError(
                f"{self._session.name}: it has version {contract} of the HAL contract and "
                f"{protocol} of the frames, this is {CONTRACT_VERSION} and {frames.PROTOCOL}. "
                "Put the same firmware on it."
            )
        return heap

    def _configure(self, which: int, text: bytes) -> None:
        words, block = self._words, self._session.block
        step = frames.BLOCK_TEXT
        pieces = [text[at : at + step] for at in range(0, len(text), step)]
        for piece in (b"", *pieces):  # an empty one begins the file anew
            words[2], words[3] = which, len(piece)
            frames.put_text(block, piece)
            self._session.exchange(frames.CONFIG, block=True)


class RemoteMonitor:
    """A horn's weld monitor; samples of a shot go ahead, as many at once as a block holds."""

    def __init__(self, session: Session, horn: int) -> None:
        self._session = session
        self._horn = horn

    def shot(self, samples: Sequence[int], begins: bool = True) -> tuple[int, int]:
        """Begin a shot, or go on with it, and give samples until there is a word.

        Returns the word, or 0, and how many samples it has had.
        """
        words, block = self._session.words, self._session.block
        given = 0
        while True:
            piece = samples[given : given + frames.BLOCK_SAMPLES]
            for at in range(0, len(piece) - 1, 2):
                block[at >> 1] = piece[at] | piece[at + 1] << 15
            if len(piece) & 1:
                block[len(piece) >> 1] = piece[-1]
            words[2], words[3], words[4] = begins, len(piece), self._horn
            word, taken = self._session.exchange(frames.SHOT, block=True)[2:4]
            given += taken
            begins = False
            if word or given >= len(samples):
                return word, given

    def begin(self) -> None:
        """As the monitor's; for samples that come one by one."""
        self.shot(())

    def sample(self, raw: int) -> int:
        """As the monitor's, one exchange each. The gate uses `shot`."""
        words, block = self._session.words, self._session.block
        words[2], words[3], words[4], block[0] = 0, 1, self._horn, raw
        return self._session.exchange(frames.SHOT, block=True)[2]

    def ended(self, on_us: int, end: int, df_hz: int) -> None:
        """As the monitor's: the result of a horn's shot."""
        words = self._session.words
        words[2], words[3], words[4], words[5] = self._horn, on_us, end, df_hz
        self._session.exchange(frames.ENDED)


class RemoteJournal:
    """The journal's ring, which is drained a block at a time.

    Attributes:
        held: integers that wait to be drained, as of the last scan.
        end: integers that the ring holds.
        lost: events that were overwritten, as of the last drain.
    """

    def __init__(self, session: Session, end: int) -> None:
        self._session = session
        self.held = 0
        self.end = end
        self.lost = 0

    def drain(self, sink: Callable[[Any, int, int], None]) -> None:
        """As Journal.drain."""
        if not self.held:
            return
        waiting = array("i")
        count = 3 * frames.BLOCK_EVENTS
        while count == 3 * frames.BLOCK_EVENTS:
            count, self.lost = self._session.exchange(frames.DRAIN, answer_block=True)[2:4]
            waiting.extend(self._session.answer_block[:count])
        self.held = 0
        if waiting:
            sink(waiting, 0, len(waiting))
