"""Drafts: what is written beside a file before it takes the file's place.

A program that is killed leaves its draft behind, with records of the tenant in it. The next one
that writes a file there removes it. A draft that somebody still writes is locked, and stays.
"""

import contextlib
import os
import re
import stat
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows removes no file that is open, so that nothing needs a lock there.
    fcntl = None  # type: ignore[assignment]

OWNER_ONLY = 0o600
_HEX_DIGITS = 12
_LONGEST_NAME = 200
_OWN: set[Path] = set()
"""What this process writes now."""
MOVED_WHILE_OPEN = fcntl is not None
"""Whether the system gives a file another name while it is open; Windows does not."""
_DRAFT = re.compile(rf"\..+\.[0-9a-f]{{{_HEX_DIGITS}}}\.partial", re.DOTALL)


def created(final: Path) -> tuple[Path, int]:
    """A new draft of the file, for its owner alone, open for writing and locked until closed.

    Where a file system has no locks, no draft on it can be locked, and none is removed. Raises
    OSError.
    """
    # Some commands write no file, and this is a fifth of their start.
    import secrets

    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    while True:
        name = f".{final.name[:_LONGEST_NAME]}.{secrets.token_hex(_HEX_DIGITS // 2)}.partial"
        draft = final.with_name(name)
        # Other threads of this process know of it before it is there.
        _OWN.add(draft)
        try:
            descriptor = os.open(draft, flags, OWNER_ONLY)
        except OSError:
            _OWN.discard(draft)
            raise
        if fcntl is None:
            return draft, descriptor
        # Whatever mask this account has, it may read what it wrote.
        os.fchmod(descriptor, OWNER_ONLY)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Until it was locked, another program may have taken it for abandoned.
        if os.fstat(descriptor).st_nlink:
            return draft, descriptor
        os.close(descriptor)
        _OWN.discard(draft)


def ended(draft: Path) -> None:
    """Note that nobody writes the draft any more, whatever became of it."""
    _OWN.discard(draft)


def remove_abandoned(directory: Path) -> None:
    """Remove drafts in a directory that nobody writes any more. Failing to is no failure."""
    with contextlib.suppress(OSError):
        for name in os.listdir(directory):
            if _DRAFT.fullmatch(name) and directory / name not in _OWN:
                with contextlib.suppress(OSError):
                    _remove_if_abandoned(directory / name)


def _remove_if_abandoned(draft: Path) -> None:
    if not stat.S_ISREG(draft.lstat().st_mode):
        return
    if fcntl is None:
        draft.unlink()
        return
    descriptor = os.open(draft, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.unlink()
    finally:
        os.close(descriptor)
