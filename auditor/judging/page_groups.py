"""Counts the mailboxes of a page into their groups, and keeps the rows that findings need."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any

import numpy as np

from auditor.judging.kept_rows import FindingRows
from auditor.judging.mailbox_group import LEAD_BYTES, SAMPLE, Example, MailboxGroup, Sampled
from connectors.columnar.encodings import GUID_BYTES
from connectors.columnar.id_index import NULL, Flags, Positions
from connectors.columnar.page import Page
from connectors.columnar.timestamps import NO_DATE, moments


class PageGroups:
    """For one page: the group number of each mailbox, and the groups that occur.

    `numbers` has one group number for each row of the page, `groups` every group by its number:

        here = PageGroups(np.array([0, 2, 0]), groups)
        here.groups            # {0: <group 0>, 2: <group 2>}
        here.flags("kept")     # for each of the three rows, whether its group keeps rows
    """

    def __init__(self, numbers: Positions, groups: list[MailboxGroup]) -> None:
        self.numbers = numbers
        self.counts = np.bincount(numbers)
        self.groups = {number: groups[number] for number in np.flatnonzero(self.counts).tolist()}

    def flags(self, name: str) -> Flags:
        """Of each mailbox, whether its group has this set."""
        flags: Flags = self.each(name, np.bool_)
        return flags

    def each(self, name: str, kind: Any) -> Any:
        """What the group of each mailbox has in one field, as an array of that kind."""
        by_number = np.zeros(len(self.counts), kind)
        by_number[list(self.groups)] = list(map(attrgetter(name), self.groups.values()))
        return by_number[self.numbers]

    def places_of(self, numbers: Collection[int]) -> list[int]:
        """The places of the mailboxes of these groups, in the order of the page."""
        wanted = np.zeros(len(self.counts), np.bool_)
        wanted[list(numbers)] = True
        places: list[int] = np.flatnonzero(wanted[self.numbers]).tolist()
        return places


def take_page(page: Page, here: PageGroups, kept: FindingRows) -> None:
    """Counts the mailboxes of one page, and keeps what findings will need of them."""
    if not here.groups:
        return
    success = _latest(page, here, "lastsuccessfulsynccompletedon")
    test = _latest(page, here, "testmailboxaccesscompletedon")
    for number, group in here.groups.items():
        group.count += int(here.counts[number])
        group.latest_success = max(group.latest_success, success[number])
        group.latest_test = max(group.latest_test, test[number])
        group.latest_read = max(group.latest_read, page.read_at)
    places = np.flatnonzero(here.flags("kept"))
    kept.add(page, places.tolist(), here.numbers[places])
    _sample(page, here)


def _latest(page: Page, here: PageGroups, name: str) -> list[int]:
    """The latest moment in one column of each group's mailboxes, by the number of the group."""
    found = np.zeros(len(here.counts), np.int64)
    np.maximum.at(found, here.numbers, moments(page, name))
    latest: list[int] = np.where(found > NO_DATE, found, NULL).tolist()
    return latest


def _sample(page: Page, here: PageGroups) -> None:
    """Keeps those mailboxes of the page whose ids are among the smallest of their group."""
    places = np.flatnonzero(_leads(page) <= here.each("last_lead", np.uint32)).tolist()
    numbers = here.numbers[places].tolist()
    last = {number: here.groups[number].last_sampled for number in set(numbers)}
    found: dict[int, list[tuple[str, int]]] = {}
    for id, at, number in zip(page.pick("mailboxid", places), places, numbers, strict=True):
        if id < last[number]:
            found.setdefault(number, []).append((id, at))
    smallest = {number: sorted(ids)[:SAMPLE] for number, ids in found.items()}
    chosen = sorted(at for ids in smallest.values() for _, at in ids)
    columns = (page.pick(name, chosen) for name in ("mailboxid", "name", "emailaddress"))
    sampled = dict(zip(chosen, map(Sampled, *columns), strict=True))
    first = sorted(
        ids[0][1]
        for number, ids in smallest.items()
        if not here.groups[number].sample or ids[0] < (here.groups[number].first,)
    )
    for number, ids in smallest.items():
        here.groups[number].keep_samples(sampled[at] for _, at in ids)
    for at, row in zip(first, page.at(first), strict=True):
        here.groups[int(here.numbers[at])].keep_example(Example(row, page.read_at))


def _leads(page: Page) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    """How each id begins, as a number in the order of the ids; 0 where they are not all GUIDs."""
    column = page.packed("mailboxid")
    if column.encoding != "guids":
        return np.zeros(len(page.rows), np.uint32)
    return np.frombuffer(column.body, ">u4")[:: GUID_BYTES // LEAD_BYTES]
