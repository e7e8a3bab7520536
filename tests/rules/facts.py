"""Facts for tests: complete and healthy unless said otherwise, each field with its evidence."""

from typing import Any, TypeVar

import msgspec

from rules.email_systems import Place, Product, Protocol, Purpose
from rules.evidence import Cause, Evidence
from rules.facts import (
    AddressUse,
    Alerts,
    Connection,
    Declared,
    EmailExtensions,
    Emails,
    EmailServerProfile,
    Every,
    ExchangeMailbox,
    ExchangeTenant,
    Fact,
    Mailbox,
    MailServer,
    Organization,
    Owner,
    OwnerKind,
    ProfileUse,
)
from rules.facts.mail_server import Certificate
from rules.option_sets import (
    AccessMode,
    ActMethod,
    AppDeployment,
    Approval,
    AuthenticationProtocol,
    ContactsImport,
    CredentialRetrieval,
    Deployment,
    EmailConnectionChannel,
    EmailMethod,
    FilteringMethod,
    ProfileTestStatus,
    ServerType,
    TestStatus,
)
from rules.unknown import Unknown, negated

READ_AT = "2026-11-23T03:00:00Z"
OWN_TENANT = "11111111-1111-1111-1111-111111111111"
OTHER_TENANT = "22222222-2222-2222-2222-222222222222"

MISSING = Unknown(
    reason="the test hid it",
    remedy="show it",
    cause=Cause(kind="source", name="test", code="hidden"),
)

BUILDS = {
    Product.EXCHANGE_2003: (6, 5, 7638, 1),
    Product.EXCHANGE_2007: (8, 3, 83, 6),
    Product.EXCHANGE_2010: (14, 3, 123, 4),
    Product.EXCHANGE_2013: (15, 0, 516, 32),
    Product.EXCHANGE_2013_SP1: (15, 0, 847, 32),
    Product.EXCHANGE_2016: (15, 1, 2507, 6),
    Product.EXCHANGE_2019: (15, 2, 1544, 4),
    Product.EXCHANGE_SUBSCRIPTION_EDITION: (15, 2, 2562, 17),
}

F = TypeVar("F", bound=Fact)


def with_origins(fact: F, source: str, record: str = "") -> F:
    """The fact with one piece of evidence for each field that has none."""
    origins = {
        name: (Evidence(source, record, name, _plain(getattr(fact, name)), READ_AT),)
        for name in fact.__struct_fields__
        if name not in {"origins", *fact.origins}
    }
    return msgspec.structs.replace(fact, origins={**fact.origins, **origins})


def _plain(value: Any) -> Any:
    if isinstance(value, Owner):
        return None if value.kind is OwnerKind.FORWARD else "o-1"
    if isinstance(value, Fact):
        return getattr(value, "id", None)
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return ".".join(map(str, value))
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, Unknown | tuple):
        return None
    return getattr(value, "value", value)


def organization(**changes: Any) -> Organization:
    fields: dict[str, Any] = {
        "id": "0a000000-0000-0000-0000-000000000000",
        "name": "contoso",
        "deployment": Deployment.ONLINE,
        "version": (9, 2, 24104, 195),
        "tenant_id": OWN_TENANT,
        "is_production": True,
        "email_connection_channel": EmailConnectionChannel.SERVER_SIDE_SYNCHRONIZATION,
        "requires_approval_for_user_email": True,
        "requires_approval_for_queue_email": True,
        "default_profile_id": "p-1",
        "generates_alerts_for_errors": True,
        "generates_alerts_for_warnings": True,
        "allows_unresolved_recipients": True,
        "unresolves_shared_addresses": False,
        "max_upload_size_bytes": 134217728,
        "folder_tracking_enabled": True,
        "max_folder_tracking_rules": 25,
        "backs_off_inactive_mailboxes": False,
        "unlocks_stuck_mailboxes": True,
        "correlates_email": True,
        "uses_tracking_token": True,
        "appointments_suspended": False,
        "default_methods_are_server_side": True,
        "alert_retention_days": 30,
    }
    fact = Organization(**{**fields, **changes})
    return with_origins(fact, "dynamics.organizations", fact.id)


def on_premises(**changes: Any) -> Organization:
    return organization(
        **{
            "deployment": Deployment.ON_PREMISES,
            "version": (9, 1, 18, 22),
            "tenant_id": None,
            **changes,
        }
    )


def declared(**changes: Any) -> Declared:
    fields: dict[str, Any] = {
        "fips_140_2": False,
        "mass_email_campaigns": False,
        "custom_email_providers": False,
        "extended_email_protocols": False,
        "outlook_on_the_web": False,
        "packet_inspection": False,
        "dynamics_365_for_outlook": False,
        "multi_factor_authentication": False,
        "ews_allow_listed": True,
        "fips_compliant_mail_servers": (),
    }
    return with_origins(Declared(**{**fields, **changes}), "declared")


def tenant(**changes: Any) -> ExchangeTenant:
    fields: dict[str, Any] = {
        "id": OWN_TENANT,
        "ews_enabled": True,
        "dynamics_allowed_for_ews": True,
        "client_policy": None,
        "allows_no_client": True,
        "customer_key_in_force": False,
        "smtp_basic_authentication_disabled": True,
        "smtp_allowed_for_a_mailbox": False,
        "max_receive_size_bytes": 37748736,
        "impersonation_role_assigned": False,
        "dynamics_principal_enabled": True,
    }
    return with_origins(ExchangeTenant(**{**fields, **changes}), "exchange_online.organization")


def connection(**changes: Any) -> Connection:
    """One direction to Exchange Online, server-to-server."""
    fields: dict[str, Any] = {
        "direction": "incoming",
        "protocol": Protocol.EWS,
        "location": "https://outlook.office365.com/EWS/Exchange.asmx",
        "host": "outlook.office365.com",
        "port": None,
        "uses_default_port": True,
        "encrypted": True,
        "authentication": AuthenticationProtocol.AUTO_DETECT,
        "credential_retrieval": CredentialRetrieval.SERVER_TO_SERVER,
        "impersonates": False,
        "password_set": False,
        "user_name_is_principal": None,
        "product": Product.EXCHANGE_ONLINE,
        "build": None,
        "fips_disproved": False,
        "reaches_exchange_online": changes.get("protocol", Protocol.EWS) is Protocol.EWS,
    }
    fact = Connection(**{**fields, **changes})
    return with_origins(fact, "dynamics.emailserverprofiles", "p-1")


def _another_was_read(
    same_tenant: Any = True, is_exchange_online: Any = True, **changes: Any
) -> Any:
    return False if is_exchange_online is False else negated(same_tenant)


def profile(**changes: Any) -> EmailServerProfile:
    """The built-in Microsoft Exchange Online profile.

    `both` changes both directions; `incoming` and `outgoing` may be dicts of changes to one.
    """
    shared = changes.pop("both", {})
    if "reaches_exchange_online" in changes:
        shared = {"reaches_exchange_online": changes["reaches_exchange_online"], **shared}
    sides = {side: _side(side, shared, changes.pop(side, {})) for side in ("incoming", "outgoing")}
    fields: dict[str, Any] = {
        "id": "p-1",
        "name": "Microsoft Exchange Online",
        "active": True,
        "server_type": ServerType.EXCHANGE_SERVER,
        "auto_discover": True,
        "same_settings_for_outgoing": True,
        "is_exchange_online": True,
        "reaches_exchange_online": True,
        "mail_tenant_id": OWN_TENANT,
        "same_tenant": True,
        # Mostly the organisation's own tenant is the one that was read.
        "another_tenant_was_read": _another_was_read(**changes),
        "account_demands_multi_factor": False,
        "application_named": True,
        "application_credential_held": True,
        "application_secret_days_left": None,
        "missing_graph_permissions": None,
        "application_may_sign_in": None,
        "application_allowed_for_ews": None,
        "mail_tenant_ews_enabled": None,
        "owner_is_active": True,
        "owner_is_pseudo_user": False,
        "max_concurrent_connections": 10,
        "polling_interval_minutes": 0,
        "times_out": True,
        "timeout_ms": 100000,
        "moves_undeliverable_email": True,
        "sends_alert_email": True,
        "has_alert_address": True,
        "process_email_after_in_future": False,
        "last_test": ProfileTestStatus.SUCCESS,
        "last_authorization": ProfileTestStatus.SUCCESS,
        "last_validation": ProfileTestStatus.SUCCESS,
        "open_error_alert": False,
        "alert_cause": None,
        "is_default": True,
    }
    fact = EmailServerProfile(**{**fields, **sides, **changes})
    return with_origins(fact, "dynamics.emailserverprofiles", fact.id)


def _side(side: str, shared: dict[str, Any], own: Any) -> Any:
    return connection(direction=side, **{**shared, **own}) if isinstance(own, dict) else own


def exchange_server_profile(**changes: Any) -> EmailServerProfile:
    """A profile of Exchange Server with NTLM and impersonation; 2016 by default."""
    shared = changes.pop("both", {})
    product = shared.get("product", Product.EXCHANGE_2016)
    both = {
        "location": "https://mail.contoso.com/EWS/Exchange.asmx",
        "host": "mail.contoso.com",
        "authentication": AuthenticationProtocol.NTLM,
        "credential_retrieval": CredentialRetrieval.PROFILE,
        "impersonates": True,
        "password_set": True,
        "user_name_is_principal": False,
        "product": product,
        "build": BUILDS.get(product),
        **shared,
    }
    return profile(
        both=both,
        **{
            "id": "p-2",
            "name": "Exchange Server",
            "server_type": ServerType.EXCHANGE_SERVER_HYBRID,
            "auto_discover": False,
            "is_exchange_online": False,
            "reaches_exchange_online": False,
            "mail_tenant_id": None,
            "same_tenant": False,
            "is_default": False,
            **changes,
        },
    )


def reads_online(**changes: Any) -> EmailServerProfile:
    """A profile that receives from Exchange Online and sends by an Exchange Server."""
    incoming = {"reaches_exchange_online": True, **changes.pop("incoming", {})}
    changes = {"is_exchange_online": False, "reaches_exchange_online": False, **changes}
    return profile(incoming=incoming, **changes)


def pop3_profile(product: Product = Product.GMAIL, **changes: Any) -> EmailServerProfile:
    """A POP3/SMTP profile; Gmail by default."""
    both = {
        "authentication": AuthenticationProtocol.OAUTH,
        "credential_retrieval": CredentialRetrieval.GMAIL_OAUTH,
        "product": product,
        **changes.pop("both", {}),
    }
    incoming = {
        "protocol": Protocol.POP3,
        "location": "pop.gmail.com",
        "host": "pop.gmail.com",
        "port": 995,
        **changes.pop("incoming", {}),
    }
    outgoing = {
        "protocol": Protocol.SMTP,
        "location": "smtp.gmail.com",
        "host": "smtp.gmail.com",
        "port": 587,
        **changes.pop("outgoing", {}),
    }
    return profile(
        both=both,
        incoming=incoming,
        outgoing=outgoing,
        **{
            "id": "p-3",
            "name": "POP3",
            "server_type": ServerType.POP3_SMTP,
            "auto_discover": False,
            "same_settings_for_outgoing": False,
            "is_exchange_online": False,
            "reaches_exchange_online": False,
            "mail_tenant_id": None,
            "same_tenant": False,
            "is_default": False,
            **changes,
        },
    )


def use(**changes: Any) -> ProfileUse:
    fields: dict[str, Any] = {
        "mailboxes": 5,
        "synchronizing_mailboxes": 5,
        "receiving_mailboxes": 5,
        "sending_mailboxes": 5,
        "sends_in_tenant_read": True,
        "synchronizing_appointments": 3,
        "counted_all": True,
        "tested_or_synchronized_since_change": True,
        "synchronized_since_test": False,
    }
    return with_origins(ProfileUse(**{**fields, **changes}), "dynamics.mailboxes")


def owner(**changes: Any) -> Owner:
    fields: dict[str, Any] = {
        "kind": OwnerKind.USER,
        "enabled": True,
        "access_mode": AccessMode.READ_WRITE,
        "is_application": False,
        "is_pseudo_user": False,
        "licensed": True,
        "has_address": True,
        "incoming_method": EmailMethod.SERVER_SIDE,
        "outgoing_method": EmailMethod.SERVER_SIDE,
        "default_mailbox_is_this": True,
        "filtering": None,
        "private": None,
        "refused_time_zone": None,
    }
    return with_origins(Owner(**{**fields, **changes}), "dynamics.systemusers")


def queue(**changes: Any) -> Owner:
    return owner(
        **{
            "kind": OwnerKind.QUEUE,
            "access_mode": None,
            "is_application": None,
            "is_pseudo_user": None,
            "licensed": None,
            "filtering": FilteringMethod.RESPONSES,
            "private": False,
            **changes,
        }
    )


def forward_owner(**changes: Any) -> Owner:
    nothing = {name: None for name in Owner.__struct_fields__ if name != "origins"}
    return owner(**{**nothing, "kind": OwnerKind.FORWARD, **changes})


def exchange_mailbox(**changes: Any) -> ExchangeMailbox:
    fields: dict[str, Any] = {
        "place": Place.EXCHANGE_ONLINE,
        "purpose": Purpose.USER,
        "account_enabled": True,
        "has_exchange_license": True,
        "found_in_tenant": True,
        "tenant_of_domain": OWN_TENANT,
        "address_is_primary": True,
        "points_outside": False,
        "forwards_without_copy": False,
        "account_is_guest": False,
        "address_is_of_a_group": False,
        "ews_enabled": None,
        "client_policy": None,
        "inbox_rules_move_email": False,
        "server_asked": "mail.contoso.com",
        "opens_on_server": True,
        "undeliverable_email_waits": False,
    }
    return with_origins(ExchangeMailbox(**{**fields, **changes}), "graph.users")


def mailbox(**changes: Any) -> Mailbox:
    """A user's mailbox in Exchange Online, synchronized a moment ago."""
    fields: dict[str, Any] = {
        "active": True,
        "owner": owner(),
        "profile": profile(),
        "exchange": exchange_mailbox(),
        "has_address": True,
        "in_recent_mode": False,
        "address_matches_owner": True,
        "incoming_method": EmailMethod.SERVER_SIDE,
        "outgoing_method": EmailMethod.SERVER_SIDE,
        "act_method": ActMethod.SERVER_SIDE,
        "incoming_status": TestStatus.SUCCESS,
        "outgoing_status": TestStatus.SUCCESS,
        "act_status": TestStatus.SUCCESS,
        "enabled_for_incoming": True,
        "enabled_for_outgoing": True,
        "enabled_for_act": True,
        "synchronizing": True,
        "dormant_kind": None,
        "approval": Approval.APPROVED,
        "approved_by_microsoft_365": True,
        "assigned_to_its_user": True,
        "credentials_allowed": False,
        "password_set": False,
        "oauth_token_set": False,
        "oauth_token_expired": None,
        "deletes_processed_email": False,
        "is_forward_mailbox": False,
        "tested": True,
        "test_scheduled": False,
        "test_overdue": None,
        "since_test_s": 3600,
        "since_success_s": 0,
        "synchronized_since_profile_change": True,
        "tested_since_profile_change": True,
        "since_attempt_s": 0,
        "postponed_for_s": None,
        "sync_error_count": 0,
        "error_after_success": None,
        "transient_failures": False,
        "items_failed": False,
        "locked_by_host": False,
        "verbose_logging": False,
        "app_for_outlook": AppDeployment.INSTALLED,
        "contacts_import": ContactsImport.IMPORTED,
        "process_email_after_in_future": False,
        "ews_host_is_exchange_online": True,
        "has_folder_tracking_rules": False,
        "folder_tracking_rules_at_limit": False,
        "folder_tracking_without_regarding": False,
        "email_waits": False,
        "open_error_alert": False,
        "alert_has_passed": False,
        "alert_cause": None,
        "another_organization_alert": False,
    }
    return with_origins(Mailbox(**{**fields, **changes}), "dynamics.mailboxes")


def address_use(**changes: Any) -> AddressUse:
    fields: dict[str, Any] = {
        "shared_in_same_direction": False,
        "shared_by_user_and_open_queue": False,
        "synchronizes_in_another_organization": False,
        "synchronizes_in_production": False,
        "synchronizes_in_another_environment": False,
    }
    return with_origins(AddressUse(**{**fields, **changes}), "dynamics.mailboxes")


def mail_server(**changes: Any) -> MailServer:
    fields: dict[str, Any] = {
        "id": "pop.contoso.com:995",
        "host": "pop.contoso.com",
        "port": 995,
        "protocol": Protocol.POP3,
        "host_found": True,
        "resolves_publicly": True,
        "is_internal": False,
        "is_named_by_address": False,
        "connects": True,
        "tls_offered": True,
        "tls_version": "TLSv1.3",
        "tls_accepted_by_dataverse": True,
        "fips_disproved": False,
        "certificate": certificate(),
        "authentication_schemes": ("basic",),
        "product": Product.OTHER,
        "build": None,
    }
    fact = MailServer(**{**fields, **changes})
    return with_origins(fact, "mail_servers.probe", fact.id)


def certificate(**changes: Any) -> Certificate:
    fields: dict[str, Any] = {
        "issuer": "DigiCert Inc",
        "expires_at": "2027-06-01T00:00:00Z",
        "expired": False,
        "days_left": 190,
        "name_matches": True,
        "trusted_publicly": True,
        "trusted_by_configuration": False,
    }
    return with_origins(Certificate(**{**fields, **changes}), "mail_servers.probe")


def alerts(**changes: Any) -> Alerts:
    fields: dict[str, Any] = {
        "open_errors": 0,
        "counted_all": True,
        "subjects": 0,
        "without_subject": 0,
        "causes": (),
        "oldest_age_days": None,
    }
    return with_origins(Alerts(**{**fields, **changes}), "dynamics.tracelogs")


def emails(**changes: Any) -> Emails:
    fields: dict[str, Any] = {
        "pending_send": 0,
        "sending_or_failed": 0,
        "sending_or_failed_lately": 0,
        "failed_for_unresolved_recipients": 0,
        "from_campaigns": 0,
    }
    return with_origins(Emails(**{**fields, **changes}), "dynamics.emails")


def extensions(**changes: Any) -> EmailExtensions:
    return with_origins(
        EmailExtensions(**{"synchronous_steps": 0, **changes}),
        "dynamics.sdkmessageprocessingsteps",
    )


def every(*facts: F, counts: tuple[int, ...] = ()) -> Every[F]:
    """A whole listing of these facts, one record each unless counted."""
    numbers = counts or (1,) * len(facts)
    return Every(counted=tuple(zip(facts, numbers, strict=True)))
