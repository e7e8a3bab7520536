"""profile-without-mailboxes: an active profile that nothing uses."""

from rules.counting import counted
from rules.facts import EmailServerProfile, ProfileUse
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="profile-without-mailboxes",
    title="No mailbox uses the email server profile",
    kind="health",
    severity="note",
    effect="advice",
    population="all",
    source="https://learn.microsoft.com/power-platform/admin/set-up-server-side-synchronization-of-email-appointments-contacts-and-tasks",
    remedy="Deactivate the profile, so that its address and credentials are not left behind.",
)
def check(profile: EmailServerProfile, use: ProfileUse) -> Verdict:
    """The default profile is exempt: it waits for mailboxes still to come."""
    if not known(profile.active):
        return NotApplicable("The profile is inactive.")
    count = known(use.mailboxes)
    evidence = use.evidence("mailboxes")
    if count:
        mailboxes = counted(count, "mailbox points", "mailboxes point")
        return Pass(f"{mailboxes} to the profile.", evidence)
    evidence += profile.evidence("is_default")
    if known(profile.is_default):
        return Pass("No mailbox points to the profile yet, but new mailboxes get it.", evidence)
    return Fail("The profile is active, but no mailbox points to it.", evidence)
