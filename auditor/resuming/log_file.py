"""A file to which entries are appended, of which the whole ones can be read after any end.

An entry is there as soon as the operating system has it, so that the death of the process loses
none. A half-written one at the end is found by its checksum and cut off.
"""

import contextlib
import os
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from auditor.resuming import entries
from auditor.resuming.entries import Entry

try:
    import fcntl
except ImportError:  # Windows: the lock of the environment alone keeps other runs away.
    fcntl = None  # type: ignore[assignment]

LEVEL = 1
MOST_BYTES = 64 << 20
"""Larger entries are not kept: what they hold is read again."""
_HEAD = struct.Struct("<II")


class LogFile:
    """One open file, for its owner alone and for one process at a time. Any thread may append.

    Raises `OSError` where it cannot be opened, or where another process holds it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.Lock()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        self._file: BinaryIO = os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)
        self._end = 0
        if fcntl is not None:
            try:
                fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._file.close()
                raise

    def recovered(self) -> Iterator[tuple[int, Entry]]:
        """The whole entries from the beginning, each with its place; what follows goes at the end.

        The next entry is appended after the last that was given.
        """
        self._end = 0
        while (found := self._entry(self._end)) is not None:
            entry, end = found
            at, self._end = self._end, end
            yield at, entry
        with self._lock:
            self._file.truncate(self._end)

    def restart(self) -> None:
        """Forget every entry."""
        with self._lock:
            self._end = 0
            self._file.truncate(0)

    def append(self, entry: Entry) -> None:
        """Write an entry. Raises `OSError`; the file then ends with the one before it."""
        content = entries.encode(entry)
        if len(content) > MOST_BYTES:
            return
        payload = zstandard.ZstdCompressor(level=LEVEL).compress(content)
        record = _HEAD.pack(len(payload), zlib.crc32(payload)) + payload
        with self._lock:
            try:
                self._file.seek(self._end)
                rest = memoryview(record)
                while rest:
                    rest = rest[self._file.write(rest) :]
            except OSError:
                with contextlib.suppress(OSError):
                    self._file.truncate(self._end)
                raise
            self._end += len(record)

    def read(self, at: int) -> Entry:
        """The entry at a place that `recovered` gave."""
        found = self._entry(at)
        if found is None:
            raise OSError("the journal changed while it was read")
        return found[0]

    def close(self) -> None:
        """Leave the file as it is."""
        self._file.close()

    def remove(self) -> None:
        """Close the file and leave none."""
        # Emptied first, so that nothing of the tenant is left where it cannot be removed.
        with contextlib.suppress(OSError, ValueError):
            self._file.truncate(0)
        self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _entry(self, at: int) -> tuple[Entry, int] | None:
        """The entry at a place, and where it ends; None where there is no whole one."""
        with self._lock:
            self._file.seek(at)
            head = self._file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return None
            size_bytes, checksum = _HEAD.unpack(head)
            if size_bytes > MOST_BYTES * 2:
                return None
            payload = self._file.read(size_bytes)
        if len(payload) < size_bytes or zlib.crc32(payload) != checksum:
            return None
        try:
            content = zstandard.ZstdDecompressor().decompress(payload)
            return entries.decode(content), at + _HEAD.size + size_bytes
        except (zstandard.ZstdError, msgspec.MsgspecError):
            return None
