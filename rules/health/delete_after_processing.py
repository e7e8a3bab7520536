"""delete-after-processing: email vanishes from a person's or queue's own mailbox."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="delete-after-processing",
    title="Email is deleted from the mailbox once Dynamics 365 has read it",
    kind="health",
    severity="error",
    effect="degrades",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy="Switch off Delete Emails After Processing on the mailbox.",
)
def check(mailbox: Mailbox) -> Verdict:
    """A forward mailbox holds only copies and may be emptied; any other holds the originals."""
    if not known(mailbox.synchronizes_incoming):
        return NotApplicable("Incoming email does not use server-side synchronization.")
    forward = both(is_one_of(mailbox.owner.kind, OwnerKind.FORWARD), mailbox.is_forward_mailbox)
    if known(forward):
        return NotApplicable("A forward mailbox holds only copies.")
    evidence = mailbox.evidence("deletes_processed_email")
    if known(mailbox.deletes_processed_email):
        return Fail("Email is deleted from the mailbox after it was processed.", evidence)
    return Pass("Processed email stays in the mailbox.", evidence)
