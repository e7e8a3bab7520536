"""mailbox-without-owner: a mailbox that belongs to nobody and collects for nobody."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-without-owner",
    title="The mailbox belongs to no user or queue and is no forward mailbox",
    kind="health",
    severity="note",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/create-forward-mailboxes-edit-mailboxes",
    remedy="Deactivate the mailbox, or mark it as a forward mailbox where it is meant as one.",
)
def check(mailbox: Mailbox) -> Verdict:
    """What a user or queue that was deleted leaves behind: its email lands nowhere."""
    if not known(is_one_of(mailbox.owner.kind, OwnerKind.FORWARD)):
        return NotApplicable("The mailbox belongs to a user or queue.")
    evidence = mailbox.evidence("owner", "is_forward_mailbox")
    if known(mailbox.is_forward_mailbox):
        return Pass("It is a forward mailbox, which belongs to nobody.", evidence)
    return Fail(
        "The mailbox belongs to no user or queue, yet it is no forward mailbox either.", evidence
    )
