"""Mailboxes that no rule can tell apart: counted, sampled, and kept where findings need them."""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count
from operator import gt, lt
from typing import Any, TypeAlias

from msgspec import Struct

from auditor.kept import KeptRows
from auditor.shared_causes import with_shared_cause
from connectors.dynamics.mailbox_facts import Configuration, Interned
from connectors.dynamics.owners import Owners
from connectors.dynamics.rows import MailboxRow
from connectors.sources import Page
from rules.judge import Judge
from rules.rule import Rule
from rules.verdict import Fail, Undetermined, Verdict

SAMPLE = 10
"""At most so many subjects are named where many share one cause."""
LAST = chr(0x10FFFF)
"""Comes after every id."""


class Sampled(Struct, frozen=True):
    """One mailbox of a group, kept to name it and to show its values."""

    row: MailboxRow
    read_at: str


class Watched(Struct, frozen=True):
    """One mailbox that was asked for by name, with the group it was met in."""

    group: int
    row: MailboxRow
    read_at: str


Watch: TypeAlias = Callable[[MailboxRow, Owners], bool]
"""Of a mailbox, with the users and queues: whether it was asked for."""


class Group(Struct):
    """Mailboxes that no rule can tell apart, with their verdicts.

    `kept` says that each of them is a finding of its own, so that its row is kept in full. Of the
    `sample`, the mailboxes whose ids are in `moved` ended in another group.
    """

    number: int
    configuration: Configuration
    count: int
    verdicts: dict[str, Verdict]
    kept: bool
    sample: list[Sampled] = []
    """Those with the smallest ids, whatever the order in which they come."""
    last_sampled: str = LAST
    """Only an id before this one changes the sample."""
    moved: set[str] = set()
    latest_success: str = ""
    latest_test: str = ""

    def keep_sample(self, sampled: Sampled) -> None:
        """Adds one mailbox to the sample, which keeps its size."""
        insort(self.sample, sampled, key=lambda each: each.row.mailboxid)
        del self.sample[SAMPLE:]
        if len(self.sample) == SAMPLE:
            self.last_sampled = self.sample[-1].row.mailboxid

    @property
    def named(self) -> list[Sampled]:
        """The mailboxes of the sample that ended in this group."""
        return [each for each in self.sample if each.row.mailboxid not in self.moved]

    @property
    def first(self) -> str:
        """The smallest id of its mailboxes: an order that no server's order changes."""
        return self.sample[0].row.mailboxid


def in_order(groups: Iterable[Group]) -> list[Group]:
    """The groups that hold a mailbox, in an order that is the same in every run."""
    return sorted((group for group in groups if group.count), key=lambda group: group.first)


def take_page(page: Page, interned: Interned, groups: list[Group], kept: KeptRows) -> None:
    """Counts the mailboxes of one page, and keeps what findings will need of them."""
    numbers, column = interned.numbers, page.columns
    counts = Counter(numbers)
    if not counts:
        return
    for number, more in counts.items():
        groups[number].count += more
    kept_here = {number for number in counts if groups[number].kept}
    places = list(_where(map(kept_here.__contains__, numbers)))
    for at, row in zip(places, page.at(places), strict=True):
        kept.add(numbers[at], row, page.read_at)
    latest = {number: groups[number].latest_success for number in counts}
    for group, moment in _past(latest, column["lastsuccessfulsynccompletedon"], numbers, groups):
        group.latest_success = max(moment, group.latest_success)
    latest = {number: groups[number].latest_test for number in counts}
    for group, moment in _past(latest, column["testmailboxaccesscompletedon"], numbers, groups):
        group.latest_test = max(moment, group.latest_test)
    last = {number: groups[number].last_sampled for number in counts}
    ids = column["mailboxid"]
    for at in _where(map(lt, ids, map(last.__getitem__, numbers))):
        group = groups[numbers[at]]
        if ids[at] < group.last_sampled:
            group.keep_sample(Sampled(page.rows[at], page.read_at))


def _where(told: Iterable[bool]) -> Iterator[int]:
    """The places of what is true. It is seldom, so all else stays inside C loops."""
    return compress(count(), told)


def _past(
    latest: Mapping[int, str],
    moments: Sequence[Any],
    numbers: Sequence[int],
    groups: Sequence[Group],
) -> Iterator[tuple[Group, str]]:
    """The moments that lie after the latest of their group so far."""
    told = moments if all(moments) else [each or "" for each in moments]
    for at in _where(map(gt, told, map(latest.__getitem__, numbers))):
        yield groups[numbers[at]], told[at]


def judged(judge: Judge, rule: Rule, facts: Mapping[Any, object]) -> Verdict:
    """The verdict, with a cause where a record that is not the subject's own leaves it open."""
    return with_shared_cause(rule, judge.judge(rule, facts))


def judged_by(
    judge: Judge, rules: Iterable[Rule], facts: Mapping[Any, object]
) -> dict[str, Verdict]:
    """The verdict of each rule, by its id."""
    return {rule.id: judged(judge, rule, facts) for rule in rules}


def is_own(verdict: Verdict) -> bool:
    """Whether each subject with this verdict is a finding of its own."""
    return isinstance(verdict, Fail) or (
        isinstance(verdict, Undetermined) and verdict.cause is None
    )
