"""mailbox-not-owned-by-its-user: the mailbox record is assigned to somebody else."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-not-owned-by-its-user",
    title="The mailbox record is assigned to somebody other than its user",
    kind="health",
    severity="error",
    effect="degrades",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/error-when-you-test-enable-a-mailbox",
    remedy="Assign the mailbox record to the user it belongs to, then Test & Enable Mailbox.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Appointments and tracking run with the rights of the record's owner."""
    assigned = known(mailbox.assigned_to_its_user)
    if assigned is None:
        return NotApplicable("The mailbox does not belong to a user.")
    evidence = mailbox.evidence("assigned_to_its_user")
    if not assigned:
        return Fail("The mailbox record is owned by somebody other than its user.", evidence)
    return Pass("The mailbox record is owned by its user.", evidence)
