"""Which mailboxes share an address, found without keeping every address."""

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from types import TracebackType
from typing import Any

from msgspec import Struct

from connectors.compact_index import NULL, UNANSWERED
from connectors.dynamics.mailbox_facts import Interned
from connectors.sources import Page
from connectors.spool import Spool

_PARTS = 16
_CUTS = tuple((part << 64) // _PARTS - (1 << 63) for part in range(1, _PARTS))
"""Digests are compared a part at a time, so that sorting them takes little memory."""


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
        self._digests: Spool[list[int]] = Spool(list[int])
        self._parts = [array("q") for _ in range(_PARTS)]
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
        self._digests.close()

    def add(self, page: Page, interned: Interned, holders: Container[int]) -> None:
        """Notes the mailboxes of one page whose configuration is among those that matter."""
        numbers, column = interned.numbers, page.columns
        if all(number in holders for number in set(numbers)):
            own = interned.addresses
        else:
            own = [
                address if number in holders else NULL
                for address, number in zip(interned.addresses, numbers, strict=True)
            ]
        self._digests.add([own])
        ordered = sorted(own)
        ends = [bisect_left(ordered, cut) for cut in _CUTS]
        for part, start, end in zip(self._parts, [0, *ends], [*ends, len(ordered)], strict=True):
            part.extend(ordered[start:end])
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
        if not twice:
            return
        for number, digests in enumerate(self._digests):
            places = [at for at, each in enumerate(digests) if each in twice]
            if places:
                page = self._pages.read(number)
                yield from map(page.holder, places)

    def _met_twice(self) -> set[int]:
        twice: set[int] = set()
        for part in self._parts:
            # Made of runs that are in order already, which sorting only has to merge.
            ordered = sorted(part)
            twice.update(one for one, following in pairwise(ordered) if one == following)
        return twice - {NULL, UNANSWERED}


def _texts(values: Sequence[Any]) -> Sequence[Any]:
    """Texts as they came; null for empty ones and for what was not answered."""
    return values if all(values) else [each or None for each in values]
