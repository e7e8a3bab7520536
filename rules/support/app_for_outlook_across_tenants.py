"""app-for-outlook-across-tenants: the app is deployed to a mailbox of another tenant."""

from rules.facts import Mailbox, Organization
from rules.option_sets import AppDeployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import reached_across_tenants
from rules.unknown import Unknown, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

DEPLOYED = (
    AppDeployment.INSTALLED,
    AppDeployment.UNINSTALL_FAILED,
    AppDeployment.UPGRADE_REQUIRED,
)
"""States in which the app is in the mailbox."""


@rule(
    id="app-for-outlook-across-tenants",
    title="Dynamics 365 App for Outlook is deployed to a mailbox of another tenant",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("CUR-32",),
    source=SUPPORT_PAGE,
    remedy="Remove Dynamics 365 App for Outlook from the mailbox.",
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """An installation that failed leaves no app behind; a removal that failed does."""
    profile = known(mailbox.profile)
    if profile is None or not reached_across_tenants(organization, profile):
        return NotApplicable("The mailbox is not in an Exchange Online of another tenant.")
    deployment = known(mailbox.app_for_outlook)
    if deployment is None:
        deployment = known(
            Unknown(
                reason="The mailbox does not say whether the app is deployed to it.",
                remedy="Look at the mailbox under Dynamics 365 App for Outlook in the settings.",
                evidence=mailbox.evidence("app_for_outlook"),
            )
        )
    evidence = profile.evidence("same_tenant") + mailbox.evidence("app_for_outlook")
    if deployment in DEPLOYED:
        return Fail(
            "Dynamics 365 App for Outlook is deployed to a mailbox of another tenant.", evidence
        )
    return Pass("Dynamics 365 App for Outlook is not deployed to the mailbox.", evidence)
