"""mailbox-of-disabled-user: a mailbox goes on although its user is disabled."""

from rules.facts import Mailbox, OwnerKind
from rules.rule import rule
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


@rule(
    id="mailbox-of-disabled-user",
    title="The mailbox of a disabled user still synchronizes",
    kind="health",
    severity="warning",
    effect="exposes",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-message-cannot-be-sent",
    remedy="Deactivate the mailbox, or set its delivery methods to None.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Only where it was tested or enabled; the many that merely hold methods are dormant."""
    if not known(is_one_of(mailbox.owner.kind, OwnerKind.USER)):
        return NotApplicable("The mailbox does not belong to a user.")
    enabled = known(mailbox.owner.enabled)
    evidence = mailbox.owner.evidence("enabled")
    if enabled is None:
        return Undetermined(
            "It is not on record whether the user of the mailbox is enabled.",
            "Open the user in Dynamics 365 and see whether it is enabled or disabled.",
            evidence=evidence,
        )
    if not enabled:
        return Fail("The user is disabled, yet the mailbox is active and switched on.", evidence)
    return Pass("The user of the mailbox is enabled.", evidence)
