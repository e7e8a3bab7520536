"""Standard output and standard error as the program finds them: full, closed, or read by nobody.

Within `standard_streams` a refused output is one error with a sentence, whoever writes to it, and
a refused standard error is no error: there is nobody to tell.
"""

import contextlib
import io
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from auditor.process.files import FileNotWritten, explain

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NAME = "standard output"
_STREAMS = 3


class NobodyReads(Exception):
    """The reader of standard output has gone, as `head` does when it has seen enough."""


class OutputNotWritten(FileNotWritten):
    """Standard output could not be written: says why, and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(Path(NAME), reason)


@contextlib.contextmanager
def standard_streams() -> Iterator[None]:
    """Within the block the process's own streams fail as this module says.

    Streams that a caller put in their place stay as they are.
    """
    before = sys.stdout, sys.stderr
    is_own = sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__
    _open_what_is_closed()
    if is_own[0]:
        sys.stdout = _around(sys.stdout, _Output(sys.stdout))
    if is_own[1]:
        sys.stderr = _around(sys.stderr, _Diagnostics(sys.stderr))
    try:
        yield
    finally:
        discard_output()
        sys.stdout, sys.stderr = before


def flush_output() -> None:
    """Write what is still buffered. Raises `OutputNotWritten`, `NobodyReads`."""
    if not sys.stdout.closed:
        sys.stdout.flush()


def discard_output() -> None:
    """Give up what standard output does not take, without a complaint at the program's end."""
    try:
        flush_output()
    except (NobodyReads, OutputNotWritten):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Stream(io.RawIOBase):
    """What a stream writes to, seen from its buffer."""

    def __init__(self, stream: TextIO) -> None:
        # Unbuffered, the text stream stands on the raw one itself. Whoever lets go of the text
        # stream closes what it stands on.
        self._stream = stream
        buffer: Any = stream.buffer
        self._raw: io.RawIOBase = getattr(buffer, "raw", buffer)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw.isatty()

    def fileno(self) -> int:
        return self._raw.fileno()


class _Output(_Stream):
    def write(self, content: "ReadableBuffer") -> int:
        try:
            while (written := self._raw.write(content)) is None:
                # Whoever lent the pipe set it not to wait; there is nothing else to do here.
                select.select([], [self._raw.fileno()], [])
        except BrokenPipeError:
            raise NobodyReads from None
        except OSError as refusal:
            if os.name == "nt" and refusal.errno == _CLOSED_PIPE_OF_WINDOWS:
                raise NobodyReads from None
            raise OutputNotWritten(_reason(refusal)) from refusal
        return written


class _Diagnostics(_Stream):
    def write(self, content: "ReadableBuffer") -> int:
        with contextlib.suppress(OSError):
            written = self._raw.write(content)
            if written is not None:
                return written
        return memoryview(content).nbytes


_CLOSED_PIPE_OF_WINDOWS = 22
_CLOSED = 9


def _reason(refusal: OSError) -> str:
    if refusal.errno == _CLOSED:
        return "it is closed; write to a file with --report FORMAT=PATH, or open it"
    return explain(refusal)


def _around(stream: TextIO, raw: _Stream) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=bool(stream.line_buffering),
        write_through=isinstance(stream.buffer, io.RawIOBase),
    )


def _open_what_is_closed() -> None:
    """Give the three lowest descriptors a file, so that the next one opened is no output.

    A closed output stays one that cannot be written: it gets a file that is open for reading.
    """
    if sys.stdin is not None and sys.stdout is not None and sys.stderr is not None:
        return
    while (opened := os.open(os.devnull, os.O_RDONLY)) < _STREAMS:
        pass
    os.close(opened)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
