"""user-name-not-principal: the cloud signs in with a name that Exchange may not take."""

from rules.directions import evidence_of, named
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval, ProfileTestStatus
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import any_of, both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="user-name-not-principal",
    title="The connection test failed and the profile's user name is no user principal name",
    kind="health",
    severity="warning",
    effect="advice",
    population="in-use",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/test-connection-fails-email-server",
    remedy=(
        "Enter the user principal name of the account, user@domain, as the user name of the "
        "profile, then run Test Connection."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """DOMAIN\\user may work over NTLM, so the form counts only where the test failed."""
    if not known(is_online(organization)):
        return NotApplicable("On premises a user name may have either form.")
    signing = {
        each.direction: both(
            is_one_of(each.protocol, Protocol.EWS),
            is_one_of(each.credential_retrieval, CredentialRetrieval.PROFILE),
        )
        for each in profile.connections
    }
    if not any_of(signing.values()):
        return NotApplicable("No account of the profile signs in to Exchange.")
    results = (profile.last_test, profile.last_authorization)
    tested = profile.evidence("last_test", "last_authorization")
    if not any_of(is_one_of(each, ProfileTestStatus.FAILURE) for each in results):
        return Pass("The connection test of the profile did not fail.", tested)
    other = {
        each.direction: both(signing[each.direction], is_one_of(each.user_name_is_principal, False))
        for each in profile.connections
    }
    if any_of(other.values()):
        sides = [each for each in profile.connections if other[each.direction] is True]
        return Fail(
            f"The connection test failed, and the user name ({named(sides)}) is not of the form "
            "user@domain, which Dynamics 365 (online) wants.",
            tested + evidence_of(sides, "user_name_is_principal"),
        )
    return Pass(
        "The user name of the profile is a user principal name.",
        tested + evidence_of(profile.connections, "user_name_is_principal"),
    )
