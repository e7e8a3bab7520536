"""Which mailboxes share an address, in one organisation or in several, without keeping them all.

Tested in `tests/auditor/judging/test_page_groups.py`.
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct, UnsetType

from connectors.columnar.addresses import compared
from connectors.columnar.encodings import Column, decode
from connectors.columnar.id_index import NULL, Digests, Flags, digests, distinct, told
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool
from connectors.normalisation.mailbox.buckets import RECENT
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

    @property
    def compared(self) -> str:
        """The address as it is compared, as mailbox keys do."""
        return compared(self.address).removeprefix(RECENT)


class PageOfHolders(Struct, frozen=True, array_like=True):
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


HeldPage: TypeAlias = tuple[Digests, PageOfHolders]
"""A page and the digest of each address on it; `NULL` where the mailbox does not count."""

_PARTS = 16
_AT_A_TIME = 20_000
"""So many shared addresses are looked at together."""
_COLUMNS = ("mailboxid", "name", "emailaddress", "regarding", "owner")
_TEXT: Any = str | None | UnsetType


class SentPage(Struct, frozen=True, array_like=True):
    """A page for another process, where digests differ; `counted` has a byte for each mailbox."""

    page: PageOfHolders
    counted: bytes


def sent(page: HeldPage) -> SentPage:
    """The page as another process takes it."""
    own, holders = page
    return SentPage(holders, told(own).tobytes())


def received(sent: SentPage) -> HeldPage:
    """The page, with the digests of this process."""
    counted = np.frombuffer(sent.counted, np.bool_)
    own = digests([each.compared for each in sent.page.holders(range(len(counted)))])
    return np.where(counted, own, NULL), sent.page


class AddressIndex(Closing):
    """Eight bytes of memory for each mailbox; the rest is spooled."""

    def __init__(self) -> None:
        self._digests: list[Digests] = []
        self._pages: Spool[PageOfHolders] = Spool(PageOfHolders)

    def close(self) -> None:
        """Give the file back."""
        self._pages.close()

    def add(self, page: Page, interned: Interned, is_holder: Flags) -> None:
        """Notes those mailboxes of one page of which it matters that they have their address."""
        own = interned.addresses
        self._digests.append(own if is_holder.all() else np.where(is_holder, own, NULL))
        columns = list(map(page.packed, _COLUMNS)) if page.rows else []
        groups = interned.numbers.tobytes()
        self._pages.add([PageOfHolders(page.read_at, groups, columns)])

    def of_groups(self, wanted: Collection[int]) -> "Iterator[HeldPage]":
        """The pages with a mailbox in these groups, and the digests of their addresses alone."""
        numbers = list(wanted)
        for number, own in enumerate(self._digests):
            page = self._pages.read(number)
            is_wanted = np.isin(np.frombuffer(page.packed_groups, np.int64), numbers)
            found = np.where(is_wanted, own, NULL)
            if told(found).any():
                yield found, page

    def shared(self) -> list[list[Holder]]:
        """Every address that several mailboxes have: its mailboxes, in the order of their ids."""
        found: dict[str, list[Holder]] = {}
        for holder in self._suspects():
            found.setdefault(holder.compared, []).append(holder)
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
        return np.concatenate([self._met_twice_in(part) for part in range(_PARTS)])

    def _met_twice_in(self, part: int) -> Digests:
        """Those of one part of all digests, so that sorting them takes little memory."""
        return _twice(_of_part(self._digests, part))


class Met(Struct, frozen=True):
    """One mailbox, in the environment of that name."""

    environment: str
    holder: Holder


class _Kept(Struct, frozen=True):
    """The digests of one page, and the position of what names its mailboxes."""

    digests: Digests
    position: int


class AddressIndexes(Closing):
    """The addresses of several environments: eight bytes of memory for each mailbox.

    Safe to share between threads. The digests of one process can be compared.
    """

    def __init__(self) -> None:
        self._kept: dict[str, list[_Kept]] = {}
        self._pages: Spool[PageOfHolders] = Spool(PageOfHolders)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the file back."""
        self._pages.close()

    def add(self, environment: str, pages: Iterable[HeldPage]) -> None:
        """Keeps the pages of one environment."""
        kept = []
        for own, page in pages:
            with self._lock:
                kept.append(_Kept(own, len(self._pages)))
                self._pages.add([page])
        with self._lock:
            self._kept[environment] = kept

    def shared(self) -> Iterator[list[Met]]:
        """Every address that mailboxes of several environments have, with these mailboxes.

        They come in the order of the environments' names and of the mailboxes' ids.
        """
        every = self._in_several()
        for first in range(0, len(every), _AT_A_TIME):
            some = every[first : first + _AT_A_TIME]
            found: dict[str, list[Met]] = {}
            for environment in sorted(self._kept):
                for met in self._met(environment, some):
                    found.setdefault(met.holder.compared, []).append(met)
            for address in sorted(found):
                if len({each.environment for each in found[address]}) > 1:
                    yield sorted(found[address], key=_place)

    def _met(self, environment: str, wanted: Digests) -> Iterator[Met]:
        for kept in self._kept[environment]:
            places = np.isin(kept.digests, wanted).nonzero()[0].tolist()
            if places:
                page = self._pages.read(kept.position)
                yield from (Met(environment, holder) for holder in page.holders(places))

    def _in_several(self) -> Digests:
        found = []
        for part in range(_PARTS):
            each_once = [
                distinct(np.concatenate([digests(()), *_of_part((e.digests for e in kept), part)]))
                for kept in self._kept.values()
            ]
            found.append(_twice(each_once))
        return np.concatenate(found)


def _place(met: Met) -> tuple[str, str]:
    return met.environment, met.holder.mailboxid


def _of_part(every: Iterable[Digests], part: int) -> list[Digests]:
    return [np.extract((each & (_PARTS - 1)) == part, each) for each in every]


def _twice(those: Sequence[Digests]) -> Digests:
    every = np.concatenate([digests(()), *those])
    every.sort()
    twice = distinct(every[1:][every[1:] == every[:-1]])
    return np.extract(told(twice), twice)
