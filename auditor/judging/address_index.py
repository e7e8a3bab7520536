"""Which mailboxes share an address, found without keeping every address.

Tested in `tests/auditor/judging/test_page_groups.py`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct, UnsetType

from connectors.columnar.addresses import compared
from connectors.columnar.encodings import Column, decode
from connectors.columnar.id_index import NULL, Digests, Flags, digests, told
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool
from connectors.normalisation.mailbox.configurations import Interned
from connectors.transport.closing import Closing


class Holder(Struct, frozen=True):
    """One mailbox: its group of verdicts and what identifies it."""

    group: int
    mailboxid: str
    name: str | None
    address: str
    regarding: str | None
    owner: str | None
    read_at: str


class _PageOfHolders(Struct, frozen=True, array_like=True):
    """The mailboxes of one page, packed by column: they are seldom looked at."""

    read_at: str
    packed_groups: bytes
    columns: Sequence[Column]

    def holders(self, places: Sequence[int]) -> Iterator[Holder]:
        """The mailboxes at these places."""
        groups = np.frombuffer(self.packed_groups, np.int64).tolist()
        values = [decode(column, len(groups), _TEXT) for column in self.columns]
        for at in places:
            id, name, address, regarding, owner = (each[at] or None for each in values)
            yield Holder(groups[at], id or "", name, address or "", regarding, owner, self.read_at)


_PARTS = 16
_COLUMNS = ("mailboxid", "name", "emailaddress", "regarding", "owner")
_TEXT: Any = str | None | UnsetType


class AddressIndex(Closing):
    """Eight bytes of memory for each mailbox; the rest is spooled."""

    def __init__(self) -> None:
        self._digests: list[Digests] = []
        self._pages: Spool[_PageOfHolders] = Spool(_PageOfHolders)

    def close(self) -> None:
        """Give the file back."""
        self._pages.close()

    def add(self, page: Page, interned: Interned, is_holder: Flags) -> None:
        """Notes those mailboxes of one page of which it matters that they have their address."""
        own = interned.addresses
        self._digests.append(own if is_holder.all() else np.where(is_holder, own, NULL))
        columns = list(map(page.packed, _COLUMNS)) if page.rows else []
        groups = interned.numbers.tobytes()
        self._pages.add([_PageOfHolders(page.read_at, groups, columns)])

    def shared(self) -> list[list[Holder]]:
        """Every address that several mailboxes have: its mailboxes, in the order of their ids."""
        found: dict[str, list[Holder]] = {}
        for holder in self._suspects():
            found.setdefault(compared(holder.address), []).append(holder)
        groups = [
            sorted(holders, key=lambda each: each.mailboxid)
            for holders in found.values()
            if len(holders) > 1
        ]
        return sorted(groups, key=lambda group: group[0].mailboxid)

    def _suspects(self) -> Iterator[Holder]:
        """The mailboxes whose addresses have a digest that was met twice."""
        twice = self._met_twice()
        if not len(twice):
            return
        for number, own in enumerate(self._digests):
            places = np.isin(own, twice).nonzero()[0].tolist()
            if places:
                yield from self._pages.read(number).holders(places)

    def _met_twice(self) -> Digests:
        found = [self._met_twice_in(part) for part in range(_PARTS)]
        return np.concatenate(found)

    def _met_twice_in(self, part: int) -> Digests:
        """Those of one part of all digests, so that sorting them takes little memory."""
        own = [np.extract((each & (_PARTS - 1)) == part, each) for each in self._digests]
        every = np.concatenate([digests(()), *own])
        every.sort()
        twice: Digests = np.unique(every[1:][every[1:] == every[:-1]])
        return np.extract(told(twice), twice)
