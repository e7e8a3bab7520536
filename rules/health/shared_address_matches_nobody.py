"""shared-address-matches-nobody: email to this very address is tracked for nobody."""

from rules.facts import AddressUse, Mailbox, Organization
from rules.health.shared_addresses_unresolved import SOURCE
from rules.rule import rule
from rules.unknown import both, either, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="shared-address-matches-nobody",
    title="Email to the address matches nobody, since several users or queues have it",
    kind="health",
    severity="error",
    effect="degrades",
    source=SOURCE,
    remedy=(
        "Give each user and queue an address of its own, or let a System Administrator switch the "
        "setting off that leaves such recipients unresolved."
    ),
)
def check(mailbox: Mailbox, organization: Organization, use: AddressUse) -> Verdict:
    """The setting alone is a warning of the organisation: shared-addresses-unresolved."""
    if not known(both(mailbox.synchronizes_incoming, mailbox.has_address)):
        return NotApplicable("Incoming email of no address is by server-side synchronization.")
    evidence = organization.evidence("unresolves_shared_addresses") + use.evidence(
        "shared_in_same_direction", "shared_by_user_and_open_queue"
    )
    shared = either(use.shared_in_same_direction, use.shared_by_user_and_open_queue)
    if known(both(organization.unresolves_shared_addresses, shared)):
        return Fail(
            "Another user or queue has the address too, and the organisation leaves the recipient "
            "of such email unresolved: it is tracked for nobody.",
            evidence,
        )
    return Pass("Email to the address finds its recipient.", evidence)
