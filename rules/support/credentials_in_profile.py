"""credentials-in-profile: an Exchange Online profile signs in with its own stored account."""

from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import online_with_exchange_online
from rules.unknown import any_of, is_one_of
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="credentials-in-profile",
    title="Exchange Online is reached with credentials stored in the email server profile",
    kind="support",
    severity="error",
    statements=("S17-50", "ON9-55", "CUR-27"),
    source="https://learn.microsoft.com/power-platform/admin/supported-email-service-configurations-server-side-synchronization",
    remedy=(
        "Move the mailboxes to the Microsoft Exchange Online profile, which signs in "
        "server-to-server, then approve, test and enable them."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Either direction is enough: Dynamics 365 (online) is meant to sign in server-to-server."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    if any_of(
        is_one_of(connection.credential_retrieval, CredentialRetrieval.PROFILE)
        for connection in profile.connections
    ):
        stored = [
            connection
            for connection in profile.connections
            if connection.credential_retrieval is CredentialRetrieval.PROFILE
        ]
        directions = " and ".join(connection.direction for connection in stored)
        return Fail(
            f"The profile signs in to Exchange Online with its own stored account ({directions}).",
            tuple(
                evidence
                for connection in stored
                for evidence in connection.seen("credential_retrieval")
            ),
        )
    return Pass(
        "The profile stores no account for Exchange Online.",
        profile.incoming.seen("credential_retrieval")
        + profile.outgoing.seen("credential_retrieval"),
    )
