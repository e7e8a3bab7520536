"""Which synchronizing mailboxes share an address, found without keeping every address."""

import tempfile
from array import array
from bisect import bisect_right
from itertools import pairwise
from types import TracebackType

import msgspec
from msgspec import Struct

from connectors.dynamics.rows import MailboxRow

_PARTS = 8
"""The hashes are compared a part at a time, so that sorting them takes little memory."""


class Holder(Struct, frozen=True, array_like=True):
    """One synchronizing mailbox: its group of verdicts and what identifies it."""

    group: int
    mailboxid: str
    name: str | None
    address: str
    regarding: str | None
    owner: str | None


class AddressIndex:
    """Eight bytes of memory for each mailbox; the rest is spooled to a nameless file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()
        self._hashes = array("q")
        self._first = array("Q")
        self._offsets = array("Q", [0])
        self._read_at: list[str] = []
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Holder])

    def __enter__(self) -> "AddressIndex":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, group: int, members: list[tuple[MailboxRow, str | None]], read_at: str) -> None:
        """Notes the mailboxes of one group on one page, each with its address in lower case."""
        found = [(row, address) for row, address in members if address]
        if not found:
            return
        self._first.append(len(self._hashes))
        self._read_at.append(read_at)
        self._hashes.extend([hash(address) for _, address in found])
        body = self._encoder.encode(
            [
                (
                    group,
                    row.mailboxid,
                    row.name or None,
                    address,
                    row.regarding or None,
                    row.owner or None,
                )
                for row, address in found
            ]
        )
        self._file.write(body)
        self._offsets.append(self._offsets[-1] + len(body))

    def shared(self) -> list[list[tuple[Holder, str]]]:
        """Every address that several mailboxes have: its mailboxes with the time they were read.

        In the order of the ids.
        """
        twice = self._hashes_met_twice()
        found: dict[str, list[tuple[Holder, str]]] = {}
        for position, digest in enumerate(self._hashes):
            if digest in twice:
                holder, read_at = self._read(position)
                found.setdefault(holder.address.strip().casefold(), []).append((holder, read_at))
        groups = [
            sorted(holders, key=lambda each: each[0].mailboxid)
            for holders in found.values()
            if len(holders) > 1
        ]
        return sorted(groups, key=lambda group: group[0][0].mailboxid)

    def _hashes_met_twice(self) -> set[int]:
        twice: set[int] = set()
        for part in range(_PARTS):
            ordered = sorted([each for each in self._hashes if each % _PARTS == part])
            twice.update(one for one, following in pairwise(ordered) if one == following)
        return twice

    def _read(self, position: int) -> tuple[Holder, str]:
        block = bisect_right(self._first, position) - 1
        start, end = self._offsets[block], self._offsets[block + 1]
        self._file.seek(start)
        holders = self._decoder.decode(self._file.read(end - start))
        return holders[position - self._first[block]], self._read_at[block]
