"""mailbox-without-address: a mailbox is meant to synchronize and names no email address."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="mailbox-without-address",
    title="The mailbox is meant to synchronize but has no email address",
    kind="health",
    severity="error",
    effect="stops",
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Enter the email address of the user or queue, then approve, test and enable the mailbox; "
        "or set the delivery methods of the mailbox to None."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """The mailboxes of private queues without an address are not meant to synchronize."""
    evidence = mailbox.evidence("has_address")
    if not known(mailbox.has_address):
        return Fail(
            "Server-side synchronization is set for the mailbox, yet it has no email address.",
            evidence,
        )
    return Pass("The mailbox has an email address.", evidence)
