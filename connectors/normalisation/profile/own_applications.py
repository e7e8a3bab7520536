"""What the mail tenant lets the application of a profile do: read by whom it is asked of.

A profile that signs in with an application of Microsoft Entra reads one tenant; what was read of
another tells nothing of it.
"""

from typing import Any, NamedTuple

from connectors.exchange_online import organization as exchange_organization
from connectors.graph import application_permissions
from connectors.normalisation.exchange_tenant import allowed_for_ews, ews_switch
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.records import hidden
from connectors.normalisation.tenants_read import EXCHANGE, GRAPH, TenantsRead
from connectors.normalisation.unknowns import left_out_column
from connectors.sources.readings import Readings
from connectors.sources.source import not_configured
from rules.evidence import Cause, Evidence
from rules.unknown import Unknown

NEEDED = (
    "CallRecords.Read.All",
    "Calendars.ReadWrite",
    "Chat.Read.All",
    "Contacts.ReadWrite",
    "Mail.ReadWrite",
    "Mail.Send",
    "MailboxConfigItem.ReadWrite",
    "MailboxSettings.ReadWrite",
    "OnlineMeetings.ReadWrite.All",
    "Tasks.ReadWrite.All",
)
"""Application permissions that server-side synchronization needs by Microsoft Graph.

Source: "Connect to Exchange Online" by OAuth (connect-exchange-online-server-profile-oauth), text
of 2026-08-13.
"""


class Application(NamedTuple):
    """The application of one profile. `tenant` is that whose mailboxes the profile reads."""

    client_id: str
    tenant: str | None | Unknown
    in_own_tenant: bool | Unknown


def missing_permissions(
    readings: Readings, tenants: TenantsRead, application: Application
) -> Established:
    """Those of the needed permissions that the application was not given, in their order."""
    source = application_permissions.SOURCE
    evidence: tuple[Evidence, ...] = (Evidence(source, application.client_id, "permission"),)
    rows = _of_application(readings, tenants, application)
    if isinstance(rows, Unknown):
        return Established(rows, evidence)
    if not rows:
        gone = Unknown(
            reason="The tenant that was read has no such application.",
            remedy=_see(application),
            evidence=evidence,
        )
        return Established(gone, evidence)
    given = {row.permission for row, _ in rows}
    evidence = tuple(
        Evidence(source, row.principal, "permission", row.permission, at) for row, at in rows
    )
    return Established(tuple(each for each in NEEDED if each not in given), evidence)


def may_sign_in(readings: Readings, tenants: TenantsRead, application: Application) -> Established:
    """Whether the mail tenant has the application, and has it switched on."""
    source = application_permissions.SOURCE
    evidence: tuple[Evidence, ...] = (Evidence(source, application.client_id, "accountEnabled"),)
    rows = _of_application(readings, tenants, application)
    if isinstance(rows, Unknown):
        return Established(rows, evidence)
    if not rows:
        return Established(False, evidence)
    told, at = rows[0]
    evidence = (Evidence(source, told.principal, "accountEnabled", _shown(told), at),)
    if isinstance(told.accountEnabled, bool):
        return Established(told.accountEnabled, evidence)
    why = hidden(readings[source].state, "accountEnabled") or left_out_column(
        source, "accountEnabled"
    )
    return Established(_with_remedy(why, application), evidence)


def _shown(row: Any) -> bool | None:
    return row.accountEnabled if isinstance(row.accountEnabled, bool) else None


def _of_application(
    readings: Readings, tenants: TenantsRead, application: Application
) -> list[tuple[Any, str]] | Unknown:
    """The rows of the application in its tenant; none where that tenant does not have it."""
    source = application_permissions.SOURCE
    reading = readings.get(source)
    if reading is None or not reading.state.whole:
        state = reading.state if reading else not_configured(source, "graph")
        return _with_remedy(state.unknown(), application)
    of_another = _of_another_tenant(tenants, application, source)
    if of_another is not None:
        return of_another
    wanted = application.client_id.lower()
    return [each for each in reading.records if each[0].appId == wanted]


def may_use_ews(
    readings: Readings, tenants: TenantsRead, application: Application
) -> tuple[Established, Established]:
    """The mail tenant's switch for Exchange Web Services, and whether its list names it."""
    source = exchange_organization.SOURCE
    reading = readings.get(source)
    evidence = (Evidence(source, "", "EwsAllowedAppIDs"),)
    if reading is None or not reading.state.whole:
        state = reading.state if reading else not_configured(source, "exchange_online")
        unread = Established(state.unknown(), evidence)
        return unread, unread
    of_another = _of_another_exchange(tenants, application)
    if of_another is not None:
        return Established(of_another, evidence), Established(of_another, evidence)
    return ews_switch(reading), allowed_for_ews(
        reading, application.client_id.lower(), "The application"
    )


def _of_another_tenant(
    tenants: TenantsRead, application: Application, source: str
) -> Unknown | None:
    """Why what Microsoft Graph told is of another tenant, or may be; None: it is of this one."""
    if isinstance(application.tenant, Unknown):
        return application.tenant
    if tenants[GRAPH].id == application.tenant:
        return None
    return Unknown(
        reason="The application is of another tenant than the one that Microsoft Graph was read "
        "of, or that tenant is not known.",
        remedy=_see(application),
        cause=Cause("source", source, "of-another-tenant"),
    )


def _of_another_exchange(tenants: TenantsRead, application: Application) -> Unknown | None:
    """The same of Exchange Online."""
    in_own, read = application.in_own_tenant, tenants[EXCHANGE].id
    if isinstance(in_own, Unknown):
        return in_own
    if read == application.tenant:
        return None
    if in_own and (isinstance(read, Unknown) or isinstance(application.tenant, Unknown)):
        return tenants.why_not_of_mail(EXCHANGE)
    return Unknown(
        reason="The profile reads another tenant, and nothing of its Exchange Online was read.",
        remedy="See `Get-OrganizationConfig | fl Ews*` in the tenant that the profile reads.",
        cause=Cause("source", exchange_organization.SOURCE, "of-another-tenant"),
    )


def _see(application: Application) -> str:
    return (
        f'In the tenant {_named(application)} run `Get-MgServicePrincipal -Filter "appId eq '
        f"'{application.client_id}'\"` and `Get-MgServicePrincipalAppRoleAssignment "
        "-ServicePrincipalId ID`, or let the section `graph` sign in to that tenant."
    )


def _named(application: Application) -> str:
    return application.tenant if isinstance(application.tenant, str) else "of the profile"


def _with_remedy(unknown: Unknown, application: Application) -> Unknown:
    return Unknown(
        reason=unknown.reason,
        remedy=f"{unknown.remedy} Or: {_see(application)}",
        cause=unknown.cause,
        evidence=unknown.evidence,
    )
