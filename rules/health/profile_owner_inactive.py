"""profile-owner-inactive: alerts of the profile reach somebody who has left."""

from rules.facts import EmailServerProfile
from rules.rule import rule
from rules.unknown import both, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="profile-owner-inactive",
    title="The owner of the email server profile is not active, so nobody gets its alerts",
    kind="health",
    severity="warning",
    effect="advice",
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Assign the email server profile to an administrator who is active.",
)
def check(profile: EmailServerProfile) -> Verdict:
    """SYSTEM and INTEGRATION own built-in profiles and are exempt."""
    evidence = profile.evidence("owner_is_active", "owner_is_pseudo_user")
    if not known(both(negated(profile.owner_is_active), negated(profile.owner_is_pseudo_user))):
        if profile.owner_is_pseudo_user is True:
            return NotApplicable("The profile is owned by the system itself.")
        return Pass("The owner of the profile is an active user.", evidence)
    return Fail("The profile is owned by a user who is disabled.", evidence)
