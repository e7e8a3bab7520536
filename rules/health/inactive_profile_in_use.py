"""inactive-profile-in-use: mailboxes that synchronize over a profile that is switched off."""

from rules.counting import counted
from rules.facts import EmailServerProfile, ProfileUse
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="inactive-profile-in-use",
    title="Mailboxes synchronize over an inactive email server profile",
    kind="health",
    severity="error",
    effect="stops",
    population="all",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/mailbox-does-not-have-email-server-profile",
    remedy="Activate the profile, or move its mailboxes to an active one and test them.",
)
def check(profile: EmailServerProfile, use: ProfileUse) -> Verdict:
    """Mailboxes that only carry the organisation's default methods lose nothing, so they pass."""
    if known(profile.active):
        return NotApplicable("The profile is active.")
    count = known(use.synchronizing_mailboxes)
    evidence = profile.evidence("active") + use.evidence("synchronizing_mailboxes")
    if count:
        mailboxes = counted(count, "mailbox is", "mailboxes are")
        return Fail(
            f"The profile is inactive, yet {mailboxes} meant to synchronize over it.", evidence
        )
    return Pass("The profile is inactive and no mailbox needs it.", evidence)
