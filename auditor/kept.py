"""Rows that findings need in full, held outside memory until the report is written."""

import os
import tempfile
from array import array
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from connectors.closing import Closing
from connectors.dynamics.rows import MailboxRow
from connectors.spool import within_64_bits


class KeptRow(Struct, frozen=True, array_like=True):
    """One mailbox row with its group of verdicts and the time it was read."""

    group: int
    read_at: str
    row: MailboxRow


class KeptRows(Closing):
    """Rows spooled to a temporary file without a name; memory holds a few bytes for each."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()
        self._ids = bytearray()
        self._groups = array("L")
        self._offsets = array("Q")
        self._end = 0
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(KeptRow)

    def __len__(self) -> int:
        return len(self._groups)

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()

    def __del__(self) -> None:
        # An audit hands its findings out for as long as anybody holds it: nobody else closes it.
        self.close()

    def add(self, group: int, row: MailboxRow, read_at: str) -> None:
        """Keeps one row."""
        try:
            body = self._encoder.encode(KeptRow(group, read_at, row))
        except OverflowError:
            body = self._encoder.encode(KeptRow(group, read_at, within_64_bits(row)))
        self._file.write(body)
        self._ids += row.mailboxid.encode("utf-8", "replace")[:36].ljust(36)
        self._groups.append(group)
        self._offsets.append(self._end)
        self._end += len(body)

    def ordered(self) -> list[int]:
        """Positions of the rows in the order of their mailbox ids."""
        ids = bytes(self._ids)
        return sorted(range(len(self)), key=lambda at: ids[at * 36 : at * 36 + 36])

    def id_of(self, position: int) -> str:
        """The mailbox id of the row at a position."""
        return bytes(self._ids[position * 36 : position * 36 + 36]).rstrip().decode("utf-8")

    def group_of(self, position: int) -> int:
        """The group of verdicts of the row at a position."""
        return self._groups[position]

    def read(self, positions: list[int]) -> Iterator[KeptRow]:
        """The rows at these positions, in their order."""
        self._file.flush()
        for position in positions:
            start = self._offsets[position]
            last = position + 1 == len(self._offsets)
            end = self._end if last else self._offsets[position + 1]
            yield self._decoder.decode(self._read(start, end - start))

    def _read(self, start: int, size_bytes: int) -> bytes:
        # One call to the system for a row, where it has one that needs no seek before it.
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size_bytes, start)
        self._file.seek(start)
        content = self._file.read(size_bytes)
        self._file.seek(0, os.SEEK_END)
        return content
