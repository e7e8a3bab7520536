"""dormant-mailboxes: mailboxes with server-side methods that are not meant to synchronize."""

from rules.counting import counted
from rules.evidence import Evidence
from rules.facts import Every, Mailbox, Organization
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="dormant-mailboxes",
    title="Mailboxes carry server-side methods although nobody means them to synchronize",
    kind="health",
    severity="note",
    effect="advice",
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online",
    remedy=(
        "Nothing has to be done. To tidy up, set the delivery methods of these mailboxes to None."
    ),
)
def check(organization: Organization, mailboxes: Every[Mailbox]) -> Verdict:
    """Every user and queue is given a mailbox with the default methods; most never use it."""
    counts: dict[str, int] = {}
    evidence: tuple[Evidence, ...] = ()
    open_fact: Unknown | None = None
    awake: tuple[Evidence, ...] = ()
    for mailbox, count in mailboxes:
        kind = mailbox.dormant_kind
        if isinstance(kind, Unknown):
            open_fact = open_fact or kind
        elif kind is None:
            awake = awake or mailbox.evidence("dormant_kind")
        else:
            if kind not in counts:
                evidence += mailbox.evidence("dormant_kind")
            counts[kind] = counts.get(kind, 0) + count
    if counts:
        by_kind = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        listed = ", ".join(f"{kind} ({count:,})" for kind, count in by_kind)
        have = counted(sum(counts.values()), "mailbox has", "mailboxes have")
        about = "At least " if open_fact is not None else ""
        return Fail(
            f"{about}{have} server-side methods without being meant to synchronize: {listed}.",
            evidence,
        )
    if open_fact is not None:
        known(open_fact)
    if not awake:
        return NotApplicable("The organisation has no mailboxes.")
    return Pass("Every mailbox with server-side methods is meant to synchronize.", awake)
