"""A process that does audits for the run that started it, several at the same time.

It reads from its input what to do, and writes the answers to its output; it ends where its input
does. Secrets are looked up here: neither comes by nor goes out.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, TypeAlias

import msgspec
from msgspec import Struct

from auditor.cli.audits.elsewhere.on_worker import Shared, answer, shared_by
from connectors.odata.decoder_worker import read_frame, write_frame
from connectors.transport.shutdown import STOPPING

_TIDYING_S = 10.0


class Do(Struct, frozen=True, tag="do"):
    """An audit to do; what is asked is an `Asked` as bytes."""

    number: int
    asked: bytes


class Stop(Struct, frozen=True, tag="stop"):
    """The run is told to stop."""


class Ping(Struct, frozen=True, tag="ping"):
    """Asks for the same in return."""


class Refusal(Struct, frozen=True, tag="refusal"):
    """Credentials that were refused, by their digest, and why."""

    digest: str
    reason: str


class Answered(Struct, frozen=True, tag="answered"):
    """What came of an audit: an `Answer` as bytes."""

    number: int
    answer: bytes


Said: TypeAlias = Do | Stop | Ping | Refusal | Answered


def said_in(frame: bytes) -> Said:
    """What one of both processes said."""
    return msgspec.msgpack.decode(frame, type=Said)


class Speaker:
    """Says something to the other process. Safe to share between threads."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._lock = threading.Lock()

    def say(self, what: Said) -> None:
        """Say it; nobody hears it where the other process has ended."""
        frame = msgspec.msgpack.encode(what)
        with self._lock, contextlib.suppress(OSError, ValueError):
            write_frame(self._out, frame)

    def close(self) -> None:
        """Say nothing any more."""
        with self._lock, contextlib.suppress(OSError):
            self._out.close()


def main() -> None:
    """Do what the input asks until it ends; the arguments are the run and its processes."""
    # Whoever started this process is told as well, and says what is to become of it.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    run, processes = sys.argv[-2:]
    # Whatever else writes to the standard output is to break no frame.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, Speaker(out), shared_by(run, int(processes)), answer)


def _serve(
    source: IO[bytes], speaker: Speaker, shared: Shared, do: Callable[[bytes], bytes]
) -> None:
    shared.refusals.hand_on(lambda digest, reason: speaker.say(Refusal(digest, reason)))
    audits: list[threading.Thread] = []

    def audit(what: Do) -> None:
        speaker.say(Answered(what.number, do(what.asked)))

    while (frame := read_frame(source)) is not None:
        match said_in(frame):
            case Do() as what:
                audits = [each for each in audits if each.is_alive()]
                audits.append(threading.Thread(target=audit, args=(what,), daemon=True))
                audits[-1].start()
            case Stop():
                shared.stopped.set()
            case Ping() as ping:
                speaker.say(ping)
            case Refusal(digest, reason):
                shared.refusals.learn(digest, reason)
    # Nobody waits for what is under way any more.
    shared.stopped.set()
    STOPPING.set()
    ends_at = time.monotonic() + _TIDYING_S
    for each in audits:
        each.join(max(0.0, ends_at - time.monotonic()))
