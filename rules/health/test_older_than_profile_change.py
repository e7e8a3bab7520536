"""test-older-than-profile-change: a profile was changed and never tried since."""

from rules.facts import EmailServerProfile, ProfileUse
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="test-older-than-profile-change",
    title="The profile was changed and none of its mailboxes was tested since",
    kind="health",
    severity="warning",
    effect="advice",
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online",
    remedy="Run Test & Enable Mailboxes on the profile, so that its new settings are tried.",
)
def check(profile: EmailServerProfile, use: ProfileUse) -> Verdict:
    """One mailbox that was tested or synchronized after the change is proof enough."""
    tried = known(use.tested_or_synchronized_since_change)
    if tried is None:
        return NotApplicable("The profile has no mailbox.")
    evidence = use.evidence("tested_or_synchronized_since_change")
    if not tried:
        return Fail(
            "No mailbox of the profile was tested or synchronized since the profile was changed.",
            evidence,
        )
    return Pass("The profile works as it stands: a mailbox was tried after its change.", evidence)
