"""Mailboxes that no rule can tell apart: counted, sampled, and kept where findings need them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct, UnsetType

from auditor.judging.kept_rows import FindingRows
from auditor.judging.shared_causes import with_shared_cause
from connectors.columnar.encodings import GUID_BYTES, guids_to_bytes
from connectors.columnar.id_index import NULL, Positions
from connectors.columnar.page import Page
from connectors.columnar.timestamps import NO_DATE, moments
from connectors.dynamics.rows import MailboxRow
from connectors.normalisation.mailbox.configurations import Configuration
from connectors.normalisation.mailbox.owners import Owners
from rules.judge import Judge
from rules.rule import Rule
from rules.verdict import Fail, Undetermined, Verdict

SAMPLE = 10
"""At most so many subjects are named where many share one cause."""
LAST = chr(0x10FFFF)
"""Comes after every id."""
_LEAD_BYTES = 4
_LAST_LEAD = 256**_LEAD_BYTES - 1


class Example(Struct, frozen=True):
    """The whole row of one mailbox of a group, to show the values that are common to all."""

    row: MailboxRow
    read_at: str


class Sampled(Struct, frozen=True):
    """What one mailbox of a group is named by."""

    id: str
    name: str | None | UnsetType
    address: str | None | UnsetType


class Watched(Struct, frozen=True):
    """One mailbox that was asked for by name, with the group it was met in."""

    group: int
    row: MailboxRow
    read_at: str


_ID = attrgetter("id")

Watch: TypeAlias = Callable[[Page, Owners], Collection[int]]
"""Of a page of mailboxes, with the users and queues: the places of those that were asked for."""


class Group(Struct):
    """Mailboxes that no rule can tell apart, with their verdicts.

    `kept` says that each of them is a finding of its own, so that its row is kept in full, and
    `holds_address` that it may matter to others which address one of them has. Of the `sample`,
    the mailboxes whose ids are in `moved` ended in another group.
    """

    number: int
    configuration: Configuration
    count: int
    verdicts: dict[str, Verdict]
    kept: bool
    holds_address: bool
    sample: list[Sampled] = []
    """Those with the smallest ids, whatever the order in which they come."""
    last_lead: int = _LAST_LEAD
    """How the last id of a full sample begins: none that begins with more changes the sample."""
    smallest: Example | None = None
    """The mailbox with the smallest id."""
    moved: set[str] = set()
    latest_success: int = NULL
    latest_test: int = NULL
    """The latest success and the latest test of its mailboxes, each a moment by its number."""
    latest_read: str = ""

    @property
    def last_sampled(self) -> str:
        """The last id of a full sample: only an id before it changes the sample."""
        return self.sample[-1].id if len(self.sample) == SAMPLE else LAST

    def keep_samples(self, found: Iterable[Sampled]) -> None:
        """Adds mailboxes to the sample, which keeps its size."""
        self.sample = sorted([*self.sample, *found], key=_ID)[:SAMPLE]
        self.last_lead = _lead(self.last_sampled)

    def keep_example(self, example: Example) -> None:
        """Takes the mailbox as the example, if its id is the smallest so far."""
        if self.smallest is None or example.row.mailboxid < self.smallest.row.mailboxid:
            self.smallest = example

    @property
    def example(self) -> Example:
        """The mailbox with the smallest id; there is one once the group holds a mailbox."""
        assert self.smallest is not None
        return self.smallest

    @property
    def named(self) -> list[Sampled]:
        """The mailboxes of the sample that ended in this group."""
        return [each for each in self.sample if each.id not in self.moved]

    @property
    def first(self) -> str:
        """The smallest id of its mailboxes: an order that no server's order changes."""
        return self.example.row.mailboxid


def in_order(groups: Iterable[Group]) -> list[Group]:
    """The groups that hold a mailbox, in an order that is the same in every run."""
    return sorted((group for group in groups if group.count), key=lambda group: group.first)


class PageGroups:
    """The groups, by number, that the mailboxes of one page are in, and that of each mailbox."""

    def __init__(self, numbers: Positions, groups: list[Group]) -> None:
        self.numbers = numbers
        self.counts = np.bincount(numbers)
        self.groups = {number: groups[number] for number in np.flatnonzero(self.counts).tolist()}

    def each(self, name: str, kind: Any) -> Any:
        """What the group of each mailbox has in one field, as an array of that kind."""
        by_number = np.zeros(len(self.counts), kind)
        by_number[list(self.groups)] = list(map(attrgetter(name), self.groups.values()))
        return by_number[self.numbers]


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
    places = np.flatnonzero(here.each("kept", np.bool_))
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
    return np.frombuffer(column.body, ">u4")[:: GUID_BYTES // _LEAD_BYTES]


def _lead(id: str) -> int:
    """How an id begins, as a number; an id that is no GUID may come before or after any other."""
    raw = guids_to_bytes(id)
    return int.from_bytes(raw[:_LEAD_BYTES], "big") if raw else _LAST_LEAD


def judged(judge: Judge, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
    """The verdict, with a cause where a record that is not the subject's own leaves it open."""
    return with_shared_cause(rule, judge.judge(rule, facts))


def judged_by(
    judge: Judge, rules: Iterable[Rule], facts: Mapping[Any, object]
) -> dict[str, Verdict]:
    """The verdict of each rule, by its id."""
    return {rule.id: judged(judge, rule, facts) for rule in rules}


def is_individual(verdict: Verdict) -> bool:
    """Whether each subject with this verdict is a finding of its own."""
    return isinstance(verdict, Fail) or (
        isinstance(verdict, Undetermined) and verdict.cause is None
    )
