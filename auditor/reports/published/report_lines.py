"""A JSON report read as it was written: its long members line by line, each time anew.

The JSON report ends a line only between the values of its long members, a batch of them on each.
So a report of any size is read in the memory of one line. A file in any other layout, or with a
fault, is none of these: whoever reads it whole says what is wrong.
"""

import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from auditor.model import Finding, MailboxEntry, RootCause

MEMBERS: Mapping[str, Any] = {
    "causes": list[RootCause],
    "mailboxes": list[MailboxEntry],
    "findings": list[Finding],
}
_EMPTIED = b"[\n]"
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
LONGEST_BYTES = 64 << 20
"""Of one line, and of all that is not in a long member."""


class ReportLines:
    """The long members of a report, and `head`, the report with all of these empty.

    `take` is called with each value once, as it is found to be of its shape. Raises ValueError
    where the file is not in this layout, and OSError.
    """

    def __init__(
        self, path: Path, take: Callable[[str, Any], None], longest_bytes: int = LONGEST_BYTES
    ) -> None:
        self._longest = longest_bytes
        self._file: BinaryIO = path.open("rb")
        weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._decoders = {name: msgspec.json.Decoder(kind) for name, kind in MEMBERS.items()}
        self._spans: dict[str, tuple[int, int]] = {}
        self.head = self._scanned(take)

    def values(self, member: str) -> Iterator[Any]:
        """The values of one of the long members, in their order."""
        at, end = self._spans[member]
        while at < end:
            with self._lock:
                self._file.seek(at)
                line = self._file.readline()
                at = self._file.tell()
            yield from self._decoded(member, line)

    def _decoded(self, member: str, line: bytes) -> list[Any]:
        values = line.removesuffix(b"\n").removesuffix(b",")
        found: list[Any] = self._decoders[member].decode(b"[%b]" % values)
        return found

    def _scanned(self, take: Callable[[str, Any], None]) -> bytes:
        head: list[bytes] = []
        left = self._longest
        while line := self._file.readline(left + 1):
            left -= len(line)
            if left < 0:
                raise ValueError("too much beside the long members")
            head.append(line)
            member = next((name for name in MEMBERS if line.endswith(_opening(name))), None)
            if member is not None:
                if member in self._spans:
                    raise ValueError(f"{member} twice")
                line = self._scan(member, take)
                self._file.seek(-len(line), 1)
        whole = b"".join(head)
        members = _members.decode(whole)
        if any(bytes(members.get(name, b"")) != _EMPTIED for name in MEMBERS):
            raise ValueError("a long member is not on lines of its own")
        if whole.count(_EMPTIED) != len(MEMBERS):
            raise ValueError("a long member is elsewhere too")
        return whole

    def _scan(self, member: str, take: Callable[[str, Any], None]) -> bytes:
        """Looks at the values of one member; gives the line after them, which closes it."""
        first = self._file.tell()
        is_followed = None
        while line := self._file.readline(self._longest + 1):
            if len(line) > self._longest:
                raise ValueError("a line that is too long")
            if line.startswith(b"]"):
                if is_followed:
                    break
                self._spans[member] = first, self._file.tell() - len(line)
                return line
            values = self._decoded(member, line)
            if not values or is_followed is False:
                break
            is_followed = line.endswith(b",\n")
            for each in values:
                take(member, each)
        raise ValueError(f"{member} does not end as it was written")


def _opening(member: str) -> bytes:
    return f'"{member}":[\n'.encode()
