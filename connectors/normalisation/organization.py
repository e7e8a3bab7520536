"""From the organisation's rows to the facts of the organisation."""

from typing import Any
from xml.etree import ElementTree

from connectors.dynamics.tables import organization_detail, organizations
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

_SETTINGS = {
    "email_connection_channel": "emailconnectionchannel",
    "requires_approval_for_user_email": "requireapprovalforuseremail",
    "requires_approval_for_queue_email": "requireapprovalforqueueemail",
    "default_profile_id": "_defaultemailserverprofileid_value",
    "generates_alerts_for_errors": "generatealertsforerrors",
    "generates_alerts_for_warnings": "generatealertsforwarnings",
    "allows_unresolved_recipients": "allowunresolvedpartiesonemailsend",
    "max_upload_size_bytes": "maxuploadfilesize",
    "folder_tracking_enabled": "isfolderbasedtrackingenabled",
    "max_folder_tracking_rules": "maxfolderbasedtrackingmappings",
    "backs_off_inactive_mailboxes": "ismailboxinactivebackoffenabled",
    "unlocks_stuck_mailboxes": "ismailboxforcedunlockingenabled",
    "correlates_email": "emailcorrelationenabled",
    "uses_tracking_token": "trackingprefix",
    "appointments_suspended": "performactsyncafter",
    "default_methods_are_server_side": "defaultemailsettings",
    "alert_retention_days": "tracelogmaximumageindays",
}
"""The column that each fact about the settings is read from."""


def organization(readings: Readings, deployment: Deployment | None = None) -> Organization:
    """The organisation; `deployment` is what the configuration says, None: told from the answers.

    A source that was not read leaves its facts unknown with that source as the cause.
    """
    detail = _detail(readings[organization_detail.SOURCE], deployment)
    settings = _settings(readings[organizations.TABLE.source])
    return Organization(
        **{**settings, **detail, "origins": {**settings["origins"], **detail["origins"]}}
    )


def _detail(reading: Reading, configured: Deployment | None) -> dict[str, Any]:
    names = ("deployment", "version", "tenant_id", "is_production")
    if not reading.records:
        unknown = reading.state.unknown()
        facts: dict[str, Any] = dict.fromkeys(names, unknown)
        if configured is not None:
            facts["deployment"] = configured
        evidence = (Evidence(reading.state.name, "", "OrganizationVersion"),)
        return {**facts, "origins": dict.fromkeys(names, evidence)}
    row, read_at = reading.records[0]
    id = row.OrganizationId if isinstance(row.OrganizationId, str) else ""
    record = record_of(reading, row, read_at, id)
    version = _version(record)
    tenant_id = _tenant(record)
    deployment = configured or _deployment(record, version, tenant_id)
    if tenant_id is None and deployment is not Deployment.ON_PREMISES:
        tenant_id = Unknown(
            reason="The server names no tenant, though an organisation online has one.",
            remedy="Run the audit again; report it with the version of the server.",
            evidence=record.evidence("TenantId", "OrganizationVersion"),
        )
    return {
        **({"id": id} if id else {}),
        "deployment": deployment,
        "version": version,
        "tenant_id": tenant_id,
        "is_production": _is_production(record, deployment),
        "origins": {
            "deployment": record.evidence("TenantId", "OrganizationVersion"),
            "version": record.evidence("OrganizationVersion"),
            "tenant_id": record.evidence("TenantId", "OrganizationVersion"),
            "is_production": record.evidence("OrganizationType", "OrganizationVersion"),
        },
    }


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


def _is_production(record: Record, deployment: Deployment | Unknown) -> bool | None | Unknown:
    """None on premises, where the types of an organisation are not told apart."""
    if deployment is Deployment.ON_PREMISES:
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
        unknown = reading.state.unknown()
        evidence = (Evidence(reading.state.name, "", "organizationid"),)
        return {**dict.fromkeys(_SETTINGS, unknown), "origins": dict.fromkeys(_SETTINGS, evidence)}
    row, read_at = reading.records[0]
    record = record_of(reading, row, read_at, row.organizationid)
    flags = {
        fact: record.required(column, bool)
        for fact, column in _SETTINGS.items()
        if fact not in _OTHER_KINDS
    }
    return {
        **flags,
        "id": row.organizationid,
        "name": row.name if isinstance(row.name, str) else "",
        "email_connection_channel": record.choice("emailconnectionchannel", EmailConnectionChannel),
        "default_profile_id": record.optional("_defaultemailserverprofileid_value", str),
        "max_upload_size_bytes": record.optional("maxuploadfilesize", int),
        "max_folder_tracking_rules": record.optional("maxfolderbasedtrackingmappings", int),
        "alert_retention_days": record.optional("tracelogmaximumageindays", int),
        "uses_tracking_token": _is_filled(record, "trackingprefix"),
        "appointments_suspended": _lies_ahead(record, "performactsyncafter"),
        "default_methods_are_server_side": _default_methods(record),
        "origins": {
            fact: record.evidence(column) or record.evidence("organizationid")
            for fact, column in _SETTINGS.items()
        },
    }


_OTHER_KINDS = frozenset(
    {
        "email_connection_channel",
        "default_profile_id",
        "max_upload_size_bytes",
        "max_folder_tracking_rules",
        "alert_retention_days",
        "uses_tracking_token",
        "appointments_suspended",
        "default_methods_are_server_side",
    }
)


def _is_filled(record: Record, column: str) -> bool | Unknown:
    value = record.optional(column, str)
    return value if isinstance(value, Unknown) else bool(value)


def _lies_ahead(record: Record, column: str) -> bool | Unknown:
    value = record.optional(column, str)
    if isinstance(value, Unknown):
        return value
    return value is not None and value > record.read_at


def _default_methods(record: Record) -> bool | None | Unknown:
    """Whether the stored defaults are server-side synchronization throughout."""
    column = "defaultemailsettings"
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
