"""address-in-several-environments: two organisations process the email of one address."""

from rules.facts import AddressUse, Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="address-in-several-environments",
    title="Several environments synchronize the same address",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/when-would-want-use-check-box",
    remedy=(
        "Decide which environment synchronizes the address. In each of the others set incoming "
        "email, outgoing email, and appointments, contacts and tasks of its mailbox to None. Then "
        "run Test & Enable Mailbox in the one that keeps it."
    ),
)
def check(mailbox: Mailbox, address: AddressUse) -> Verdict:
    """Each tracks the same email; only one can own the appointments.

    Known where one run audits several environments and has read them all.
    """
    elsewhere = known(address.synchronizes_in_another_environment)
    if elsewhere is None:
        return NotApplicable("The run audits no other environment.")
    evidence = address.evidence("synchronizes_in_another_environment")
    if elsewhere:
        return Fail("The address also synchronizes in another environment.", evidence)
    return Pass("No other environment of the run synchronizes the address.", evidence)
