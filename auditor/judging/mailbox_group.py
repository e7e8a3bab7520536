"""Mailboxes that every rule judges alike: their verdicts, their count, and a sample of them.

Plain values. How a page of mailboxes is counted into groups stands in `page_groups`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from heapq import nsmallest
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias

from msgspec import Struct, UnsetType

from auditor.judging.shared_causes import with_shared_cause
from connectors.columnar.encodings import guids_to_bytes
from connectors.columnar.id_index import NULL
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.mailbox.configurations import Configuration
from connectors.normalisation.mailbox.owners import Owners
from rules.facts import AddressUse
from rules.judge import Judge
from rules.rule import Rule
from rules.verdict import Fail, Undetermined, Verdict

SAMPLE = 10
"""At most so many subjects are named where many share one cause."""
LAST = chr(0x10FFFF)
"""Comes after every id."""
LEAD_BYTES = 4
"""How many bytes of an id are compared before the whole id is."""
_LAST_LEAD = 256**LEAD_BYTES - 1


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


class MailboxGroup(Struct):
    """Mailboxes that every rule judges alike, with their verdicts.

    `kept` says that each of them is a finding of its own, so that its row is kept in full, and
    `holds_address` that it may matter to others which address one of them has. Of the `sample`,
    the mailboxes whose ids are in `moved` ended in another group.

        >>> group.count, group.verdicts["mailbox-not-approved"]
        (214, Fail('The email address …', …))
        >>> group.sample[0]
        Sampled(id='m-1', name='Anna', address='anna@contoso.example')
    """

    number: int
    configuration: Configuration
    count: int
    verdicts: Mapping[str, Verdict]
    kept: bool
    holds_address: bool
    sample: list[Sampled] = []
    """Those with the smallest ids, whatever the order in which they come."""
    last_lead: int = _LAST_LEAD
    """How the last id of a full sample begins: none that begins with more changes the sample."""
    smallest: Example | None = None
    """The mailbox with the smallest id."""
    moved: frozenset[str] = frozenset()
    use: AddressUse | None = None
    """How others use the address of its mailboxes; None: no other mailbox was seen to have it."""
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


def in_order(groups: Iterable[MailboxGroup]) -> list[MailboxGroup]:
    """The groups that hold a mailbox, in an order that is the same in every run."""
    return sorted((group for group in groups if group.count), key=lambda group: group.first)


def _lead(id: str) -> int:
    """How an id begins, as a number; an id that is no GUID may come before or after any other."""
    raw = guids_to_bytes(id)
    return int.from_bytes(raw[:LEAD_BYTES], "big") if raw else _LAST_LEAD


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
    kind = type(verdict)
    return kind is Fail or (kind is Undetermined and verdict.cause is None)  # type: ignore[union-attr]


class JudgedAlike:
    """Groups that every rule has the same verdicts for, and what is told of all of them."""

    def __init__(self) -> None:
        self.groups: list[MailboxGroup] = []

    @cached_property
    def filled(self) -> list[MailboxGroup]:
        """Those that hold a mailbox."""
        return [group for group in self.groups if group.count]

    @cached_property
    def count(self) -> int:
        """How many mailboxes they hold."""
        return sum(group.count for group in self.filled)

    @cached_property
    def first(self) -> str:
        """The smallest id of their mailboxes; there is one where they hold any."""
        return min(group.first for group in self.filled)

    @cached_property
    def named(self) -> list[Sampled]:
        """So many of their mailboxes as a sample has, those with the smallest ids."""
        return first_named(chain.from_iterable(group.named for group in self.filled))


def first_named(mailboxes: Iterable[Sampled]) -> list[Sampled]:
    """A sample of mailboxes: those with the smallest ids."""
    return nsmallest(SAMPLE, mailboxes, key=_ID)


class Alike(Struct):
    """The groups for which one rule has one verdict, and how many mailboxes these are."""

    verdict: Verdict
    lists: list[JudgedAlike]
    count: int = 0

    @property
    def groups(self) -> Iterator[MailboxGroup]:
        """The groups."""
        return chain.from_iterable(each.groups for each in self.lists)


def by_verdict(groups: Iterable[MailboxGroup]) -> dict[str, list[Alike]]:
    """By the ids of rules each verdict of theirs once, however many groups have it."""
    judged_alike: dict[int, JudgedAlike] = defaultdict(JudgedAlike)
    for group in groups:
        # The groups hold their verdicts, so that no two have one identity.
        judged_alike[id(group.verdicts)].groups.append(group)
    found: dict[str, dict[int, Alike]] = {}
    for some in judged_alike.values():
        for rule, verdict in some.groups[0].verdicts.items():
            of_rule = found.setdefault(rule, {})
            alike = of_rule.get(identity := id(verdict))
            if alike is None:
                alike = of_rule[identity] = Alike(verdict, [])
            alike.lists.append(some)
            alike.count += some.count
    return {rule: list(each.values()) for rule, each in found.items()}
