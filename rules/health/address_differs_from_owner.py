"""address-differs-from-owner: mailbox and owner hold different email addresses."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import all_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="address-differs-from-owner",
    title="The mailbox and the user or queue it belongs to have different email addresses",
    kind="health",
    severity="error",
    effect="degrades",
    repair="address",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/exception-when-using-server-side-sync",
    remedy=(
        "Give the mailbox and its user or queue the same email address, approve it, then Test & "
        "Enable Mailbox."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Case does not count. An owner without an address differs from a mailbox that has one."""
    matches = known(mailbox.address_matches_owner)
    evidence = mailbox.evidence("address_matches_owner") + mailbox.owner.evidence("has_address")
    if matches is None:
        owned = is_one_of(mailbox.owner.kind, OwnerKind.USER, OwnerKind.QUEUE)
        if all_of([owned, mailbox.has_address, is_one_of(mailbox.owner.has_address, False)]):
            return Fail(
                "The mailbox has an email address, but the user or queue it belongs to has none.",
                evidence,
            )
        return NotApplicable("It has no owner, or no address.")
    if not matches:
        return Fail(
            "The email address of the mailbox is not that of the user or queue it belongs to.",
            evidence,
        )
    return Pass("The mailbox and its owner have the same email address.", evidence)
