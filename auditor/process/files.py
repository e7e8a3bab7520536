"""Writing files so that a reader never meets half of one, and so that only the owner reads them.

Everything that the program leaves on disk goes through here: reports, snapshots, configurations.
"""

import contextlib
import errno
import io
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypeAlias, cast

from auditor.process import drafts

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STORAGE_ERRORS = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS")
    if hasattr(errno, name)
)

LONGEST_WAIT_S = 10.0
"""How long a named pipe is waited for until somebody reads it."""
_LOOK_AGAIN_S = 0.05

Content: TypeAlias = str | bytes | Iterable[str] | Iterable[bytes] | Callable[[BinaryIO], object]


class FileNotWritten(Exception):
    """A file could not be written: says which, why, and what to do. The old file is untouched."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path} could not be written: {reason}")
        self.path = path
        self.reason = reason


def write_atomically(path: Path | str, content: Content) -> None:
    """Write all of `content` to `path`, or leave `path` as it was.

    Text is written as UTF-8. A callable is handed the open binary file. Raises FileNotWritten when
    the operating system refuses; what the content itself raises passes through.
    """
    with writing_bytes(path) as out:
        if isinstance(content, bytes):
            out.write(content)
        elif isinstance(content, str):
            out.write(content.encode("utf-8"))
        elif callable(content):
            content(out)
        else:
            for chunk in content:
                out.write(chunk.encode("utf-8") if isinstance(chunk, str) else chunk)


@contextlib.contextmanager
def writing_text(path: Path | str) -> Iterator[TextIO]:
    """A UTF-8 text file that takes the place of `path` when the block ends without an error.

    Line ends are written as given, on every system.
    """
    with writing_bytes(path) as out, text_over(out) as text:
        yield text


@contextlib.contextmanager
def text_over(out: BinaryIO, encoding: str = "utf-8", errors: str = "strict") -> Iterator[TextIO]:
    """A text stream over a binary one, which stays open; line ends are written as given.

    What was not written when the block ends with an error is given up.
    """
    lent = _Lent(out)
    try:
        text = io.TextIOWrapper(cast(BinaryIO, lent), encoding, errors, newline="")
        yield text
        text.flush()
    finally:
        lent.give_back()


class _Lent(io.BufferedIOBase):
    """A binary stream for the time of a block.

    A text stream writes what it holds and closes what is below it whenever it is let go of.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out: BinaryIO | None = out

    def writable(self) -> bool:
        return True

    def write(self, content: "ReadableBuffer") -> int:
        if self._out is not None:
            self._out.write(content)
        return memoryview(content).nbytes

    def flush(self) -> None:
        if self._out is not None:
            self._out.flush()

    def give_back(self) -> None:
        """From now on nothing reaches the stream."""
        self._out = None


@contextlib.contextmanager
def writing_bytes(path: Path | str) -> Iterator[BinaryIO]:
    """A binary file, mode 0600, that takes the place of `path` when the block ends without error.

    A device or a pipe (`/dev/stdout`, a named pipe) is written to directly: it cannot be replaced.
    A pipe that nobody reads is given up after `LONGEST_WAIT_S`.
    """
    target = Path(path)
    try:
        with _replacing(target) as out:
            yield out
    except OSError as refusal:
        # Also what the block meets while it writes; its other errors are its own.
        if refusal.errno in STORAGE_ERRORS:
            raise FileNotWritten(target, explain(refusal)) from refusal
        raise


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    try:
        is_special = target.exists() and not target.is_file()
    except OSError as refusal:
        raise FileNotWritten(target, explain(refusal)) from refusal
    if is_special:
        try:
            with _opened(target) as out:
                yield out
                _settle(out, target, durable=False)
        except BrokenPipeError as refusal:
            raise FileNotWritten(target, _LEFT) from refusal
        return
    # A link keeps pointing where it points: the file behind it is the one replaced.
    final = Path(os.path.realpath(target))
    drafts.remove_abandoned(final.parent)
    try:
        draft, descriptor = drafts.created(final)
    except OSError as refusal:
        raise FileNotWritten(target, explain(refusal)) from refusal
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            _settle(out, target, durable=True)
            if drafts.MOVED_WHILE_OPEN:
                # While it is locked nobody takes it for abandoned.
                _move(draft, final, target)
        if not drafts.MOVED_WHILE_OPEN:
            _move(draft, final, target)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    finally:
        drafts.ended(draft)


def _move(draft: Path, final: Path, named: Path) -> None:
    try:
        draft.replace(final)
    except OSError as refusal:
        raise FileNotWritten(named, explain(refusal)) from refusal


def is_pipe_or_device(path: Path) -> bool:
    """Whether what is there is neither a file nor a directory: reading it may never begin or end.

    False too where it cannot be looked at.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


# Numbers of Windows, which lets nobody replace a file that is open.
_IN_USE = {
    5: "this account may not write there, or another program has it open",
    32: "another program has it open; close it there",
}


def explain(refusal: OSError) -> str:
    """Why the operating system refused, in an administrator's words, with what to do."""
    match refusal:
        case FileNotFoundError():
            return "its directory does not exist; create it first"
        case IsADirectoryError():
            return "it is a directory; name a file in it"
        case PermissionError() if (number := getattr(refusal, "winerror", None)) in _IN_USE:
            return _IN_USE[number]
        case PermissionError():
            return "this account may not write there; choose another directory or grant it"
        case NotADirectoryError():
            return "a part of its path is a file, not a directory"
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return "there is no space left; free some, or choose another directory"
        case _:
            return (refusal.strerror or type(refusal).__name__).lower()


def _opened(special: Path) -> BinaryIO:
    flags = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    # Otherwise a pipe that nobody reads would be waited for without end.
    flags |= getattr(os, "O_NONBLOCK", 0)
    gives_up_at = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            descriptor = os.open(special, flags)
            break
        except OSError as refusal:
            # Sockets, and a terminal that there is not, refuse with the same number.
            if refusal.errno != errno.ENXIO or not special.is_fifo():
                raise FileNotWritten(special, explain(refusal)) from refusal
            if time.monotonic() >= gives_up_at:
                raise FileNotWritten(special, _UNREAD.format(LONGEST_WAIT_S)) from refusal
        time.sleep(_LOOK_AGAIN_S)
    if flags & getattr(os, "O_NONBLOCK", 0):
        # Whoever reads may take their time.
        os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "wb")


_LEFT = "it is a pipe, and what read it ended before all of it was written"
_UNREAD = "it is a pipe that nobody read within {:g} s; start what reads it first"


def _settle(out: BinaryIO, named: Path, *, durable: bool) -> None:
    try:
        out.flush()
        if durable:
            os.fsync(out.fileno())
    except OSError as refusal:
        raise FileNotWritten(named, explain(refusal)) from refusal
