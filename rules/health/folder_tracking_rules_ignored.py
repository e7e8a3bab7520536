"""folder-tracking-rules-ignored: folders that a user set up and nothing looks at."""

from rules.facts import Mailbox, Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="folder-tracking-rules-ignored",
    title="Folder tracking rules are ignored because folder tracking is off",
    kind="health",
    severity="note",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/configure-outlook-exchange-folder-level-tracking",
    remedy="Switch on folder-level tracking in the email settings, or remove the rules.",
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """The user who moves email to such a folder believes it to be tracked."""
    if not known(mailbox.has_folder_tracking_rules):
        return NotApplicable("The mailbox has no folder tracking rules.")
    evidence = organization.evidence("folder_tracking_enabled")
    if known(organization.folder_tracking_enabled):
        return Pass("Folder tracking is on, so no rule is ignored.", evidence)
    return Fail(
        "The mailbox has folder tracking rules, but folder tracking is off.",
        mailbox.evidence("has_folder_tracking_rules") + evidence,
    )
