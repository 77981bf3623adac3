"""The board's side of the remote HAL: serves the controller to a simulator. Called by main.

One request, one answer: `now` and the inputs come in, a scan is made, the outputs go back. All of
it in idle context, also the samples of a shot, which come ahead. Allocates nothing in steady
operation. A request that comes again, because its answer was lost, gets the same answer.
"""

import gc
import io
import sys
from array import array

import micropython

from controller.app import App
from hal.remote import frames, images
from hal.remote.receiver import Receiver
from hal.remote.settings import Files

_BLOCK_KINDS = (frames.CONFIG, frames.SHOT)


def serve(stream_in, stream_out):
    """Answer until END comes or the stream ends. Both streams carry bytes; `readinto` waits."""
    server = Server(stream_in, stream_out)
    try:
        server.run()
    except Exception as error:
        server.unlock()
        server.report(error)
        raise
    server.unlock()


class Server:
    def __init__(self, stream_in, stream_out):
        self.receiver = Receiver(stream_in, self._refuse)
        self.out = stream_out
        self.answer = array("i", bytes(frames.SIZE))
        self.note = array("i", bytes(frames.SIZE))  # a refusal; the last answer stays as it is
        self.answer[0] = self.note[0] = frames.MAGIC
        self.block = array("i", bytes(frames.BLOCK_SIZE))  # that follows an answer
        self.followed = False
        self.last = -1  # word 1 of the request that was answered last
        self.files = Files()
        self.app = None
        self.locked = False
        self.scans = self.shots = self.refused = 0

    def run(self):
        receiver = self.receiver
        words = receiver.words
        while receiver.frame():
            kind = words[1] & 0xFF
            if kind in _BLOCK_KINDS and not receiver.follow():
                self._refuse(frames.GARBLED_BLOCK)
            elif kind == frames.SYNC:
                self.out.write(words)
            elif words[1] == self.last and kind != frames.HELLO:
                self._send()
            else:
                self._serve(kind, words)
                if kind == frames.END:
                    return

    def _serve(self, kind, words):
        if kind == frames.SCAN and self.app:
            why = self._scan(words)
        elif kind == frames.SHOT and self.app:
            why = self._shot(words)
        elif kind == frames.DRAIN and self.app:
            why = self._drain()
        elif kind == frames.ENDED and self.app:
            why = self._ended(words)
        elif kind == frames.HELLO:
            why = self._hello()
        elif kind == frames.CONFIG:
            why = self.files.take(words[2], self.receiver.block, words[3])
        elif kind == frames.START:
            why = self._start()
        elif kind == frames.STATS:
            why = self._stats(words)
        elif kind == frames.LOCK:
            why = self._lock(words)
        elif kind == frames.END:
            why = 0
        else:
            why = frames.UNKNOWN if kind > frames.ENDED or not kind else frames.NOT_STARTED
        if why:
            self._refuse(why)
            return
        self.last = self.answer[1] = words[1]
        self.followed = kind == frames.DRAIN
        if self.followed:
            frames.seal(self.block, frames.BLOCK_SUM)
        frames.seal(self.answer, frames.SUM)
        self._send()

    def _scan(self, words):
        app, answer = self.app, self.answer
        images.get_inputs(words, app.inputs)
        self.scans += 1
        answer[2] = app.scan(words[2])
        images.put_outputs(answer, app.outputs)
        answer[9] = app.unit.state
        answer[10] = app.journal.held
        return 0

    def _shot(self, words):
        """Samples of a shot, until the monitor ends it."""
        monitors = self.app.monitors
        block = self.receiver.block
        count = words[3]
        if not (0 <= count <= frames.BLOCK_SAMPLES and 0 <= words[4] < len(monitors)):
            return frames.CONTENTS_BAD
        monitor = monitors[words[4]]
        if words[2]:
            self.shots += 1
            monitor.begin()
        end = given = 0
        while given < count and not end:
            word = block[given >> 1]
            end = monitor.sample(word >> 15 if given & 1 else word & 0x7FFF)
            given += 1
        self.answer[2] = end
        self.answer[3] = given
        return 0

    def _ended(self, words):
        """The result of a horn whose shot is over."""
        if not 0 <= words[2] < len(self.app.monitors):
            return frames.CONTENTS_BAD
        self.app.monitors[words[2]].ended(words[3], words[4], words[5])
        return 0

    def _drain(self):
        """The oldest events that the journal holds, as many as a block takes."""
        journal = self.app.journal
        self.answer[2] = images.put_events(self.block, journal)
        self.answer[3] = journal.lost
        return 0

    def _hello(self):
        self.last = -1
        answer = self.answer
        answer[2] = App.contract
        answer[3] = frames.PROTOCOL
        answer[4] = gc.mem_alloc() + gc.mem_free()
        return 0

    def _start(self):
        self.app = None
        self.app = self.files.build()
        self.scans = self.shots = self.refused = 0
        self.answer[2] = self.app.journal.end
        gc.collect()
        return 0

    def _stats(self, words):
        if words[2]:
            gc.collect()
        answer = self.answer
        answer[2] = gc.mem_alloc()
        answer[3] = gc.mem_free()
        answer[4] = self.scans
        answer[5] = self.shots
        answer[6] = self.refused
        return 0

    def _lock(self, words):
        self.unlock()
        if words[2]:
            gc.collect()
            self.locked = True
            micropython.heap_lock()
        return 0

    def unlock(self):
        if self.locked:
            self.locked = False
            micropython.heap_unlock()

    def _send(self):
        self.out.write(self.answer)
        if self.followed:
            self.out.write(self.block)

    def _refuse(self, why):
        """Say that the request has changed nothing. It may be sent again."""
        self.refused += 1
        self._alone(frames.REFUSED, self.refused, why)

    def report(self, error):
        """Send the traceback; there is nothing to be served after it."""
        text = io.StringIO()
        sys.print_exception(error, text)  # pyright: ignore
        text = text.getvalue().encode()[-frames.BLOCK_TEXT :]
        frames.put_text(self.block, text)
        frames.seal(self.block, frames.BLOCK_SUM)
        self._alone(frames.CRASHED, len(text), 0)
        self.out.write(self.block)

    def _alone(self, kind, word, why):
        """A frame that answers no request."""
        note = self.note
        note[1] = kind
        note[2] = word
        note[3] = why
        frames.seal(note, frames.SUM)
        self.out.write(note)
