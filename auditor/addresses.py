"""Which synchronizing mailboxes share an address, found without keeping every address."""

from array import array
from itertools import pairwise
from types import TracebackType

from msgspec import Struct

from connectors.compact_index import digest
from connectors.dynamics.rows import MailboxRow
from connectors.spool import Spool

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
    read_at: str


class AddressIndex:
    """Eight bytes of memory for each mailbox; the rest is spooled."""

    def __init__(self) -> None:
        self._digests = array("q")
        self._holders: Spool[Holder] = Spool(Holder)

    def __enter__(self) -> "AddressIndex":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._holders.close()

    def add(self, group: int, members: list[tuple[MailboxRow, str | None]], read_at: str) -> None:
        """Notes the mailboxes of one group on one page, each with its address in lower case."""
        self._digests.extend([digest(address) for _, address in members if address])
        self._holders.add(
            [
                Holder(
                    group,
                    row.mailboxid,
                    row.name or None,
                    row.emailaddress or "",
                    row.regarding or None,
                    row.owner or None,
                    read_at,
                )
                for row, address in members
                if address
            ]
        )

    def shared(self) -> list[list[Holder]]:
        """Every address that several mailboxes have: its mailboxes, in the order of their ids."""
        twice = self._met_twice()
        found: dict[str, list[Holder]] = {}
        for position, each in enumerate(self._digests):
            if each in twice:
                holder = self._holders.read(position)
                found.setdefault(holder.address.strip().casefold(), []).append(holder)
        groups = [
            sorted(holders, key=lambda each: each.mailboxid)
            for holders in found.values()
            if len(holders) > 1
        ]
        return sorted(groups, key=lambda group: group[0].mailboxid)

    def _met_twice(self) -> set[int]:
        twice: set[int] = set()
        for part in range(_PARTS):
            ordered = sorted([each for each in self._digests if each % _PARTS == part])
            twice.update(one for one, following in pairwise(ordered) if one == following)
        return twice
