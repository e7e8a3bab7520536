"""mailbox-without-profile: a mailbox that synchronizes but points to no email server profile."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="mailbox-without-profile",
    title="The mailbox has no email server profile",
    kind="health",
    severity="error",
    effect="stops",
    repair="profile",
    decisive=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/mailbox-does-not-have-email-server-profile",
    remedy="Choose an email server profile for the mailbox, then Test & Enable Mailbox.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Without a profile there is no server to ask, and every cycle ends in an alert."""
    evidence = mailbox.evidence("profile")
    if known(mailbox.profile) is None:
        return Fail(
            "The mailbox is set to server-side synchronization but has no email server profile.",
            evidence,
        )
    return Pass("The mailbox has an email server profile.", evidence)
