"""From profile rows to the facts of email server profiles."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from connectors.dynamics.tables import emailserverprofiles
from connectors.known_systems import known_systems
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.connections import Connections, of_exchange_online
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import Endpoints
from connectors.normalisation.entra import account_demands_multi_factor, secret_days_left
from connectors.normalisation.fact_rows import (
    Established,
    FactRow,
    choice,
    fields,
    has_text,
    lies_ahead,
    optional,
    optional_choice,
    required,
)
from connectors.normalisation.leads_online import leads_online
from connectors.normalisation.mail_domains import MailDomains
from connectors.normalisation.own_applications import (
    Application,
    may_use_ews,
    missing_permissions,
)
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
from rules.unknown import Unknown, both, either, is_one_of

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
    alert_index: AlertIndex,
) -> dict[str, EmailServerProfile]:
    """Every profile that was read, by id and in its order, whatever that of the server was.

    Effective columns: what `same settings` makes of them.
    """
    reading = readings[SOURCE]
    found = {}
    for row, read_at in sorted(reading.records, key=lambda each: each[0].emailserverprofileid):
        record = record_of(reading, row, read_at, row.emailserverprofileid)
        found[row.emailserverprofileid] = _profile(
            record, row, organization, systems, owner_of, readings, alert_index
        )
    return found


class _Profile(NamedTuple):
    """What the facts of one profile are read of."""

    record: Record
    endpoints: Endpoints
    incoming: Connection
    outgoing: Connection
    by_ews: tuple[Connection, ...]
    is_online: bool | Unknown
    reaches_online: bool | Unknown
    owner: tuple[bool | Unknown, bool | Unknown]
    organization: Organization
    readings: Readings


def _profile(
    record: Record,
    row: Any,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    readings: Readings,
    alert_index: AlertIndex,
) -> EmailServerProfile:
    profile = _read(record, organization, systems, owner_of, readings)
    found = fields(_FACTS, profile, record.evidence)
    open_error, cause = alert_index.of(record.record.lower())
    return EmailServerProfile(
        id=row.emailserverprofileid,
        name=row.name if isinstance(row.name, str) else "",
        incoming=profile.incoming,
        outgoing=profile.outgoing,
        open_error_alert=open_error,
        alert_cause=cause,
        **{**found, "origins": {**alert_index.origins(record.record.lower()), **found["origins"]}},
    )


def _read(
    record: Record,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    readings: Readings,
) -> _Profile:
    endpoints = Endpoints(record)
    connections = Connections(record, systems, endpoints)
    incoming, outgoing = connections.connection("incoming"), connections.connection("outgoing")
    both_ways = (incoming, outgoing)
    by_ews = tuple(
        each for each in both_ways if is_one_of(each.protocol, Protocol.EWS) is not False
    )
    server_type = endpoints.server_type
    is_online = (
        False
        if server_type is ServerType.EXCHANGE_SERVER_HYBRID
        else leads_online(record, server_type, both_ways, organization, systems)
    )
    if is_online is True:
        incoming, outgoing = (of_exchange_online(each) for each in both_ways)
    owner = record.required("_ownerid_value", str)
    return _Profile(
        record=record,
        endpoints=endpoints,
        incoming=incoming,
        outgoing=outgoing,
        by_ews=by_ews,
        is_online=is_online,
        reaches_online=leads_online(record, server_type, by_ews, organization, systems),
        owner=owner_of(owner) if isinstance(owner, str) else (owner, owner),
        organization=organization,
        readings=readings,
    )


def _mail_tenant(profile: _Profile, *columns: str) -> Established:
    """The tenant, with what else than the profile's columns told it."""
    tenant, evidence = _tenant_told(profile)
    return Established(tenant, profile.record.evidence(*columns) + evidence)


def _tenant_told(profile: _Profile) -> tuple[str | None | Unknown, tuple[Evidence, ...]]:
    """A version without the columns knows no other tenant, so the mail domains tell."""
    record, is_online = profile.record, profile.is_online
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
        told, evidence = MailDomains(profile.readings, known_systems()).sole_tenant()
        return (uses_default if isinstance(told, Unknown) else told), evidence
    if uses_default:
        return profile.organization.tenant_id, ()
    tenant = record.required("exchangeonlinetenantid", str)
    if tenant == "":
        empty = empty_column(record.source, record.record, "exchangeonlinetenantid", record.read_at)
        return empty, ()
    return (tenant.lower() if isinstance(tenant, str) else tenant), ()


def _same_tenant(profile: _Profile, *columns: str) -> Established:
    tenant, evidence = _tenant_told(profile)
    return Established(
        _is_own_tenant(profile, tenant), profile.record.evidence(*columns) + evidence
    )


def _is_own_tenant(profile: _Profile, tenant: str | None | Unknown) -> bool | Unknown:
    if isinstance(profile.is_online, Unknown):
        return profile.is_online
    if not profile.is_online:
        return False
    if profile.record.required("usedefaulttenantid", bool) is True:
        return True
    own = profile.organization.tenant_id
    for fact in (tenant, own):
        if isinstance(fact, Unknown):
            return fact
    return tenant == own


def _demands_multi_factor(profile: _Profile) -> Established:
    """Policies of Entra decide only where the account signs in there: at Exchange Online.

    How the first direction of Exchange Web Services signs in is what leads there.
    """
    connection = (*profile.by_ews, profile.incoming)[0]
    signs_in = connection.evidence("credential_retrieval")
    if profile.reaches_online is not True:
        return Established(undeclared("multi_factor_authentication"), signs_in)
    demanded, evidence = account_demands_multi_factor(profile.readings)
    return Established(demanded, signs_in + evidence)


def _secret_days(profile: _Profile) -> Established:
    """None where no direction signs in as an application of Entra, or a managed identity does.

    The client of Gmail's OAuth is Google's, and a client id may be left over from another way.
    """
    directions = (profile.incoming, profile.outgoing)
    told = [is_one_of(each.credential_retrieval, *BY_APPLICATION) for each in directions]
    signs_in = either(*told)
    # The first direction of that answer decided; that no direction does, both.
    decided = [
        each
        for each, answer in zip(directions, told, strict=True)
        if signs_in is False or answer is signs_in
    ]
    shown = _once(
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


def _names_application(profile: _Profile, client: str, identity: str) -> bool | Unknown:
    """A version without managed identities has none."""
    record = profile.record
    managed = False if record.not_available(identity) else record.filled(identity)
    return either(record.filled(client), managed)


def _missing_permissions(profile: _Profile) -> Established:
    own, shown = _own_application(profile)
    if not isinstance(own, Application):
        return Established(own, shown)
    missing, evidence = missing_permissions(profile.readings, own)
    return Established(missing, shown + evidence)


def _may_use_ews(profile: _Profile) -> tuple[Established, Established]:
    own, shown = _own_application(profile)
    if not isinstance(own, Application):
        return Established(own, shown), Established(own, shown)
    switch, listed = may_use_ews(profile.readings, own)
    return (
        Established(switch.value, shown + switch.evidence),
        Established(listed.value, shown + listed.evidence),
    )


def _own_application(
    profile: _Profile,
) -> tuple[Application | None | Unknown, tuple[Evidence, ...]]:
    """The application of Entra that the profile signs in with at Exchange Online, if it does."""
    directions = (profile.incoming, profile.outgoing)
    shown = _once(
        evidence for each in directions for evidence in each.evidence("credential_retrieval")
    )
    entra = CredentialRetrieval.ENTRA_OAUTH
    signs_in = both(
        either(*(is_one_of(each.credential_retrieval, entra) for each in directions)),
        profile.is_online,
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
    tenant, _ = _tenant_told(profile)
    return Application(client, tenant, _is_own_tenant(profile, tenant)), shown


def _once(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence))


def _is_default(profile: _Profile, column: str) -> bool | Unknown:
    default_id = profile.organization.default_profile_id
    if isinstance(default_id, Unknown):
        return default_id
    return default_id == profile.record.record


def _is_active(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.choice(column, State), State.ACTIVE)


def _row(name: str, read: Callable[[Record, str], Any], column: str) -> FactRow:
    """A fact that one column of the profile tells, `read` of the record."""
    return FactRow(name, (column,), lambda profile, column: read(profile.record, column))


_PLACES = (
    "servertype",
    "incomingserverlocation",
    "outgoingserverlocation",
    "defaultserverlocation",
)
_TENANT = ("usedefaulttenantid", "exchangeonlinetenantid")
_OWNER = ("_ownerid_value",)

_FACTS = (
    _row("active", _is_active, "statecode"),
    _row("server_type", choice(ServerType), "servertype"),
    _row("auto_discover", required(bool), "useautodiscover"),
    _row("same_settings_for_outgoing", required(bool), "usesamesettingsforoutgoingconnections"),
    FactRow("is_exchange_online", _PLACES, lambda profile, *_: profile.is_online),
    FactRow("reaches_exchange_online", _PLACES, lambda profile, *_: profile.reaches_online),
    FactRow("mail_tenant_id", _TENANT, _mail_tenant),
    FactRow("same_tenant", _TENANT, _same_tenant),
    FactRow("account_demands_multi_factor", (), _demands_multi_factor),
    FactRow("application_named", ("oauthclientid", "_managedidentityid_value"), _names_application),
    FactRow("application_secret_days_left", (), _secret_days),
    FactRow("missing_graph_permissions", (), _missing_permissions),
    FactRow("application_allowed_for_ews", (), lambda profile: _may_use_ews(profile)[1]),
    FactRow("mail_tenant_ews_enabled", (), lambda profile: _may_use_ews(profile)[0]),
    FactRow("owner_is_active", _OWNER, lambda profile, _: profile.owner[0]),
    FactRow("owner_is_pseudo_user", _OWNER, lambda profile, _: profile.owner[1]),
    _row("max_concurrent_connections", optional(int), "maxconcurrentconnections"),
    _row("polling_interval_minutes", optional(int), "minpollingintervalinminutes"),
    _row("times_out", required(bool), "timeoutmailboxconnection"),
    _row("timeout_ms", optional(int), "timeoutmailboxconnectionafteramount"),
    _row("moves_undeliverable_email", required(bool), "moveundeliveredemails"),
    _row("sends_alert_email", required(bool), "sendemailalert"),
    _row("has_alert_address", has_text, "owneremailaddress"),
    _row("process_email_after_in_future", lies_ahead, "processemailsreceivedafter"),
    FactRow(
        "last_test",
        ("lasttestexecutionstatus", "lastteststarttime"),
        lambda profile, column, _: profile.record.optional_choice(column, ProfileTestStatus),
    ),
    _row("last_authorization", optional_choice(ProfileTestStatus), "lastauthorizationstatus"),
    _row("last_validation", optional_choice(ProfileTestStatus), "lasttestvalidationstatus"),
    FactRow("is_default", ("emailserverprofileid",), _is_default),
)
