"""dynamics-service-principal-disabled: the tenant locks out the service that synchronizes."""

from rules.directions import uses
from rules.facts import (
    Connection,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    Organization,
)
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import is_online, led_online
from rules.unknown import Unknown, any_of, both, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


def _concerned(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return profile if isinstance(profile, Unknown) else False
    return both(
        is_online(organization),
        either(
            *(both(uses(mailbox, each), _is_such(profile, each)) for each in profile.connections)
        ),
    )


@rule(
    id="dynamics-service-principal-disabled",
    title="The tenant does not let Dynamics 365 sign in to Exchange Online",
    kind="health",
    severity="error",
    effect="stops",
    bears_on=_concerned,
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online",
    remedy=(
        "Let a Cloud Application administrator enable the enterprise application of Dynamics 365 "
        "in Microsoft Entra (Enterprise applications, Enabled for users to sign in). Where it is "
        "missing: `New-MgServicePrincipal -AppId 00000007-0000-0000-c000-000000000000`."
    ),
)
def check(
    tenant: ExchangeTenant, organization: Organization, profiles: Every[EmailServerProfile]
) -> Verdict:
    """Server-to-server sign-in is that application's, so without it every mailbox stops."""
    if not any_of(
        both(
            is_online(organization),
            profile.active,
            _is_server_to_server(profile),
        )
        for profile, _ in profiles
    ):
        return NotApplicable("No active profile signs in to Exchange Online server-to-server.")
    evidence = tenant.evidence("dynamics_principal_enabled")
    if known(tenant.dynamics_principal_enabled):
        return Pass("The application of Dynamics 365 may sign in.", evidence)
    return Fail(
        "The application of Dynamics 365 is missing or disabled in the tenant, so it cannot sign "
        "in to Exchange Online.",
        evidence,
    )


def _is_server_to_server(profile: EmailServerProfile) -> bool | Unknown:
    return either(*(_is_such(profile, each) for each in profile.connections))


def _is_such(profile: EmailServerProfile, connection: Connection) -> bool | Unknown:
    """Whether a direction leads to Exchange Online and signs in server-to-server."""
    return both(
        led_online(profile)[connection.direction],
        is_one_of(connection.credential_retrieval, CredentialRetrieval.SERVER_TO_SERVER),
    )
