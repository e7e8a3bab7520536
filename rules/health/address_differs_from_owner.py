"""address-differs-from-owner: mailbox and owner hold different email addresses."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="address-differs-from-owner",
    title="The mailbox and the user or queue it belongs to have different email addresses",
    kind="health",
    severity="error",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/exception-when-using-server-side-sync",
    remedy=(
        "Give the mailbox and its user or queue the same email address, approve it, then Test & "
        "Enable Mailbox."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Case does not count. Without an owner or an address there is nothing to compare."""
    matches = known(mailbox.address_matches_owner)
    if matches is None:
        return NotApplicable("It has no owner, or one of the two has no address.")
    evidence = mailbox.seen("address_matches_owner") + mailbox.owner.seen("has_address")
    if not matches:
        return Fail(
            "The email address of the mailbox is not that of the user or queue it belongs to.",
            evidence,
        )
    return Pass("The mailbox and its owner have the same email address.", evidence)
