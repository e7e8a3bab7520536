"""default-methods-not-server-side: new mailboxes start on another way than the server's."""

from rules.facts import Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="default-methods-not-server-side",
    title="New mailboxes do not start on server-side synchronization",
    kind="health",
    severity="note",
    effect="advice",
    source="https://learn.microsoft.com/power-platform/admin/settings-email",
    remedy=(
        "Set the default synchronization methods in the email settings to Server-Side "
        "Synchronization, unless new users are meant to be set up by hand."
    ),
)
def check(organization: Organization) -> Verdict:
    """A note: an organisation may well choose to set up each user by hand."""
    default = known(organization.default_methods_are_server_side)
    if default is None:
        return NotApplicable("The organisation stores no default methods.")
    evidence = organization.evidence("default_methods_are_server_side")
    if default:
        return Pass("New mailboxes start on server-side synchronization.", evidence)
    return Fail("New mailboxes start on other methods than server-side ones.", evidence)
