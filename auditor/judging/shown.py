"""What Dynamics 365 shows of mailboxes: over which directions each is known to work.

Tested in `tests/auditor/judging/test_bearing.py`.
"""

from operator import attrgetter
from typing import NamedTuple

from rules.facts import Mailbox, Organization
from rules.shown_success import SHOWN_BY, shown_to_work
from rules.thresholds import Thresholds


class Success(NamedTuple):
    """The directions over which a mailbox is shown to work, and those over which it may be."""

    shown: frozenset[str]
    possible: frozenset[str]


class Shown(NamedTuple):
    """Over which directions a mailbox is shown to work: at all, and since its profile changed.

    What is inferred from a record that Dynamics does not date is contradicted by any fresh
    success; what is inferred from a profile by one that is later than its last change.
    """

    at_all: Success
    since_change: Success

    def for_subject(self, subject: str) -> Success:
        """The successes that count against what is inferred from a record of this kind."""
        return self.since_change if subject != "organization" else self.at_all


_shown_by = attrgetter(*SHOWN_BY)


class ShownOnce:
    """Over which directions Dynamics 365 shows each mailbox to work.

    It is looked at once for all that are alike in what shows it.
    """

    def __init__(self, organization: Organization, thresholds: Thresholds) -> None:
        self._organization = organization
        self._thresholds = thresholds
        # The mailbox is held, for an id is that of one object as long as it lives.
        self._known: dict[int, tuple[Mailbox, Shown]] = {}
        self._by_facts: dict[tuple[object, ...], Shown] = {}

    def of(self, mailbox: Mailbox) -> Shown:
        """What is shown of the mailbox."""
        known = self._known.get(id(mailbox))
        if known is None:
            facts = _shown_by(mailbox)
            found = self._by_facts.get(facts)
            if found is None:
                found = self._by_facts[facts] = self._look_at(mailbox)
            known = self._known[id(mailbox)] = (mailbox, found)
        return known[1]

    def _look_at(self, mailbox: Mailbox) -> Shown:
        at_all = self._success(mailbox, since_change=False)
        if not at_all.possible:
            return Shown(at_all, at_all)
        return Shown(at_all, self._success(mailbox, since_change=True))

    def _success(self, mailbox: Mailbox, *, since_change: bool) -> Success:
        own, limits = self._organization, self._thresholds
        found = shown_to_work(mailbox, own, limits, since_change=since_change)
        return Success(
            frozenset(direction for direction, works in found.items() if works is True),
            frozenset(direction for direction, works in found.items() if works is not False),
        )
