"""From profile rows to the facts of email server profiles."""

from collections.abc import Callable
from typing import Any

from connectors.dynamics.tables import emailserverprofiles
from connectors.known_systems import known_systems
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.connections import Connections, of_exchange_online
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import Endpoints
from connectors.normalisation.entra import account_demands_multi_factor, secret_days_left
from connectors.normalisation.leads_online import leads_online
from connectors.normalisation.mail_domains import MailDomains
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.unknowns import empty_column, undeclared
from connectors.sources.readings import Readings
from rules.email_systems import Protocol
from rules.evidence import Evidence
from rules.facts import Connection, EmailServerProfile, Organization
from rules.option_sets import (
    CredentialRetrieval,
    ProfileTestStatus,
    ServerType,
    State,
)
from rules.unknown import Unknown, either, is_one_of

SOURCE = emailserverprofiles.TABLE.source

BY_APPLICATION = (CredentialRetrieval.EXCHANGE_HYBRID_MODERN, CredentialRetrieval.ENTRA_OAUTH)
"""Ways to sign in with an application that is registered in Entra."""

OwnerOf = Callable[[str], "tuple[bool | Unknown, bool | Unknown]"]
"""For a user's id: whether the user is active, and whether it is SYSTEM or INTEGRATION."""


def profiles(
    readings: Readings,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    wall: AlertIndex,
) -> dict[str, EmailServerProfile]:
    """Every profile that was read, by id and in its order, whatever that of the server was.

    Effective columns: what `same settings` makes of them.
    """
    reading = readings[SOURCE]
    found = {}
    for row, read_at in sorted(reading.records, key=lambda each: each[0].emailserverprofileid):
        record = record_of(reading, row, read_at, row.emailserverprofileid)
        found[row.emailserverprofileid] = _profile(
            record, row, organization, systems, owner_of, readings, wall
        )
    return found


def _profile(
    record: Record,
    row: Any,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    readings: Readings,
    wall: AlertIndex,
) -> EmailServerProfile:
    endpoints = Endpoints(record)
    server_type = endpoints.server_type
    read = Connections(record, systems, endpoints)
    incoming, outgoing = read.connection("incoming"), read.connection("outgoing")
    both_ways = (incoming, outgoing)
    by_ews = tuple(
        each for each in both_ways if is_one_of(each.protocol, Protocol.EWS) is not False
    )
    reaches = leads_online(record, server_type, by_ews, organization, systems)
    is_online = (
        False
        if server_type is ServerType.EXCHANGE_SERVER_HYBRID
        else leads_online(record, server_type, both_ways, organization, systems)
    )
    if is_online is True:
        incoming, outgoing = (of_exchange_online(each) for each in (incoming, outgoing))
    default_id = organization.default_profile_id
    owner = record.required("_ownerid_value", str)
    owner_active, owner_pseudo = owner_of(owner) if isinstance(owner, str) else (owner, owner)
    tenant, tenant_by = _mail_tenant(record, organization, is_online, readings)
    demanded, demanded_by = _demands_multi_factor(reaches, readings)
    days, days_by = _secret_days(record, (incoming, outgoing), readings)
    open_error, cause = wall.of(record.record.lower())
    places = ("incomingserverlocation", "outgoingserverlocation", "defaultserverlocation")
    columns = {
        "active": ("statecode",),
        "server_type": ("servertype",),
        "auto_discover": ("useautodiscover",),
        "same_settings_for_outgoing": ("usesamesettingsforoutgoingconnections",),
        "is_exchange_online": ("servertype", *places),
        "reaches_exchange_online": ("servertype", *places),
        "owner_is_active": ("_ownerid_value",),
        "owner_is_pseudo_user": ("_ownerid_value",),
        "max_concurrent_connections": ("maxconcurrentconnections",),
        "polling_interval_minutes": ("minpollingintervalinminutes",),
        "times_out": ("timeoutmailboxconnection",),
        "timeout_ms": ("timeoutmailboxconnectionafteramount",),
        "moves_undeliverable_email": ("moveundeliveredemails",),
        "sends_alert_email": ("sendemailalert",),
        "has_alert_address": ("owneremailaddress",),
        "process_email_after_in_future": ("processemailsreceivedafter",),
        "last_test": ("lasttestexecutionstatus", "lastteststarttime"),
        "last_authorization": ("lastauthorizationstatus",),
        "last_validation": ("lasttestvalidationstatus",),
        "is_default": ("emailserverprofileid",),
    }
    return EmailServerProfile(
        id=row.emailserverprofileid,
        name=row.name if isinstance(row.name, str) else "",
        active=is_one_of(record.choice("statecode", State), State.ACTIVE),
        server_type=server_type,
        auto_discover=endpoints.auto_discover,
        incoming=incoming,
        outgoing=outgoing,
        same_settings_for_outgoing=endpoints.same,
        is_exchange_online=is_online,
        reaches_exchange_online=reaches,
        mail_tenant_id=tenant,
        same_tenant=_same_tenant(record, organization, is_online, tenant),
        account_demands_multi_factor=demanded,
        application_secret_days_left=days,
        owner_is_active=owner_active,
        owner_is_pseudo_user=owner_pseudo,
        max_concurrent_connections=record.optional("maxconcurrentconnections", int),
        polling_interval_minutes=record.optional("minpollingintervalinminutes", int),
        times_out=record.required("timeoutmailboxconnection", bool),
        timeout_ms=record.optional("timeoutmailboxconnectionafteramount", int),
        moves_undeliverable_email=record.required("moveundeliveredemails", bool),
        sends_alert_email=record.required("sendemailalert", bool),
        has_alert_address=_filled(record, "owneremailaddress"),
        process_email_after_in_future=_lies_ahead(record, "processemailsreceivedafter"),
        last_test=record.optional_choice("lasttestexecutionstatus", ProfileTestStatus),
        last_authorization=record.optional_choice("lastauthorizationstatus", ProfileTestStatus),
        last_validation=record.optional_choice("lasttestvalidationstatus", ProfileTestStatus),
        is_default=(
            default_id
            if isinstance(default_id, Unknown)
            else default_id == row.emailserverprofileid
        ),
        open_error_alert=open_error,
        alert_cause=cause,
        origins={
            **wall.origins(record.record.lower()),
            **{name: record.evidence(*each) for name, each in columns.items()},
            "mail_tenant_id": record.evidence("usedefaulttenantid", "exchangeonlinetenantid")
            + tenant_by,
            "same_tenant": record.evidence("usedefaulttenantid", "exchangeonlinetenantid")
            + tenant_by,
            "account_demands_multi_factor": record.evidence("incomingcredentialretrieval")
            + demanded_by,
            "application_secret_days_left": record.evidence(
                "incomingcredentialretrieval", "oauthclientid"
            )
            + days_by,
        },
    )


def _mail_tenant(
    record: Record, organization: Organization, is_online: bool | Unknown, readings: Readings
) -> tuple[str | None | Unknown, tuple[Evidence, ...]]:
    """The tenant, with what else than the profile's columns told it.

    A version without the columns knows no other tenant in a profile, so the mail domains tell.
    """
    if isinstance(is_online, Unknown):
        return is_online, ()
    if not is_online:
        return None, ()
    uses_default = record.required("usedefaulttenantid", bool)
    if isinstance(uses_default, Unknown):
        if not (
            record.not_available("usedefaulttenantid")
            and record.not_available("exchangeonlinetenantid")
        ):
            return uses_default, ()
        told, evidence = MailDomains(readings, known_systems()).sole_tenant()
        return (uses_default if isinstance(told, Unknown) else told), evidence
    if uses_default:
        return organization.tenant_id, ()
    tenant = record.required("exchangeonlinetenantid", str)
    if tenant == "":
        empty = empty_column(record.source, record.record, "exchangeonlinetenantid", record.read_at)
        return empty, ()
    return (tenant.lower() if isinstance(tenant, str) else tenant), ()


def _same_tenant(
    record: Record,
    organization: Organization,
    is_online: bool | Unknown,
    mail_tenant: str | None | Unknown,
) -> bool | Unknown:
    if isinstance(is_online, Unknown):
        return is_online
    if not is_online:
        return False
    if record.required("usedefaulttenantid", bool) is True:
        return True
    own = organization.tenant_id
    for fact in (mail_tenant, own):
        if isinstance(fact, Unknown):
            return fact
    return mail_tenant == own


def _demands_multi_factor(
    is_online: bool | Unknown, readings: Readings
) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Policies of Entra decide only where the account signs in there: at Exchange Online."""
    if is_online is not True:
        return undeclared("multi_factor_authentication"), ()
    return account_demands_multi_factor(readings)


def _secret_days(
    record: Record, connections: tuple[Connection, ...], readings: Readings
) -> tuple[int | None | Unknown, tuple[Evidence, ...]]:
    """None where no direction signs in as an application of Entra, or a managed identity does.

    The client of Gmail's OAuth is Google's, and a client id may be left over from another way.
    """
    signs_in = either(
        *(is_one_of(each.credential_retrieval, *BY_APPLICATION) for each in connections)
    )
    if isinstance(signs_in, Unknown):
        return signs_in, ()
    if not signs_in:
        return None, ()
    if not record.not_available("_managedidentityid_value"):
        identity = record.optional("_managedidentityid_value", str)
        if isinstance(identity, Unknown):
            return identity, ()
        if identity:
            return None, ()
    if record.not_available("oauthclientid"):
        return None, ()
    client = record.optional("oauthclientid", str)
    if isinstance(client, Unknown):
        return client, ()
    if not client:
        return None, ()
    return secret_days_left(readings, client)


def _filled(record: Record, column: str) -> bool | Unknown:
    value = record.optional(column, str)
    return value if isinstance(value, Unknown) else bool(value)


def _lies_ahead(record: Record, column: str) -> bool | Unknown:
    value = record.date(column)
    if isinstance(value, Unknown):
        return value
    return value is not None and value > record.read_at
