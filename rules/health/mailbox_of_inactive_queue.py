"""mailbox-of-inactive-queue: email is still read for a queue that was put away."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-of-inactive-queue",
    title="A mailbox synchronizes for an inactive queue",
    kind="health",
    severity="note",
    effect="degrades",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/server-side-synchronization-entities",
    remedy="Deactivate the mailbox, or activate the queue.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Its email is tracked where nobody looks."""
    if not known(is_one_of(mailbox.owner.kind, OwnerKind.QUEUE)):
        return NotApplicable("The mailbox is not a queue's.")
    evidence = mailbox.owner.evidence("enabled")
    if known(is_one_of(mailbox.owner.enabled, True)):
        return Pass("The queue of the mailbox is active.", evidence)
    return Fail("The queue of the mailbox is inactive, yet the mailbox synchronizes.", evidence)
