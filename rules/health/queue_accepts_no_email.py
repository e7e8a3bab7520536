"""queue-accepts-no-email: a queue whose email is read and never kept."""

from rules.facts import Mailbox, OwnerKind
from rules.option_sets import FilteringMethod
from rules.rule import rule
from rules.unknown import all_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="queue-accepts-no-email",
    title="The mailbox of a queue is read, but the queue turns no email into activities",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-fails-to-create-with-norecipientmatch",
    remedy=(
        "Choose on the queue which email becomes activities (Convert Incoming Email to "
        "Activities), or set the incoming method of its mailbox to None."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Only where nothing at all is accepted: which messages a queue is for, no interface tells."""
    owner = mailbox.owner
    if not all_of([is_one_of(owner.kind, OwnerKind.QUEUE), mailbox.synchronizes_incoming]):
        return NotApplicable("It is not the mailbox of a queue that receives email.")
    evidence = owner.evidence("filtering")
    if known(owner.filtering) is FilteringMethod.NONE:
        return Fail("The queue accepts no email, though its mailbox receives some.", evidence)
    return Pass("The queue accepts email.", evidence)
