"""profile-connection-test-failed: the profile's own connection test did not get through."""

from rules.facts import EmailServerProfile, ProfileUse
from rules.option_sets import ProfileTestStatus
from rules.rule import rule
from rules.unknown import any_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="profile-connection-test-failed",
    title="The connection test of the email server profile failed",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/test-connection-fails-email-server",
    remedy=(
        "Open the profile, run Test Connection, and correct the server location or the sign-in "
        "that the result names."
    ),
)
def check(profile: EmailServerProfile, use: ProfileUse) -> Verdict:
    """The test is no proof: where a mailbox synchronized since, its failure is a warning."""
    results = (profile.last_test, profile.last_authorization, profile.last_validation)
    evidence = profile.evidence("last_test", "last_authorization", "last_validation")
    if any_of(is_one_of(result, ProfileTestStatus.FAILURE) for result in results):
        if known(use.synchronized_since_test):
            return Fail(
                "The last connection test of the profile failed, but one of its mailboxes "
                "synchronized since.",
                evidence + use.evidence("synchronized_since_test"),
                severity="warning",
                effect="advice",
            )
        return Fail("The last connection test of the profile failed.", evidence)
    if all(result is None for result in results):
        return NotApplicable("The connection test of the profile was never run.")
    return Pass("The last connection test of the profile did not fail.", evidence)
