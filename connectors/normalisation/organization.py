"""From the organisation's rows to the facts of the organisation."""

from functools import partial
from typing import Any, NamedTuple
from xml.etree import ElementTree

from connectors.dynamics.tables import organization_detail, organizations
from connectors.normalisation.fact_rows import (
    FactRow,
    choice,
    fields,
    has_text,
    lies_ahead,
    optional,
    required,
)
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.unknowns import empty_column, odd_value
from connectors.sources.readings import Reading, Readings
from rules.evidence import Evidence
from rules.facts import Organization, Version
from rules.option_sets import Deployment, EmailConnectionChannel
from rules.unknown import Unknown

NO_TENANT = "00000000-0000-0000-0000-000000000000"

# OrganizationType of *OrganizationDetail*: enums appear by name or by number.
_PRODUCTION = frozenset({0, 4, 12, "Customer", "Secondary", "Default"})
_NOT_PRODUCTION = frozenset(
    {5, 6, 7, 9, 11, 13, 14, 15}
    | {"CustomerTest", "CustomerFreeTest", "Preview", "TestDrive", "Trial", "EmailTrial"}
    | {"Developer", "Teams"}
)


def organization(readings: Readings, deployment: Deployment | None = None) -> Organization:
    """The organisation; `deployment` is what the configuration says, None: told from the answers.

    A source that was not read leaves its facts unknown with that source as the cause.
    """
    detail = _detail(readings[organization_detail.SOURCE], deployment)
    settings = _settings(readings[organizations.TABLE.source])
    return Organization(
        **{**settings, **detail, "origins": {**settings["origins"], **detail["origins"]}}
    )


class _Detail(NamedTuple):
    """What the facts of the server's answer are read of."""

    record: Record
    configured: Deployment | None


def _detail(reading: Reading, configured: Deployment | None) -> dict[str, Any]:
    if not reading.records:
        names = tuple(row.name for row in _DETAIL)
        unknown = reading.state.unknown()
        facts: dict[str, Any] = dict.fromkeys(names, unknown)
        if configured is not None:
            facts["deployment"] = configured
        evidence = (Evidence(reading.state.name, "", "OrganizationVersion"),)
        return {**facts, "origins": dict.fromkeys(names, evidence)}
    row, read_at = reading.records[0]
    id = row.OrganizationId if isinstance(row.OrganizationId, str) else ""
    record = record_of(reading, row, read_at, id)
    found = fields(_DETAIL, _Detail(record, configured), record.evidence)
    return {**({"id": id} if id else {}), **found}


def _deployment_of(detail: _Detail, *columns: str) -> Deployment | Unknown:
    record = detail.record
    return detail.configured or _deployment(record, _version(record), _tenant(record))


def _tenant_id(detail: _Detail, *columns: str) -> str | None | Unknown:
    tenant_id = _tenant(detail.record)
    if tenant_id is None and _deployment_of(detail) is not Deployment.ON_PREMISES:
        return Unknown(
            reason="The server names no tenant, though an organisation online has one.",
            remedy="Run the audit again; report it with the version of the server.",
            evidence=detail.record.evidence("TenantId", "OrganizationVersion"),
        )
    return tenant_id


def _version(record: Record) -> Version | Unknown:
    text = record.required("OrganizationVersion", str)
    if isinstance(text, Unknown):
        return text
    try:
        return tuple(int(part) for part in text.split("."))
    except ValueError:
        return odd_value(record.source, record.record, "OrganizationVersion", text, record.read_at)


def _tenant(record: Record) -> str | None | Unknown:
    value = record.optional("TenantId", str)
    if value is None or isinstance(value, Unknown):
        # A server without the function tells its version alone: such servers are on premises.
        return None if record.answers_nothing("TenantId") else value
    return None if value in ("", NO_TENANT) else value.lower()


def _deployment(
    record: Record, version: Version | Unknown, tenant_id: str | None | Unknown
) -> Deployment | Unknown:
    """Online names a tenant; on-premises ends at version 9.1 and names none."""
    if isinstance(tenant_id, Unknown):
        return tenant_id
    if tenant_id is not None:
        return Deployment.ONLINE
    if isinstance(version, Unknown):
        return version
    if version < (9, 2):
        return Deployment.ON_PREMISES
    return Unknown(
        reason="The server is of an online version but names no tenant.",
        remedy='Set `deployment` to "online" or "on-premises" in the configuration.',
        evidence=record.evidence("TenantId", "OrganizationVersion"),
    )


def _is_production(detail: _Detail, *columns: str) -> bool | None | Unknown:
    """None on premises, where the types of an organisation are not distinguished."""
    record = detail.record
    if _deployment_of(detail) is Deployment.ON_PREMISES:
        return None
    value = record.raw("OrganizationType")
    if isinstance(value, Unknown):
        return value
    if value is None:
        return empty_column(record.source, record.record, "OrganizationType", record.read_at)
    if value in _PRODUCTION:
        return True
    if value in _NOT_PRODUCTION:
        return False
    return odd_value(record.source, record.record, "OrganizationType", value, record.read_at)


def _settings(reading: Reading) -> dict[str, Any]:
    if not reading.records:
        names = tuple(row.name for row in _SETTINGS)
        evidence = (Evidence(reading.state.name, "", "organizationid"),)
        unknown = reading.state.unknown()
        return {**dict.fromkeys(names, unknown), "origins": dict.fromkeys(names, evidence)}
    row, read_at = reading.records[0]
    record = record_of(reading, row, read_at, row.organizationid)
    return {
        **fields(_SETTINGS, record, partial(_evidence, record)),
        "id": row.organizationid,
        "name": row.name if isinstance(row.name, str) else "",
    }


def _evidence(record: Record, column: str) -> tuple[Evidence, ...]:
    """The column, or where this version does not have it, the record that was read."""
    return record.evidence(column) or record.evidence("organizationid")


def _default_methods(record: Record, column: str) -> bool | None | Unknown:
    """Whether the stored defaults are server-side synchronization throughout."""
    text = record.optional(column, str)
    if text is None or isinstance(text, Unknown):
        return text
    odd = Unknown(
        reason="The stored default email settings have a form that is not known.",
        remedy="Look at Email Settings > Email configuration defaults in Dynamics 365.",
        evidence=(Evidence(record.source, record.record, column, None, record.read_at),),
    )
    if not text.strip():
        return None
    if "<!" in text:
        return odd
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return odd
    values = {
        element.tag.rpartition("}")[2].lower(): (element.text or "").strip()
        for element in root.iter()
    }
    incoming = values.get("incomingemaildeliverymethod")
    outgoing = values.get("outgoingemaildeliverymethod")
    appointments = values.get("actdeliverymethod")
    if incoming is None or outgoing is None or appointments is None:
        return odd
    return (incoming, outgoing, appointments) == ("2", "2", "1")


_DETAIL = (
    FactRow("deployment", ("TenantId", "OrganizationVersion"), _deployment_of),
    FactRow("version", ("OrganizationVersion",), lambda detail, _: _version(detail.record)),
    FactRow("tenant_id", ("TenantId", "OrganizationVersion"), _tenant_id),
    FactRow("is_production", ("OrganizationType", "OrganizationVersion"), _is_production),
)

_SETTINGS = (
    FactRow(
        "email_connection_channel", ("emailconnectionchannel",), choice(EmailConnectionChannel)
    ),
    FactRow("requires_approval_for_user_email", ("requireapprovalforuseremail",), required(bool)),
    FactRow("requires_approval_for_queue_email", ("requireapprovalforqueueemail",), required(bool)),
    FactRow("default_profile_id", ("_defaultemailserverprofileid_value",), optional(str)),
    FactRow("generates_alerts_for_errors", ("generatealertsforerrors",), required(bool)),
    FactRow("generates_alerts_for_warnings", ("generatealertsforwarnings",), required(bool)),
    FactRow("allows_unresolved_recipients", ("allowunresolvedpartiesonemailsend",), required(bool)),
    FactRow(
        "unresolves_shared_addresses", ("unresolveemailaddressifmultiplematch",), required(bool)
    ),
    FactRow("max_upload_size_bytes", ("maxuploadfilesize",), optional(int)),
    FactRow("folder_tracking_enabled", ("isfolderbasedtrackingenabled",), required(bool)),
    FactRow("max_folder_tracking_rules", ("maxfolderbasedtrackingmappings",), optional(int)),
    FactRow("backs_off_inactive_mailboxes", ("ismailboxinactivebackoffenabled",), required(bool)),
    FactRow("unlocks_stuck_mailboxes", ("ismailboxforcedunlockingenabled",), required(bool)),
    FactRow("correlates_email", ("emailcorrelationenabled",), required(bool)),
    FactRow("uses_tracking_token", ("trackingprefix",), has_text),
    FactRow("appointments_suspended", ("performactsyncafter",), lies_ahead),
    FactRow("default_methods_are_server_side", ("defaultemailsettings",), _default_methods),
    FactRow("alert_retention_days", ("tracelogmaximumageindays",), optional(int)),
)
