"""Decodes pages of large tables in a process of its own, so that two processors share the work.

Whatever becomes of that process, nothing is lost: what it does not give is decoded here.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import msgspec
from msgspec import Struct

from connectors.columnar.packed_rows import PackedRows
from connectors.odata.decoder_worker import Asked, read_frame, write_frame
from connectors.odata.listing_shape import Listing
from connectors.sources.source import Page
from connectors.transport.answers import Answer
from connectors.transport.closing import Closing
from connectors.transport.errors import SourceFailed

_START = (
    "import sys; sys.path.append(sys.argv[1]);"
    "from connectors.odata.decoder_worker import main; main()"
)
_ROOT = str(Path(__file__).parents[2])
_ANSWERS_BEFORE_IT_PAYS = 2
_MOST_AHEAD = 3
_SLICE_S, _PATIENCE_S = 0.25, 20.0


class Decoding(Closing):
    """A process that decodes answers: started when it is first of use, and used once it is up.

    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._workers: list[threading.Thread] = []
        self._frames: SimpleQueue[bytes | None] = SimpleQueue()
        self._asked: deque[Future[bytes]] = deque()
        self._is_up = False
        self._is_over = _processors() < 2

    def close(self) -> None:
        """End the process; what it has not given by now is not given."""
        self._give_up()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for worker in self._workers:
            worker.join(_PATIENCE_S)

    @property
    def is_up(self) -> bool:
        """Whether the process takes answers by now."""
        return self._is_up and not self._is_over

    def start(self) -> None:
        """Start the process, once; it is up a moment later."""
        with self._lock:
            if self._process is None and not self._is_over:
                self._start()

    def ask(self, asked: Asked) -> Future[bytes]:
        """What the process makes of an answer; empty where it makes nothing of it."""
        future: Future[bytes] = Future()
        with self._lock:
            if self._is_over:
                future.set_result(b"")
                return future
            self._asked.append(future)
            self._frames.put(msgspec.msgpack.encode(asked))
        return future

    def _start(self) -> None:
        try:
            self._process = subprocess.Popen(
                # Where nobody knows the interpreter there is none to start.
                [sys.executable or "", "-P", "-c", _START, _ROOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._is_over = True
            return
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            worker = threading.Thread(target=work, args=(pipe,), daemon=True, name="decoding")
            self._workers.append(worker)
            worker.start()

    def _write(self, pipe: IO[bytes]) -> None:
        try:
            with pipe:
                while (frame := self._frames.get()) is not None:
                    write_frame(pipe, frame)
                    del frame
        except OSError:
            self._give_up()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while (frame := read_frame(pipe)) is not None:
                with self._lock:
                    if not self._is_up:
                        self._is_up = True
                        continue
                    future = self._asked.popleft() if self._asked else None
                if future is not None:
                    future.set_result(frame)
                del frame, future
        self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            self._is_over = True
            left, self._asked = self._asked, deque()
            self._frames.put(None)
        for future in left:
            future.set_result(b"")

    def told(self, future: Future[bytes]) -> bytes:
        """What came of an answer; a process that stays silent is given up."""
        waited_s = 0.0
        while True:
            try:
                return future.result(_SLICE_S)
            except TimeoutError:
                waited_s += _SLICE_S
            if waited_s > _PATIENCE_S:
                self._give_up()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class PageDecoder:
    """Makes pages of the answers of one listing, here or in the other process.

    A page comes with the address of the page after it, where only decoding showed it.
    """

    def __init__(self, row: type[Struct], decoding: Decoding | None) -> None:
        # Only rows with kinds are many enough, and are packed.
        self._decoding = decoding if hasattr(row, "kind_begins") else None
        self._row = row
        self._name = f"{row.__module__}:{row.__qualname__}"
        listing: Any = Listing[row]  # type: ignore[valid-type]
        self._decoder: msgspec.json.Decoder[Listing[Any]] = msgspec.json.Decoder(listing)
        self._answers = 0
        self._taken: deque[tuple[Answer, bool, Future[bytes] | None]] = deque()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the other process takes the next answers; a long listing has it started."""
        return self._decoding is not None and self._decoding.is_up

    def take(self, answer: Answer, *, is_followed: bool) -> None:
        """Takes an answer. `is_followed`: the address of the page after it is known."""
        asked = None
        self._answers += 1
        if self._decoding is not None and self._answers > _ANSWERS_BEFORE_IT_PAYS:
            self._decoding.start()
        if self._decoding is not None and self._decoding.is_up and answer.sent:
            asked = self._decoding.ask(Asked(self._name, answer.sent))
            answer = replace(answer, body=b"", is_cut=True)
        self._taken.append((answer, is_followed, asked))
        del answer

    def pages(self, *, wait: bool) -> Iterator[tuple[Page, str | None]]:
        """The pages that are there by now; with `wait`, all. Raises `SourceFailed`."""
        while self._taken:
            asked = self._taken[0][-1]
            if not (wait or asked is None or asked.done() or len(self._taken) > _MOST_AHEAD):
                return
            yield self._next()

    def _next(self) -> tuple[Page, str | None]:
        answer, is_followed, asked = self._taken.popleft()
        told = self._decoding.told(asked) if self._decoding is not None and asked else b""
        rows: Any
        if told:
            count, packed, kinds, following = pickle.loads(told)
            rows = PackedRows(self._row, count, packed, kinds)
        else:
            listing = self._decoded(answer)
            rows, following = listing.value, listing.next_link
        page = Page(rows, answer.read_at, answer.digest)
        return page, None if is_followed else following

    def _decoded(self, answer: Answer) -> Listing[Any]:
        try:
            return answer.decoded(self._decoder)
        except SourceFailed as failure:
            if failure.code == "unexpected-shape":
                failure.reason = failure.reason.replace("the answer has", "a row has", 1)
            raise
