"""From what Exchange Online and Microsoft Graph answered to the facts of the Exchange tenant."""

from collections.abc import Callable
from typing import Any

from connectors.exchange_online import encryption, role_assignments, transport
from connectors.exchange_online import organization as exchange_organization
from connectors.exchange_online.values import size_bytes, switch
from connectors.graph import organization, service_principals
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.unknowns import odd_value, scalar
from connectors.sources.readings import Reading, Readings
from connectors.sources.source import SourceState, not_configured
from rules.evidence import Evidence
from rules.facts import ExchangeTenant
from rules.unknown import Unknown

Fact = tuple[Any, tuple[Evidence, ...]]

SOURCES = {
    "id": (organization.SOURCE, "graph"),
    "ews_enabled": (exchange_organization.SOURCE, "exchange_online"),
    "dynamics_allowed_for_ews": (exchange_organization.SOURCE, "exchange_online"),
    "customer_key_in_force": (encryption.SOURCE, "exchange_online.cmdlets"),
    "smtp_basic_authentication_disabled": (transport.SOURCE, "exchange_online.cmdlets"),
    "max_receive_size_bytes": (transport.SOURCE, "exchange_online.cmdlets"),
    "impersonation_role_assigned": (role_assignments.SOURCE, "exchange_online.cmdlets"),
    "dynamics_principal_enabled": (service_principals.SOURCE, "graph"),
}
"""The source that each fact is read from, and the section that configures it."""

_CMDLETS = "Set `cmdlets` to true in the section `exchange_online` of the environment."


def exchange_tenant(readings: Readings) -> ExchangeTenant:
    """The tenant in which the organisation's Exchange Online mailboxes live."""
    facts: dict[str, Any] = {}
    origins: dict[str, tuple[Evidence, ...]] = {}
    for fact, (source, section) in SOURCES.items():
        reading = readings.get(source)
        state = reading.state if reading is not None else not_configured(source, section)
        if reading is None or not state.whole:
            facts[fact], origins[fact] = state.unknown(), (Evidence(source, "", fact),)
        else:
            facts[fact], origins[fact] = _READ[fact](reading)
    return ExchangeTenant(**facts, origins=origins)


def _only(reading: Reading, fact: str) -> Record | Fact:
    """The one record of a source, or why there is none."""
    if len(reading.records) == 1:
        row, read_at = reading.records[0]
        return record_of(reading, row, read_at, "")
    evidence = (Evidence(reading.state.name, "", fact),)
    return (
        Unknown(
            reason=f"{reading.state.name} gave {len(reading.records)} records instead of one.",
            remedy="Run the audit again; if it stays so, report it.",
            evidence=evidence,
        ),
        evidence,
    )


def _id(reading: Reading) -> Fact:
    record = _only(reading, "id")
    if not isinstance(record, Record):
        return record
    value = record.required("id", str)
    return (value.lower() if isinstance(value, str) else value), record.evidence("id")


def _told(record: Record, column: str, state: SourceState) -> Any:
    """A switch that the Admin API may leave out: null, a yes or no, or why it is unknown."""
    if record.answers_nothing(column):
        return Unknown(
            reason=f"{state.name} does not tell {column}: the Admin API documents no such value.",
            remedy=_CMDLETS,
        )
    value = switch(record.raw(column))
    if value is None or isinstance(value, bool | Unknown):
        return value
    return odd_value(record.source, record.record, column, value, record.read_at)


def _ews_enabled(reading: Reading) -> Fact:
    record = _only(reading, "EwsEnabled")
    if not isinstance(record, Record):
        return record
    evidence = record.evidence("EwsEnabled") or (Evidence(record.source, "", "EwsEnabled"),)
    return _told(record, "EwsEnabled", reading.state), evidence


def _allowed(reading: Reading) -> Fact:
    """Whether Dynamics is on the list, which Exchange heeds only with the switch on.

    A policy on client names that stands beside the list may still keep Dynamics out.
    """
    record = _only(reading, "EwsAllowedAppIDs")
    if not isinstance(record, Record):
        return record
    evidence = record.evidence("EwsAllowedAppIDs", "EwsApplicationAccessPolicy") or (
        Evidence(record.source, "", "EwsAllowedAppIDs"),
    )
    if record.answers_nothing("EwsAllowedAppIDs"):
        return (
            Unknown(
                reason="Only the cmdlet endpoint tells which applications may use Exchange Web "
                "Services.",
                remedy=_CMDLETS,
            ),
            evidence,
        )
    listed = record.optional("EwsAllowedAppIDs", str)
    if isinstance(listed, Unknown):
        return listed, evidence
    ids = {each.strip().lower() for each in (listed or "").split(",")}
    if service_principals.DYNAMICS_APP_ID not in ids:
        return False, evidence
    policy = record.raw("EwsApplicationAccessPolicy")
    if isinstance(policy, str) and policy:
        return (
            Unknown(
                reason=f"Dynamics 365 is on the list of applications, and the policy {policy} on "
                "client names may still keep it out.",
                remedy="See `Get-OrganizationConfig | fl Ews*` for the lists of client names.",
                evidence=evidence,
            ),
            evidence,
        )
    return True, evidence


def _customer_key(reading: Reading) -> Fact:
    """In force where the tenant is assigned a policy; not where there is no policy at all."""
    name = reading.state.name
    assigned = [each for each in reading.records if each[0].cmdlet == encryption.OF_THE_TENANT]
    policies = [each for each in reading.records if each[0].cmdlet == encryption.OF_MAILBOXES]
    shown = [row.Name if isinstance(row.Name, str) else "" for row, _ in assigned or policies]
    read_at = reading.records[0][1] if reading.records else ""
    evidence = (Evidence(name, "", "Name", ", ".join(shown) or None, read_at),)
    if assigned:
        return True, evidence
    if all(switch(row.Enabled) is False for row, _ in policies):
        return False, evidence
    return (
        Unknown(
            reason="There are policies of Customer Key for mailboxes; whether a mailbox is "
            "assigned one is not read.",
            remedy="See `Get-Mailbox ADDRESS | fl DataEncryptionPolicy` for the mailboxes.",
            evidence=evidence,
        ),
        evidence,
    )


def _smtp_disabled(reading: Reading) -> Fact:
    column = "SmtpClientAuthenticationDisabled"
    record = _only(reading, column)
    if not isinstance(record, Record):
        return record
    evidence = record.evidence(column) or (Evidence(record.source, "", column),)
    value = switch(record.raw(column))
    if isinstance(value, bool | Unknown):
        return value, evidence
    return odd_value(record.source, record.record, column, value, record.read_at), evidence


def _max_receive_size(reading: Reading) -> Fact:
    record = _only(reading, "MaxReceiveSize")
    if not isinstance(record, Record):
        return record
    evidence = record.evidence("MaxReceiveSize") or (Evidence(record.source, "", "MaxReceiveSize"),)
    value = record.required("MaxReceiveSize", str)
    return (size_bytes(value) if isinstance(value, str) else value), evidence


def _impersonation(reading: Reading) -> Fact:
    """Whether somebody holds the role; one assignment that is in force is enough."""
    name = reading.state.name
    of_role = [
        (row, at) for row, at in reading.records if row.Role == role_assignments.IMPERSONATION
    ]
    evidence = tuple(
        Evidence(name, str(row.Name or ""), "RoleAssigneeName", scalar(row.RoleAssigneeName), at)
        for row, at in of_role
    )
    if any(switch(row.Enabled) is True for row, _ in of_role):
        return True, evidence
    unclear = [row for row, _ in reading.records if not isinstance(row.Role, str)]
    unclear += [row for row, _ in of_role if switch(row.Enabled) is not False]
    if unclear:
        return (
            Unknown(
                reason="An assignment of a management role does not tell its role, or whether it "
                "is in force.",
                remedy="See `Get-ManagementRoleAssignment -Role ApplicationImpersonation`.",
                evidence=evidence,
            ),
            evidence or (Evidence(name, "", "Role"),),
        )
    read_at = reading.records[0][1] if reading.records else ""
    return False, evidence or (Evidence(name, "", "Role", None, read_at),)


def _principal(reading: Reading) -> Fact:
    """Whether Dynamics has its application in the tenant; a missing one signs nobody in."""
    if not reading.records:
        return False, (Evidence(reading.state.name, "", "appId", None),)
    record = _only(reading, "accountEnabled")
    if not isinstance(record, Record):
        return record
    return record.required("accountEnabled", bool), record.evidence("appId", "accountEnabled")


_READ: dict[str, Callable[[Reading], Fact]] = {
    "id": _id,
    "ews_enabled": _ews_enabled,
    "dynamics_allowed_for_ews": _allowed,
    "customer_key_in_force": _customer_key,
    "smtp_basic_authentication_disabled": _smtp_disabled,
    "max_receive_size_bytes": _max_receive_size,
    "impersonation_role_assigned": _impersonation,
    "dynamics_principal_enabled": _principal,
}
