"""How a profile signs in: with which application, and what Entra asks of its account."""

from collections.abc import Callable

from connectors.normalisation.fact_rows import Established, once
from connectors.normalisation.profile.entra import account_demands_multi_factor, secret_days_left
from connectors.normalisation.profile.mail_tenant import is_own_tenant, tenant_told
from connectors.normalisation.profile.own_applications import Application
from connectors.normalisation.profile.parts import ProfileParts
from connectors.normalisation.records import Record
from connectors.normalisation.tenants_read import GRAPH, TenantsRead
from connectors.normalisation.unknowns import undeclared
from connectors.sources.readings import Readings
from rules.evidence import Evidence
from rules.option_sets import CredentialRetrieval
from rules.unknown import Unknown, both, either, is_one_of

BY_APPLICATION = (CredentialRetrieval.EXCHANGE_HYBRID_MODERN, CredentialRetrieval.ENTRA_OAUTH)
"""Ways to sign in with an application that is registered in Entra."""


def demands_multi_factor(profile: ProfileParts) -> Established:
    """Policies of Entra decide only where the account signs in there: at Exchange Online.

    How the first direction of Exchange Web Services signs in is what leads there.
    """
    connection = (*profile.by_ews, *profile.used)[0]
    reaches, shown = profile.reaches_online
    signs_in = once(connection.evidence("credential_retrieval") + shown)
    if reaches is not True:
        return Established(undeclared("multi_factor_authentication"), signs_in)
    demanded, evidence = account_demands_multi_factor(profile.readings)
    if demanded is True:
        demanded = _why_not_read(profile) or True
    return Established(demanded, signs_in + evidence)


def _why_not_read(profile: ProfileParts) -> Unknown | None:
    """Why Microsoft Graph is not known to have been read of the profile's tenant."""
    tenant, _ = tenant_told(profile)
    return profile.tenants.why_not_of_mail(GRAPH, (tenant,) if isinstance(tenant, str) else ())


def secret_days(profile: ProfileParts) -> Established:
    """None where no direction signs in as an application of Entra, or a managed identity does.

    The client of Gmail's OAuth is Google's, and a client id may be left over from another way.
    """
    directions = profile.used
    told = [is_one_of(each.credential_retrieval, *BY_APPLICATION) for each in directions]
    signs_in = either(*told)
    # The first direction of that answer decided; that no direction does, both.
    decided = [
        each
        for each, answer in zip(directions, told, strict=True)
        if signs_in is False or answer is signs_in
    ]
    shown = once(
        evidence
        for each in (decided if signs_in is False else decided[:1])
        for evidence in each.evidence("credential_retrieval")
    )
    if isinstance(signs_in, Unknown):
        return Established(signs_in, shown)
    if not signs_in:
        return Established(None, shown)
    days, evidence = _days_of_client(profile.record, profile.readings)
    return Established(days, shown + evidence)


def _days_of_client(record: Record, readings: Readings) -> Established:
    for_identity = record.evidence("_managedidentityid_value")
    if not record.not_available("_managedidentityid_value"):
        identity = record.optional("_managedidentityid_value", str)
        if isinstance(identity, Unknown):
            return Established(identity, for_identity)
        if identity:
            return Established(None, for_identity)
    for_client = record.evidence("oauthclientid")
    if record.not_available("oauthclientid"):
        return Established(None, for_client)
    client = record.optional("oauthclientid", str)
    if isinstance(client, Unknown):
        return Established(client, for_client)
    if not client:
        return Established(None, for_client)
    days, evidence = secret_days_left(readings, client)
    return Established(days, for_client + evidence)


def names_application(profile: ProfileParts, client: str, identity: str) -> bool | Unknown:
    """A version without managed identities has none."""
    record = profile.record
    return either(record.filled(client), _refers(record, identity))


def holds_credential(
    profile: ProfileParts, secret: str, key_vault: str, identity: str
) -> bool | Unknown:
    """A version that has no column for where else credentials are has them nowhere else."""
    record = profile.record
    return either(
        _refers(record, key_vault), _refers(record, identity), record.required(secret, bool)
    )


def _refers(record: Record, column: str) -> bool | Unknown:
    return False if record.not_available(column) else record.filled(column)


def of_application(
    profile: ProfileParts, ask: Callable[[Readings, TenantsRead, Application], Established]
) -> Established:
    """What the mail tenant tells of the profile's own application; None where it has none."""
    own, shown = _own_application(profile)
    if not isinstance(own, Application):
        return Established(own, shown)
    value, evidence = ask(profile.readings, profile.tenants, own)
    return Established(value, shown + evidence)


def _own_application(
    profile: ProfileParts,
) -> tuple[Application | None | Unknown, tuple[Evidence, ...]]:
    """The application of Entra that the profile signs in with at Exchange Online, if it does."""
    directions = profile.used
    shown = once(
        (
            *(shown for each in directions for shown in each.evidence("credential_retrieval")),
            *profile.some_online.evidence,
        )
    )
    entra = CredentialRetrieval.ENTRA_OAUTH
    signs_in = either(
        *(
            both(is_one_of(each.credential_retrieval, entra), each.reaches_exchange_online)
            for each in directions
        )
    )
    if isinstance(signs_in, Unknown):
        return signs_in, shown
    if not signs_in:
        return None, shown
    record = profile.record
    shown += record.evidence("oauthclientid")
    client = record.required("oauthclientid", str)
    if isinstance(client, Unknown):
        return client, shown
    tenant, _ = tenant_told(profile)
    return Application(client, tenant, is_own_tenant(profile, tenant)), shown
