"""duplicate-address: two synchronizing mailboxes share one address in the same direction."""

from rules.facts import AddressUse, Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="duplicate-address",
    title="Another synchronizing mailbox has the same email address",
    kind="health",
    severity="error",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/when-would-want-use-check-box",
    remedy=(
        "Keep one mailbox for the address. Set the delivery methods of the others to None, or give "
        "their users or queues addresses of their own."
    ),
)
def check(mailbox: Mailbox, use: AddressUse) -> Verdict:
    """One address maps to one mailbox in each direction; a second one breaks the first."""
    if not known(mailbox.has_address):
        return NotApplicable("The mailbox has no address.")
    evidence = use.evidence("shared_in_same_direction")
    if known(use.shared_in_same_direction):
        return Fail(
            "Another synchronizing mailbox has the same email address and the same method in use.",
            evidence,
        )
    return Pass("No other mailbox synchronizes this email address the same way.", evidence)
