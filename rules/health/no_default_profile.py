"""no-default-profile: new mailboxes are given no profile that works."""

from itertools import chain, islice

from rules.facts import EmailServerProfile, Every, Organization
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Verdict

SHOWN = 5
"""So many inactive profiles are enough to see it by."""


@rule(
    id="no-default-profile",
    title="New mailboxes get no working email server profile",
    kind="health",
    severity="warning",
    effect="advice",
    source="https://learn.microsoft.com/power-platform/admin/settings-email",
    remedy="Choose an active profile as the default server profile in the email settings.",
)
def check(organization: Organization, profiles: Every[EmailServerProfile]) -> Verdict:
    """The default must be named, must exist, and must be active."""
    if isinstance(organization.default_profile_id, Unknown) and all(
        profile.active is False for profile, _ in profiles
    ):
        inactive = (profile.evidence("active") for profile, _ in islice(profiles, SHOWN))
        return Fail(
            "The organization has no active email server profile, so none can be the default.",
            (*organization.evidence("default_profile_id"), *chain.from_iterable(inactive)),
        )
    default_id = known(organization.default_profile_id)
    evidence = organization.evidence("default_profile_id")
    if default_id is None:
        return Fail("The email settings name no default email server profile.", evidence)
    for profile, _ in profiles:
        if profile.id == default_id:
            evidence += profile.evidence("active")
            if not known(profile.active):
                return Fail("The default email server profile is inactive.", evidence)
            return Pass("The default email server profile is active.", evidence)
    return Fail("The default email server profile does not exist any more.", evidence)
