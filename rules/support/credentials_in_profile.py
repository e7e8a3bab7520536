"""credentials-in-profile: an Exchange Online profile signs in with its own stored account."""

from rules.directions import evidence_of, named, names_of
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import directions_online_where, online_with_exchange_online
from rules.sign_in_remedies import TO_THE_BUILT_IN_PROFILE, at_exchange_online
from rules.unknown import is_one_of
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="credentials-in-profile",
    title="Exchange Online is reached with credentials stored in the email server profile",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="sign-in",
    statements=("S17-50", "ON9-55", "CUR-27"),
    source="https://learn.microsoft.com/power-platform/admin/supported-email-service-configurations-server-side-synchronization",
    remedy=TO_THE_BUILT_IN_PROFILE,
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Either direction is enough: Dynamics 365 (online) is meant to sign in server-to-server."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    own = CredentialRetrieval.PROFILE
    stored = directions_online_where(
        profile, lambda each: is_one_of(each.credential_retrieval, own)
    )
    if stored:
        return Fail(
            f"The profile signs in to Exchange Online with its own stored account "
            f"({named(stored)}).",
            evidence_of(stored, "credential_retrieval"),
            remedy=at_exchange_online(profile),
            directions=names_of(stored),
        )
    return Pass(
        "The profile stores no account for Exchange Online.",
        evidence_of(profile.connections, "credential_retrieval"),
    )
