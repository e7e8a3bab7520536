"""no-server-to-server-authentication: Exchange Online of the own tenant, signed in otherwise."""

from rules.directions import named, seen, signed_in_otherwise
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import online_with_exchange_online
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="no-server-to-server-authentication",
    title="Exchange Online of the same tenant is reached without server-to-server authentication",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("S17-48", "ON9-53", "CUR-25"),
    source=SUPPORT_PAGE,
    remedy=(
        "Move the mailboxes to the Microsoft Exchange Online profile, which signs in "
        "server-to-server, then approve, test and enable them."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Speaks of one tenant only: exchange-online-in-other-tenant judges two."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    if not known(profile.same_tenant):
        return NotApplicable("Exchange Online is of another tenant than the organization.")
    other = signed_in_otherwise(profile, CredentialRetrieval.SERVER_TO_SERVER)
    if other:
        return Fail(
            f"The profile does not sign in to Exchange Online server-to-server ({named(other)}).",
            profile.evidence("same_tenant") + seen(other, "credential_retrieval"),
        )
    return Pass(
        "The profile signs in to Exchange Online of the same tenant server-to-server.",
        profile.evidence("same_tenant") + seen(profile.connections, "credential_retrieval"),
    )
