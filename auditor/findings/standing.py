"""How mailboxes stand: they work, are broken, or it is unknown; or they are not in use, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping

from auditor.findings.findings import severity_of
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import Standing
from rules.facts import Mailbox
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Fail, Undetermined

DELIVERY = frozenset(
    {
        "mailbox-without-profile",
        "inactive-profile-in-use",
        "mailbox-never-tested",
        "incoming-email-failed",
        "outgoing-email-failed",
        "appointments-contacts-tasks-failed",
        "tested-but-not-enabled",
        "synchronization-stale",
        "never-synchronized",
        "processing-postponed",
    }
)
"""Rules that Dynamics 365 alone decides and that together show that a mailbox synchronizes."""


def standing(groups: Iterable[MailboxGroup], rules: Mapping[str, Rule]) -> Standing:
    """Every mailbox counted by how its group stands, `rules` being those that were asked, by id."""
    counts: Counter[str] = Counter()
    idle: Counter[str] = Counter()
    for group in groups:
        mailbox = group.configuration.mailbox
        if not group.count:
            continue
        if isinstance(mailbox.synchronizing, Unknown):
            counts["undecided"] += group.count
        elif not mailbox.synchronizing:
            idle[_reason(mailbox)] += group.count
        else:
            counts[_stands(group, rules)] += group.count
    stands = ("working", "broken", "unknown")
    return Standing(
        synchronizing=sum(counts[each] for each in stands),
        **{each: counts[each] for each in stands},
        not_in_use=dict(sorted(idle.items())),
        undecided=counts["undecided"],
    )


def _stands(group: MailboxGroup, rules: Mapping[str, Rule]) -> str:
    for id, verdict in group.verdicts.items():
        if isinstance(verdict, Fail) and severity_of(rules[id], verdict) == "error":
            return "broken"
    delivery = [verdict for id, verdict in group.verdicts.items() if id in DELIVERY]
    if not delivery or any(isinstance(verdict, Undetermined) for verdict in delivery):
        return "unknown"
    return "working"


def _reason(mailbox: Mailbox) -> str:
    if isinstance(mailbox.dormant_kind, str):
        return mailbox.dormant_kind
    return "deactivated" if mailbox.active is False else "no server-side method"
