"""app-for-outlook-deployment-failed: users of the mailbox cannot track by hand."""

from rules.facts import Mailbox
from rules.option_sets import AppDeployment
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

FAILED = {
    AppDeployment.INSTALL_FAILED: "could not be installed",
    AppDeployment.UNINSTALL_FAILED: "could not be removed",
}


@rule(
    id="app-for-outlook-deployment-failed",
    title="Dynamics 365 App for Outlook was not deployed to the mailbox as it should be",
    kind="health",
    severity="warning",
    effect="advice",
    source="https://learn.microsoft.com/dynamics365/outlook-app/deploy-dynamics-365-app-for-outlook",
    remedy="Add or remove the app again under Dynamics 365 App for Outlook in the settings.",
)
def check(mailbox: Mailbox) -> Verdict:
    """A mailbox without the app is normal; an upgrade that waits is a note."""
    status = known(mailbox.app_for_outlook)
    if status is None:
        return NotApplicable("Dynamics 365 has no record of a deployment to the mailbox.")
    evidence = mailbox.evidence("app_for_outlook")
    if status in FAILED:
        return Fail(f"Dynamics 365 App for Outlook {FAILED[status]}.", evidence)
    if status is AppDeployment.UPGRADE_REQUIRED:
        return Fail("Dynamics 365 App for Outlook waits for an upgrade.", evidence, severity="note")
    return Pass("No deployment of Dynamics 365 App for Outlook has failed.", evidence)
