"""appointments-contacts-tasks-on-queue: a queue has no calendar that could synchronize."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="appointments-contacts-tasks-on-queue",
    title="Appointments, contacts and tasks are switched on for a queue",
    kind="health",
    severity="warning",
    effect="degrades",
    repair="methods",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/server-side-synchronization-entities",
    remedy="Set appointments, contacts and tasks of the queue's mailbox to None.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Appointments, contacts and tasks belong to a user; on a queue their test fails."""
    if not known(is_one_of(mailbox.owner.kind, OwnerKind.QUEUE)):
        return NotApplicable("The mailbox is not a queue's.")
    evidence = mailbox.evidence("act_method")
    if known(mailbox.synchronizes_appointments):
        return Fail(
            "Appointments, contacts and tasks of a queue are set to server-side synchronization.",
            evidence,
        )
    return Pass("Appointments, contacts and tasks of the queue are not synchronized.", evidence)
