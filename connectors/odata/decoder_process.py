"""Decodes pages of large tables in a process of its own, so that two processors share the work.

Whatever becomes of that process, nothing is lost: what it does not give is decoded here.
"""

import os
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from typing import IO

import msgspec

from connectors.odata.decoder_worker import Asked, read_frame, write_frame
from connectors.transport.closing import Closing
from connectors.transport.redaction import KNOWN

_START = (
    "import sys; sys.path.append(sys.argv[1]);"
    "from connectors.odata.decoder_worker import main; main()"
)
_ROOT = str(Path(__file__).parents[2])
_SLICE_S, _LONGEST_WAIT_S = 0.25, 20.0


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
            worker.join(_LONGEST_WAIT_S)

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
                env={k: v for k, v in os.environ.items() if not KNOWN.holds(v)},
            )
        except OSError:
            self._is_over = True
            return
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            worker = threading.Thread(target=work, args=(pipe,), daemon=True, name="decoding")
            try:
                worker.start()
            except RuntimeError:
                # Where no thread can be had, answers are decoded where they are needed.
                self._is_over = True
                return
            self._workers.append(worker)

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
            if waited_s > _LONGEST_WAIT_S:
                self._give_up()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
