"""address-not-primary: a mailbox that is known by an alias."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="address-not-primary",
    title="The mailbox's address is only an alias in Exchange",
    kind="health",
    severity="warning",
    effect="degrades",
    repair="address",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/emails-not-automatically-tracked-or-synchronized",
    remedy=(
        "Enter the primary address of the Exchange mailbox on the user or queue and on the "
        "mailbox, then approve, test and enable the mailbox."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Email arrives under the primary address, so under an alias no recipient is recognised."""
    primary = known(mailbox.exchange.address_is_primary)
    if primary is None:
        return NotApplicable("Exchange Online has no mailbox with this address.")
    evidence = mailbox.exchange.evidence("address_is_primary")
    if primary:
        return Pass("The address is the primary one of the Exchange mailbox.", evidence)
    return Fail("The address is an alias, not the Exchange mailbox's primary one.", evidence)
