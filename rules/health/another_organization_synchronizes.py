"""another-organization-synchronizes: two organisations want the appointments of one mailbox."""

from rules.facts import AddressUse, Mailbox
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="another-organization-synchronizes",
    title="Another organisation synchronizes the appointments of the same mailbox",
    kind="health",
    severity="error",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/when-would-want-use-check-box",
    remedy=(
        "Decide for one organisation: there run Test & Enable Mailbox with the option to sync with "
        "Exchange from this organisation only; in the other set appointments, contacts and tasks "
        "to None."
    ),
)
def check(mailbox: Mailbox, use: AddressUse | Unknown) -> Verdict:
    """An alert that says so, or the address seen in two audited organisations.

    The mark of a primary organisation on the mailbox is off by default and proves nothing.
    """
    if not known(mailbox.synchronizes_appointments):
        return NotApplicable("Appointments, contacts and tasks are not synchronized here.")
    evidence = mailbox.evidence("another_organization_alert")
    if mailbox.another_organization_alert is True:
        return Fail(
            "An alert says that the mailbox is configured with another organisation.", evidence
        )
    address = known(use)
    evidence += address.evidence("synchronizes_in_another_organization")
    if address.synchronizes_in_another_organization is True:
        return Fail(
            "Appointments of the same address also synchronize with another organisation.", evidence
        )
    # What other environments show is known later: nothing but that may be open then.
    known(mailbox.another_organization_alert)
    known(address.synchronizes_in_another_organization)
    return Pass("No other organisation was found that synchronizes the mailbox.", evidence)
