"""Temporary directories for what was read of a tenant: gone with the program, however it ends.

A program that is killed leaves its directory behind. It was locked, and the lock went with the
program; so the next one that needs such a directory, or audits, removes it.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows locks no directory: one that is a day old is nobody's any more.
    fcntl = None  # type: ignore[assignment]

_PREFIX = "auditor-private-"
_LEFT_FOR_S = 24 * 3600


@contextlib.contextmanager
def private_directory() -> Iterator[Path]:
    """A directory for its owner alone, which is removed with all in it when the block ends.

    Raises OSError.
    """
    remove_abandoned_directories()
    directory, lock = _made()
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_abandoned_directories() -> None:
    """Remove those of programs that ended. Failing to is no failure."""
    with contextlib.suppress(OSError):
        for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with contextlib.suppress(OSError):
                _remove_if_abandoned(directory)


def _made() -> tuple[Path, int | None]:
    """A new directory, and what holds its lock; None: this system or this place has none."""
    while True:
        directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
        try:
            return directory, _locked(directory)
        except FileNotFoundError:
            # Until it was locked, another program took it for abandoned.
            continue


def _locked(directory: Path) -> int | None:
    if fcntl is None:
        return None
    descriptor = _opened(directory)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Raises FileNotFoundError where it was removed meanwhile.
        directory.stat()
    except FileNotFoundError:
        os.close(descriptor)
        raise
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _opened(directory: Path) -> int:
    return os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _remove_if_abandoned(directory: Path) -> None:
    if fcntl is None:
        if time.time() - directory.lstat().st_mtime > _LEFT_FOR_S:
            shutil.rmtree(directory)
        return
    descriptor = _opened(directory)
    try:
        if os.fstat(descriptor).st_uid == os.getuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory)
    finally:
        os.close(descriptor)
