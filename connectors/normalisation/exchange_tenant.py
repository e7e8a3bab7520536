"""From what Exchange Online and Microsoft Graph answered to the facts of the Exchange tenant."""

from collections.abc import Callable, Collection
from typing import Any, Literal, NamedTuple

from connectors.exchange_online import cas_mailboxes, encryption, role_assignments, transport
from connectors.exchange_online import organization as exchange_organization
from connectors.exchange_online.values import listed, size_bytes, switch
from connectors.graph import organization, service_principals
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.tenants_read import EXCHANGE, TenantsRead, section_of
from connectors.normalisation.unknowns import odd_value, scalar
from connectors.sources.readings import Reading, Readings
from connectors.sources.source import SourceState, not_configured
from rules.evidence import Evidence
from rules.facts import ExchangeTenant
from rules.unknown import Unknown

CAS = cas_mailboxes.SOURCE
_CMDLETS = "Set `cmdlets` to true in the section `exchange_online` of the environment."


def exchange_tenant(
    readings: Readings,
    tenants: TenantsRead,
    mail_tenants: Collection[str],
    smtp_switches: Collection[Any] = (),
) -> ExchangeTenant:
    """The tenant in which the organisation's Exchange Online mailboxes live.

    What was read of a tenant that is none of theirs tells nothing of it. `mail_tenants` are those
    that profiles read, `smtp_switches` the own switches of mailboxes for SMTP, as they were listed.
    """
    found = {row.name: _established(row, readings, tenants, mail_tenants) for row in _FACTS}
    state = readings[CAS].state if CAS in readings else not_configured(CAS, _BY_CMDLETS)
    found[_OWN_SMTP] = Established(
        ((state.whole or smtp_switches) and tenants.why_not_of_mail(EXCHANGE))
        or _allows_smtp(state, smtp_switches),
        (Evidence(CAS, "", "SmtpClientAuthenticationDisabled"),),
    )
    return ExchangeTenant(
        **{name: value for name, (value, _) in found.items()},
        origins={name: evidence for name, (_, evidence) in found.items()},
    )


def _allows_smtp(state: SourceState, switches: Collection[Any]) -> bool | Unknown:
    """Whether a mailbox allows it; that none does is known of the whole listing alone."""
    if False in switches:
        return True
    if not state.whole:
        return state.unknown()
    if all(each is None or each is True for each in switches):
        return False
    return Unknown(
        reason="The listing of mailboxes does not say of each whether it may submit over SMTP.",
        remedy="See `Get-CASMailbox -ResultSize Unlimited | fl SmtpClientAuthenticationDisabled`.",
    )


def _established(
    row: "_Row", readings: Readings, tenants: TenantsRead, mail_tenants: Collection[str]
) -> Established:
    reading = readings.get(row.source)
    state = reading.state if reading is not None else not_configured(row.source, row.section)
    if reading is None or not state.whole:
        return Established(state.unknown(), (Evidence(row.source, "", row.name),))
    if row.of_tenant != "any":
        of_others = mail_tenants if row.of_tenant == "mail" else ()
        why = tenants.why_not_of_mail(section_of(row.source), of_others)
        if why is not None:
            return Established(why, (Evidence(row.source, "", row.name),))
    return row.read(reading)


def _only(reading: Reading, fact: str) -> Record | Established:
    """The one record of a source, or why there is none."""
    if len(reading.records) == 1:
        row, read_at = reading.records[0]
        return record_of(reading, row, read_at, "")
    evidence = (Evidence(reading.state.name, "", fact),)
    return Established(
        Unknown(
            reason=f"{reading.state.name} gave {len(reading.records)} records instead of one.",
            remedy="Run the audit again; if it stays so, report it.",
            evidence=evidence,
        ),
        evidence,
    )


def _id(reading: Reading) -> Established:
    record = _only(reading, "id")
    if not isinstance(record, Record):
        return record
    value = record.required("id", str)
    return Established((value.lower() if isinstance(value, str) else value), record.evidence("id"))


def _told(record: Record, column: str, state: SourceState) -> Any:
    """A switch that the Admin API may leave out: null, a yes or no, or why it is unknown."""
    if record.answers_nothing(column):
        return Unknown(
            reason=f"{state.name} does not answer {column}: the Admin API documents no such value.",
            remedy=_CMDLETS,
        )
    value = switch(record.raw(column))
    if value is None or isinstance(value, bool | Unknown):
        return value
    return odd_value(record.source, record.record, column, value, record.read_at)


def _of_one(
    reading: Reading,
    column: str,
    read: Callable[[Record], Any],
    *,
    beside: tuple[str, ...] = (),
    unanswered: Unknown | None = None,
) -> Established:
    """What `read` makes of the one record, whose column, and those `beside` it, are the evidence.

    `unanswered` is given where the column was not answered; None: `read` tells that too.
    """
    record = _only(reading, column)
    if not isinstance(record, Record):
        return record
    evidence = record.evidence(column, *beside) or (Evidence(record.source, "", column),)
    if unanswered is not None and record.answers_nothing(column):
        return Established(unanswered, evidence)
    return Established(read(record), evidence)


def ews_switch(reading: Reading) -> Established:
    """The organisation's switch for Exchange Web Services; None: never set."""
    return _of_one(reading, "EwsEnabled", lambda one: _told(one, "EwsEnabled", reading.state))


def _allowed(reading: Reading) -> Established:
    return allowed_for_ews(reading, service_principals.DYNAMICS_APP_ID, "Dynamics 365")


def allowed_for_ews(reading: Reading, app_id: str, name: str) -> Established:
    """Whether an application is on the list, which Exchange obeys only with the switch on.

    A policy on client names that stands beside the list may still keep it out.
    """
    column, beside = "EwsAllowedAppIDs", "EwsApplicationAccessPolicy"

    def allowed(record: Record) -> bool | Unknown:
        listed = record.optional(column, str)
        if isinstance(listed, Unknown):
            return listed
        ids = {each.strip().lower() for each in (listed or "").split(",")}
        if app_id not in ids:
            return False
        policy = record.raw(beside)
        if isinstance(policy, Unknown):
            return policy
        if policy:
            return Unknown(
                reason=f"{name} is on the list of applications, and the policy {policy} on "
                "client names may still keep it out.",
                remedy="See `Get-OrganizationConfig | fl Ews*` for the lists of client names.",
                evidence=record.evidence(column, beside),
            )
        return True

    return _of_one(
        reading,
        column,
        allowed,
        beside=(beside,),
        unanswered=Unknown(
            reason="Only the cmdlet endpoint lists which applications may use Exchange Web "
            "Services.",
            remedy=_CMDLETS,
        ),
    )


def _client_policy(reading: Reading) -> Established:
    """The policy on the names of clients; None: there is none."""
    column = "EwsApplicationAccessPolicy"
    return _of_one(
        reading,
        column,
        lambda record: record.optional(column, str) or None,
        unanswered=Unknown(
            reason="Only the cmdlet endpoint says whether a policy on client names is in force.",
            remedy=_CMDLETS,
        ),
    )


def _allows_no_client(reading: Reading) -> Established:
    """Whether the list of allowed client names is empty."""
    column = "EwsAllowList"

    def is_empty(record: Record) -> bool | Unknown:
        names: Any = record.raw(column)
        return names if isinstance(names, Unknown) else not listed(names)

    return _of_one(
        reading,
        column,
        is_empty,
        unanswered=Unknown(
            reason="The list of allowed client names was not answered.",
            remedy="See `Get-OrganizationConfig | fl EwsAllowList`.",
        ),
    )


def _customer_key(reading: Reading) -> Established:
    """In force where the tenant is assigned a policy; not where there is no policy at all."""
    name = reading.state.name
    assigned = [each for each in reading.records if each[0].cmdlet == encryption.OF_THE_TENANT]
    policies = [each for each in reading.records if each[0].cmdlet == encryption.OF_MAILBOXES]
    shown = [row.Name if isinstance(row.Name, str) else "" for row, _ in assigned or policies]
    read_at = reading.records[0][1] if reading.records else ""
    evidence = (Evidence(name, "", "Name", ", ".join(shown) or None, read_at),)
    if assigned:
        return Established(True, evidence)
    if all(switch(row.Enabled) is False for row, _ in policies):
        return Established(False, evidence)
    return Established(
        Unknown(
            reason="There are policies of Customer Key for mailboxes; whether a mailbox is "
            "assigned one is not read.",
            remedy="See `Get-Mailbox ADDRESS | fl DataEncryptionPolicy` for the mailboxes.",
            evidence=evidence,
        ),
        evidence,
    )


def _smtp_disabled(reading: Reading) -> Established:
    column = "SmtpClientAuthenticationDisabled"

    def disabled(record: Record) -> bool | Unknown:
        value = switch(record.raw(column))
        if isinstance(value, bool | Unknown):
            return value
        return odd_value(record.source, record.record, column, value, record.read_at)

    return _of_one(reading, column, disabled)


def _max_receive_size(reading: Reading) -> Established:
    column = "MaxReceiveSize"

    def size(record: Record) -> Any:
        value = record.required(column, str)
        return size_bytes(value) if isinstance(value, str) else value

    return _of_one(reading, column, size)


def _impersonation(reading: Reading) -> Established:
    """Whether somebody holds the role; one assignment that is in force is enough.

    Who may only give it to others does not hold it.
    """
    name = reading.state.name
    of_role = [
        (row, at)
        for row, at in reading.records
        if row.Role == role_assignments.IMPERSONATION and not row.delegates
    ]
    evidence = tuple(
        Evidence(name, str(row.Name or ""), "RoleAssigneeName", scalar(row.RoleAssigneeName), at)
        for row, at in of_role
    )
    if any(switch(row.Enabled) is True for row, _ in of_role):
        return Established(True, evidence)
    unclear = [row for row, _ in reading.records if not isinstance(row.Role, str)]
    unclear += [row for row, _ in of_role if switch(row.Enabled) is not False]
    if unclear:
        return Established(
            Unknown(
                reason="An assignment of a management role does not say which role, or whether it "
                "is in force.",
                remedy="See `Get-ManagementRoleAssignment -Role ApplicationImpersonation`.",
                evidence=evidence,
            ),
            evidence or (Evidence(name, "", "Role"),),
        )
    read_at = reading.records[0][1] if reading.records else ""
    return Established(False, evidence or (Evidence(name, "", "Role", None, read_at),))


def _principal(reading: Reading) -> Established:
    """Whether Dynamics has its application in the tenant; a missing one signs nobody in."""
    if not reading.records:
        return Established(False, (Evidence(reading.state.name, "", "appId", None),))
    record = _only(reading, "accountEnabled")
    if not isinstance(record, Record):
        return record
    return Established(
        record.required("accountEnabled", bool), record.evidence("appId", "accountEnabled")
    )


class _Row(NamedTuple):
    """One fact: its source, the section that configures it, and how it is read of the records.

    `of_tenant` says whose record tells: any tenant's its own, one in which mailboxes live, or the
    organisation's own alone.
    """

    name: str
    source: str
    section: str
    read: Callable[[Reading], Established]
    of_tenant: Literal["any", "mail", "own"] = "mail"


_API, _BY_CMDLETS = "exchange_online", "exchange_online.cmdlets"
_IMPERSONATION = "impersonation_role_assigned"
_OWN_SMTP = "smtp_allowed_for_a_mailbox"
_FACTS = (
    _Row("id", organization.SOURCE, "graph", _id, "any"),
    _Row("ews_enabled", exchange_organization.SOURCE, _API, ews_switch),
    _Row("dynamics_allowed_for_ews", exchange_organization.SOURCE, _API, _allowed),
    _Row("client_policy", exchange_organization.SOURCE, _API, _client_policy),
    _Row("allows_no_client", exchange_organization.SOURCE, _API, _allows_no_client),
    _Row("customer_key_in_force", encryption.SOURCE, _BY_CMDLETS, _customer_key),
    _Row(
        "smtp_basic_authentication_disabled", transport.SOURCE, _BY_CMDLETS, _smtp_disabled, "own"
    ),
    _Row("max_receive_size_bytes", transport.SOURCE, _BY_CMDLETS, _max_receive_size),
    _Row(_IMPERSONATION, role_assignments.SOURCE, _BY_CMDLETS, _impersonation),
    _Row("dynamics_principal_enabled", service_principals.SOURCE, "graph", _principal, "own"),
)

SOURCES = {row.name: (row.source, row.section) for row in _FACTS}
SOURCES[_OWN_SMTP] = (CAS, _BY_CMDLETS)
"""The source that each fact is read from, and the section that configures it."""
