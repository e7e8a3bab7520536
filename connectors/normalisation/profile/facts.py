"""The facts of one profile, a row each: its columns, and how they are read.

Tested in `tests/connectors/normalisation/profile/test_profiles.py`.
"""

from collections.abc import Callable
from typing import Any

from connectors.normalisation.fact_rows import (
    Established,
    FactRow,
    choice,
    has_text,
    lies_ahead,
    once,
    optional,
    optional_choice,
    required,
)
from connectors.normalisation.profile.mail_tenant import (
    another_tenant_was_read,
    mail_tenant,
    same_tenant,
)
from connectors.normalisation.profile.own_applications import (
    may_sign_in,
    may_use_ews,
    missing_permissions,
)
from connectors.normalisation.profile.parts import ProfileParts
from connectors.normalisation.profile.sign_in import (
    demands_multi_factor,
    holds_credential,
    names_application,
    of_application,
    secret_days,
)
from connectors.normalisation.records import Record
from rules.option_sets import ProfileTestStatus, ServerType, State
from rules.unknown import Unknown, is_one_of


def _is_default(profile: ProfileParts) -> Established:
    default_id = profile.organization.default_profile_id
    is_default = (
        default_id if isinstance(default_id, Unknown) else default_id == profile.record.record
    )
    return Established(is_default, profile.organization.evidence("default_profile_id"))


def _is_active(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.choice(column, State), State.ACTIVE)


def _row(name: str, read: Callable[[Record, str], Any], column: str) -> FactRow:
    """A fact that one column of the profile tells, `read` of the record."""
    return FactRow(name, (column,), lambda profile, column: read(profile.record, column))


def _told(
    name: str, columns: tuple[str, ...], told: Callable[[ProfileParts], Established]
) -> FactRow:
    """A fact of the profile's columns and of another record, which `told` shows."""

    def read(profile: ProfileParts, *columns: str) -> Established:
        value, evidence = told(profile)
        return Established(value, once(profile.record.evidence(*columns) + evidence))

    return FactRow(name, columns, read)


_PLACES = (
    "servertype",
    "incomingserverlocation",
    "outgoingserverlocation",
    "defaultserverlocation",
)
_TENANT = ("usedefaulttenantid", "exchangeonlinetenantid")
_OWNER = ("_ownerid_value",)

FACTS = (
    _row("active", _is_active, "statecode"),
    _row("server_type", choice(ServerType), "servertype"),
    _row("auto_discover", required(bool), "useautodiscover"),
    _row("same_settings_for_outgoing", required(bool), "usesamesettingsforoutgoingconnections"),
    _told("is_exchange_online", _PLACES, lambda profile: profile.leads_online),
    _told("reaches_exchange_online", _PLACES, lambda profile: profile.reaches_online),
    FactRow("mail_tenant_id", _TENANT, mail_tenant),
    FactRow("same_tenant", _TENANT, same_tenant),
    FactRow("another_tenant_was_read", _TENANT, another_tenant_was_read),
    FactRow("account_demands_multi_factor", (), demands_multi_factor),
    FactRow("application_named", ("oauthclientid", "_managedidentityid_value"), names_application),
    FactRow(
        "application_credential_held",
        ("isoauthclientsecretset", "_keyvaultreferenceid_value", "_managedidentityid_value"),
        holds_credential,
    ),
    FactRow("application_secret_days_left", (), secret_days),
    FactRow(
        "missing_graph_permissions",
        (),
        lambda profile: of_application(profile, missing_permissions),
    ),
    FactRow("application_may_sign_in", (), lambda profile: of_application(profile, may_sign_in)),
    FactRow(
        "application_allowed_for_ews",
        (),
        lambda profile: of_application(profile, lambda *asked: may_use_ews(*asked)[1]),
    ),
    FactRow(
        "mail_tenant_ews_enabled",
        (),
        lambda profile: of_application(profile, lambda *asked: may_use_ews(*asked)[0]),
    ),
    _told("owner_is_active", _OWNER, lambda profile: profile.owner[0]),
    _told("owner_is_pseudo_user", _OWNER, lambda profile: profile.owner[1]),
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
    _told("is_default", ("emailserverprofileid",), _is_default),
)
