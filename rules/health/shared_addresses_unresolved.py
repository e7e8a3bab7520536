"""shared-addresses-unresolved: email to an address that several records have matches nobody."""

from rules.facts import Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict

SOURCE = "https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-fails-to-create-with-norecipientmatch-error"


@rule(
    id="shared-addresses-unresolved",
    title="Email to an address that several records have is left unresolved",
    kind="health",
    severity="warning",
    effect="degrades",
    source=SOURCE,
    remedy=(
        "Let a System Administrator set `Set To, cc, bcc fields as unresolved values if multiple "
        "matches are found in incoming emails` to No in the email settings, or let no two records "
        "share an address."
    ),
)
def check(organization: Organization) -> Verdict:
    """The switch is off by default; what it does shows only where an address is shared."""
    evidence = organization.evidence("unresolves_shared_addresses")
    if known(organization.unresolves_shared_addresses):
        return Fail(
            "The recipient of email stays unresolved where several records have the address, so "
            "that such email is not tracked.",
            evidence,
        )
    return Pass("A recipient whose address several records have is resolved.", evidence)
