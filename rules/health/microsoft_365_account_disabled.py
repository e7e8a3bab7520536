"""microsoft-365-account-disabled: the account behind the mailbox may not sign in."""

from rules.email_systems import Purpose
from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


@rule(
    id="microsoft-365-account-disabled",
    title="Sign-in of the Microsoft 365 account behind the mailbox is blocked",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/error-code-8005e273",
    remedy=(
        "Let a User administrator allow the account to sign in (Microsoft 365 admin centre, Active "
        "users), or set the "
        "delivery methods of the mailbox to None."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Mailboxes of persons only: sign-in of a shared mailbox is blocked by design."""
    exchange = mailbox.exchange
    if not known(is_one_of(exchange.purpose, Purpose.USER)):
        return NotApplicable("It is not a person's mailbox in Exchange Online.")
    enabled = known(exchange.account_enabled)
    evidence = exchange.evidence("account_enabled", "purpose")
    if enabled is None:
        return Undetermined(
            "Nothing says whether the Microsoft 365 account may sign in.",
            "See in the Microsoft 365 admin centre whether sign-in of the account is blocked.",
            evidence=evidence,
        )
    if not enabled:
        return Fail(
            "The Microsoft 365 account of the mailbox is blocked from signing in.", evidence
        )
    return Pass("The Microsoft 365 account of the mailbox may sign in.", evidence)
