"""too-many-folder-tracking-rules: folders that are tracked, up to the limit or to nothing."""

from rules.facts import Mailbox, Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="too-many-folder-tracking-rules",
    title="The mailbox has no room for more folder tracking rules",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/power-platform/admin/configure-outlook-exchange-folder-level-tracking",
    remedy="Remove folder tracking rules that are not needed; name the record of the others.",
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """At the limit, 25 at most, new folders are not tracked.

    A rule that names no record tracks email without one, which is a note.
    """
    if mailbox.has_folder_tracking_rules is False:
        return NotApplicable("The mailbox has no folder tracking rules.")
    if not known(organization.folder_tracking_enabled):
        return NotApplicable("Folder tracking is off: folder-tracking-rules-ignored judges that.")
    known(mailbox.has_folder_tracking_rules)
    at_limit = known(mailbox.folder_tracking_rules_at_limit)
    if at_limit:
        return Fail(
            "The mailbox has as many folder tracking rules as the organisation allows.",
            mailbox.evidence("folder_tracking_rules_at_limit"),
        )
    if known(mailbox.folder_tracking_without_regarding):
        return Fail(
            "A folder tracking rule names no record, so its email is tracked without one.",
            mailbox.evidence("folder_tracking_without_regarding"),
            severity="note",
            remedy="Name the record that email in the folder regards.",
        )
    return Pass(
        "The folder tracking rules name their records and are within the limit.",
        mailbox.evidence("folder_tracking_rules_at_limit", "folder_tracking_without_regarding"),
    )
