"""auto-discover-off: an Exchange Online profile names its server instead of finding it."""

from rules.facts import EmailServerProfile, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import online_with_exchange_online
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="auto-discover-off",
    title="Auto Discover Server Location is switched off for Exchange Online",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("S17-52", "ON9-57", "CUR-29"),
    source=SUPPORT_PAGE,
    remedy=(
        "Set Auto Discover Server Location of the profile to Yes, or move the mailboxes to the "
        "Microsoft Exchange Online profile."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Reports the column as it stands, on the built-in profile too."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    evidence = profile.evidence("auto_discover")
    if not known(profile.auto_discover):
        return Fail("Auto Discover Server Location is No, as the column says.", evidence)
    return Pass("Auto Discover Server Location is Yes.", evidence)
