"""items-failed-in-last-cycle: some messages or appointments did not get across."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="items-failed-in-last-cycle",
    title="Some messages, appointments, contacts or tasks failed in the last cycle",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Open the Server-Side Synchronization Failures dashboard, which names what failed and why."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Speaks of the last cycle alone."""
    evidence = mailbox.evidence("items_failed")
    if known(mailbox.items_failed):
        return Fail("Something failed to synchronize in the last cycle of the mailbox.", evidence)
    return Pass("Nothing failed in the last cycle of the mailbox.", evidence)
