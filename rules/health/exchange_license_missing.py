"""exchange-license-missing: a person's mailbox in Exchange Online has no licence for it."""

from rules.email_systems import Purpose
from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


@rule(
    id="exchange-license-missing",
    title="The account of the mailbox has no Exchange Online licence",
    kind="health",
    severity="error",
    effect="stops",
    repair="exchange-mailbox",
    inferred=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-cannot-be-received-because-license-is-invalid-error",
    remedy=(
        "Let a License administrator assign an Exchange Online licence to the account (Microsoft "
        "365 admin centre, Active users), or an Exchange administrator turn the mailbox of a queue "
        "into a shared mailbox (`Set-Mailbox ADDRESS -Type Shared`)."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Mailboxes of persons only: a shared mailbox needs no licence of its own."""
    exchange = mailbox.exchange
    if not known(is_one_of(exchange.purpose, Purpose.USER)):
        return NotApplicable("It is not a person's mailbox in Exchange Online.")
    licensed = known(exchange.has_exchange_license)
    evidence = exchange.evidence("has_exchange_license", "purpose")
    if licensed is None:
        return Undetermined(
            "It is not on record whether the account has an Exchange Online licence.",
            "See the licences of the account in the Microsoft 365 admin centre.",
            evidence=evidence,
        )
    if not licensed:
        return Fail("The account of the mailbox has no Exchange Online licence.", evidence)
    return Pass("The account of the mailbox has an Exchange Online licence.", evidence)
