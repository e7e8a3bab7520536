"""queue-takes-a-user-address: a queue that accepts all email reads a user's mailbox."""

from rules.facts import AddressUse, Mailbox, OwnerKind
from rules.option_sets import FilteringMethod
from rules.rule import rule
from rules.unknown import all_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="queue-takes-a-user-address",
    title="A queue that accepts all email has a user's address, so private email becomes public",
    kind="security",
    severity="error",
    effect="exposes",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/incoming-emails-unexpectedly-synchronized-have-unexpected-missing-data",
    remedy=(
        "Give the queue an address of its own, or let it accept only replies to Dynamics 365 email."
    ),
)
def check(mailbox: Mailbox, use: AddressUse) -> Verdict:
    """Judges the mailbox of the queue; the user's own is as it should be, in use or not."""
    owner = mailbox.owner
    accepts_all = is_one_of(owner.filtering, FilteringMethod.ALL)
    if not all_of(
        [
            is_one_of(owner.kind, OwnerKind.QUEUE),
            mailbox.synchronizes_incoming,
            accepts_all,
            mailbox.has_address,
        ]
    ):
        return NotApplicable("It is not the mailbox of a queue that accepts all email.")
    evidence = owner.evidence("filtering") + use.evidence("shared_by_user_and_open_queue")
    if known(use.shared_by_user_and_open_queue):
        return Fail(
            "The queue turns all email into activities, and its address is also that of a user.",
            evidence,
        )
    return Pass("The address of the queue is no user's.", evidence)
