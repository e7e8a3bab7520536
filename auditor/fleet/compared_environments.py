"""What the mailboxes of one environment synchronize, as the comparison of several asks for it.

Tested in `tests/auditor/fleet/test_settled.py`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from auditor.fleet.accounts import NO_ACCOUNTS, Accounts, accounts_of
from auditor.fleet.applications import NO_APPLICATIONS, Applications, applications_of
from auditor.fleet.discovery import address_of
from auditor.judging.mailbox_group import MailboxGroup
from auditor.judging.shared_addresses import NOT_COMPARED
from connectors.normalisation.facts import Facts
from connectors.transport.guard.reachability import is_loopback_host
from rules.facts import Mailbox
from rules.unknown import Unknown, both
from rules.verdict import Undetermined

ADDRESS = "address-in-several-environments"


def _synchronizes(mailbox: Mailbox, facts: Facts) -> bool | Unknown:
    return mailbox.synchronizing


def _synchronizes_appointments(mailbox: Mailbox, facts: Facts) -> bool | Unknown:
    return both(mailbox.synchronizing, mailbox.synchronizes_appointments)


def _synchronizes_in_production(mailbox: Mailbox, facts: Facts) -> bool | Unknown:
    production = facts.organization.is_production
    return both(mailbox.synchronizing, NOT_COMPARED if production is None else production)


RULES: Mapping[str, Callable[[Mailbox, Facts], bool | Unknown]] = {
    ADDRESS: _synchronizes,
    "another-organization-synchronizes": _synchronizes_appointments,
    "sandbox-shares-address-with-production": _synchronizes_in_production,
}
"""The rules that ask what other environments do, and what a mailbox there must do to fail one."""


class Use(Struct, frozen=True):
    """What the mailboxes of one group do, by rule, and which rules the comparison settles."""

    does: Mapping[str, bool | Unknown]
    open_rules: tuple[str, ...]


class Compared(Struct, frozen=True, kw_only=True):
    """One environment of which the mailboxes were read, in whole or in part.

    `location` is where it is, and `is_local` whether that is this computer. `open_subjects` counts
    by rule the mailboxes that the comparison settles. `applications` and `accounts` are
    those of its profiles.
    """

    location: str
    is_local: bool
    organization_id: str
    is_whole: bool
    uses: Mapping[int, Use]
    open_subjects: Mapping[str, int]
    applications: Applications = NO_APPLICATIONS
    accounts: Accounts = NO_ACCOUNTS


def compared_of(facts: Facts, groups: Sequence[MailboxGroup], url: str) -> Compared:
    """What is asked of one environment, which is at `url`, once its mailboxes were judged."""
    uses = {
        group.number: _use(facts, group)
        for group in groups
        if group.configuration.mailbox.synchronizing is not False
    }
    counts: Counter[str] = Counter()
    for group in groups:
        for rule in uses[group.number].open_rules if group.number in uses else ():
            counts[rule] += group.count
    return Compared(
        location=address_of(url),
        is_local=is_loopback_host(urlsplit(url).hostname or ""),
        organization_id=facts.organization.id.casefold(),
        is_whole=facts.stream.state.whole,
        uses=uses,
        open_subjects={rule: count for rule, count in counts.items() if count},
        applications=applications_of(facts),
        accounts=accounts_of(facts),
    )


def _use(facts: Facts, group: MailboxGroup) -> Use:
    mailbox = group.configuration.mailbox
    return Use(
        does={rule: does(mailbox, facts) for rule, does in RULES.items()},
        open_rules=tuple(
            rule
            for rule in RULES
            if isinstance(verdict := group.verdicts.get(rule), Undetermined)
            and verdict.cause == NOT_COMPARED.cause
        ),
    )
