"""no-server-to-server-authentication: Exchange Online of the own tenant, signed in otherwise."""

from rules.directions import evidence_of, named, names_of
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import online_with_exchange_online, signed_in_online_otherwise
from rules.sign_in_remedies import TO_THE_BUILT_IN_PROFILE
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

BLOG = "https://community.dynamics.com/blogs/post/?postid=8afb8b62-9d4d-ee11-a81c-000d3a7ca97a"
"""FastTrack, *Security of Server-Side Synchronization*, part 4, read 2026-11-29."""


@rule(
    id="no-server-to-server-authentication",
    title="Exchange Online of the same tenant is reached without server-to-server authentication",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="sign-in",
    statements=("S17-48", "ON9-53", "CUR-25"),
    source=SUPPORT_PAGE,
    remedy=TO_THE_BUILT_IN_PROFILE,
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Speaks of one tenant only: exchange-online-in-other-tenant judges two.

    An application of the company's own signs in as itself, server-to-server in all but name.
    """
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    if not known(profile.same_tenant):
        return NotApplicable("Exchange Online is of another tenant than the organization.")
    other = signed_in_online_otherwise(
        profile, CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH
    )
    if other:
        return Fail(
            f"The profile does not sign in to Exchange Online server-to-server ({named(other)}).",
            profile.evidence("same_tenant") + evidence_of(other, "credential_retrieval"),
            directions=names_of(other),
        )
    evidence = profile.evidence("same_tenant") + evidence_of(
        profile.connections, "credential_retrieval"
    )
    if signed_in_online_otherwise(profile, CredentialRetrieval.SERVER_TO_SERVER):
        return Pass(
            "The profile signs in to Exchange Online of the same tenant with an application of "
            "the company's own. The support page names server-to-server authentication as what "
            "is supported, and this way is not among those that it rules out; Microsoft's blog on "
            f"the security of server-side synchronization calls it supported ({BLOG}).",
            evidence,
        )
    return Pass(
        "The profile signs in to Exchange Online of the same tenant server-to-server.", evidence
    )
