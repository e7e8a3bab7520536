"""sandbox-shares-address-with-production: two organisations act on one mailbox."""

from rules.facts import AddressUse, Mailbox, Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="sandbox-shares-address-with-production",
    title="An organisation that is not in production synchronizes an address of production",
    kind="health",
    severity="error",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/copy-environment",
    remedy=(
        "Set the delivery methods of the mailbox to None in the organisation that is not in "
        "production, then Test & Enable Mailbox in the one that is."
    ),
)
def check(mailbox: Mailbox, organization: Organization, address: AddressUse) -> Verdict:
    """Both read the mailbox, and the copy sends, tracks and takes over what is production's."""
    if known(organization.is_production) is not False:
        return NotApplicable("The organisation is in production, or on premises.")
    evidence = organization.evidence("is_production") + address.evidence(
        "synchronizes_in_production"
    )
    if known(address.synchronizes_in_production):
        return Fail(
            "The address also synchronizes in another organisation, which is in production.",
            evidence,
        )
    return Pass("No audited organisation in production synchronizes the address.", evidence)
