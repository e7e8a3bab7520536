"""One run of an environment at a time: a lock that ends with the process that holds it.

The operating system gives the lock back when its holder ends, however it ends, so that the next
run takes over what a killed one held. The file stays; what it says is for people.
"""

import contextlib
import datetime
import hashlib
import os
import platform
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import platformdirs
from msgspec import Struct

_AT = 1 << 30
"""Windows locks bytes against reading too: one far behind the text is taken."""


class Holder(Struct, frozen=True):
    """Who holds a lock: a process of a computer, and since when (UTC, ISO 8601)."""

    process: int
    computer: str
    since: str


class Locked(Exception):
    """Another run holds the lock: says whose, who, since when, and what to do."""

    def __init__(self, environment: str, holder: Holder | None) -> None:
        who = (
            "another process"
            if holder is None
            else f"process {holder.process} on {holder.computer}, since {holder.since},"
        )
        super().__init__(
            f"{environment}: another run of this environment goes on: {who} holds its lock;"
            " nothing was read. Run again when it has ended, or end it."
        )
        self.holder = holder


@contextlib.contextmanager
def holding(environment: str, url: str, directory: Path | None = None) -> Iterator[bool]:
    """Within the block no other run audits the organisation at `url`. Raises `Locked`.

    Gives whether there is a lock at all: where no directory takes the file, the run goes on
    without one. `directory` None: the user's state directory, else that for temporary files.
    """
    name = f"{hashlib.sha256(url.casefold().encode()).hexdigest()[:32]}.lock"
    file = _opened(name, directory)
    if file is None:
        yield False
        return
    with file:
        if not _taken(file):
            raise Locked(environment, _holder(file))
        _write(file)
        try:
            yield True
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)


def _opened(name: str, directory: Path | None) -> BinaryIO | None:
    # A link would lead what is written to another file of this account.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    for place in _directories() if directory is None else (directory,):
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if place == _temporary() and not _is_own(place):
                continue
            return os.fdopen(os.open(place / name, flags, 0o600), "r+b")
    return None


def _directories() -> tuple[Path, ...]:
    return (platformdirs.user_state_path("auditor", appauthor=False) / "locks", _temporary())


def _temporary() -> Path:
    user = getattr(os, "getuid", lambda: "")()
    return Path(tempfile.gettempdir()) / f"auditor-locks-{user}"


def _is_own(directory: Path) -> bool:
    """Whether nobody else may put files there, who could have made it before."""
    if os.name == "nt":
        return True
    found = directory.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _taken(file: BinaryIO) -> bool:
    try:
        _take(file.fileno())
    except OSError:
        return False
    return True


def _take(descriptor: int) -> None:
    """Take the lock or raise `OSError`; it is given back when the descriptor is closed."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        os.lseek(descriptor, _AT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write(file: BinaryIO) -> None:
    since = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    holder = Holder(os.getpid(), platform.node(), since)
    # A full disk takes the words, not the lock.
    with contextlib.suppress(OSError):
        file.seek(0)
        file.truncate(0)
        file.write(msgspec.json.encode(holder))
        file.flush()


def _holder(file: BinaryIO) -> Holder | None:
    try:
        file.seek(0)
        return msgspec.json.decode(file.read(4096), type=Holder)
    except (OSError, msgspec.MsgspecError):
        return None
