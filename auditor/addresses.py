"""Which mailboxes share an address, found without keeping every address."""

from collections.abc import Container, Iterator, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from msgspec import Struct

from connectors.compact_index import NULL, Digests, digests, told
from connectors.dynamics.mailbox_facts import Interned
from connectors.sources import Page
from connectors.spool import Spool


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
    """The mailboxes of one page by column, which is many times cheaper than by mailbox."""

    read_at: str
    groups: Sequence[int]
    ids: Sequence[str]
    names: Sequence[str | None]
    addresses: Sequence[str | None]
    regarding: Sequence[str | None]
    owners: Sequence[str | None]

    def holder(self, at: int) -> Holder:
        return Holder(
            self.groups[at],
            self.ids[at],
            self.names[at],
            self.addresses[at] or "",
            self.regarding[at],
            self.owners[at],
            self.read_at,
        )


class AddressIndex:
    """Eight bytes of memory for each mailbox; the rest is spooled."""

    def __init__(self) -> None:
        self._digests: list[Digests] = []
        self._pages: Spool[_PageOfHolders] = Spool(_PageOfHolders)

    def __enter__(self) -> "AddressIndex":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pages.close()

    def add(self, page: Page, interned: Interned, holders: Container[int]) -> None:
        """Notes the mailboxes of one page whose configuration is among those that matter."""
        numbers, column = interned.numbers, page.columns
        own = interned.addresses
        if not all(number in holders for number in set(numbers)):
            is_holder = np.fromiter(map(holders.__contains__, numbers), np.bool_, len(numbers))
            own = np.where(is_holder, own, NULL)
        self._digests.append(own)
        names = ("mailboxid", "name", "emailaddress", "regarding", "owner")
        self._pages.add(
            [_PageOfHolders(page.read_at, numbers, *(_texts(column[name]) for name in names))]
            if column
            else [_PageOfHolders(page.read_at, [], [], [], [], [], [])]
        )

    def shared(self) -> list[list[Holder]]:
        """Every address that several mailboxes have: its mailboxes, in the order of their ids."""
        found: dict[str, list[Holder]] = {}
        for holder in self._suspects():
            found.setdefault(holder.address.strip().casefold(), []).append(holder)
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
                page = self._pages.read(number)
                yield from map(page.holder, places)

    def _met_twice(self) -> Digests:
        every = np.concatenate([each[told(each)] for each in self._digests] or [digests(())])
        every.sort()
        return np.unique(every[1:][every[1:] == every[:-1]])


def _texts(values: Sequence[Any]) -> Sequence[Any]:
    """Texts as they came; null for empty ones and for what was not answered."""
    return values if all(values) else [each or None for each in values]
