"""Facts of email server profiles.

Tested in `tests/rules/test_profile_facts.py`.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from rules.alert_causes import AlertCause
from rules.email_systems import Product, Protocol
from rules.facts.base import Fact, Version
from rules.option_sets import (
    AuthenticationProtocol,
    CredentialRetrieval,
    ProfileTestStatus,
    ServerType,
)
from rules.unknown import Unknown

Direction = Literal["incoming", "outgoing"]


class Connection(Fact, frozen=True, kw_only=True):
    """One direction of a profile, effective: what it uses after `same settings` is applied."""

    direction: Direction
    protocol: Protocol | Unknown
    location: str | None | Unknown
    """The server location as stored; None: empty, so that auto-discover or a default decides."""
    host: str | None | Unknown
    """Lower-case host of the location; None: no location."""
    port: int | None | Unknown
    """The port in the location, else the port column; None: the protocol's default."""
    uses_default_port: bool | Unknown
    encrypted: bool | Unknown
    authentication: AuthenticationProtocol | None | Unknown
    credential_retrieval: CredentialRetrieval | Unknown
    impersonates: bool | Unknown
    password_set: bool | Unknown
    user_name_is_principal: bool | None | Unknown
    """Whether the user name is of the form user@domain; None: none is stored."""
    product: Product | Unknown
    """The email system behind this direction, proven; never taken from `exchangeversion`."""
    build: Version | None | Unknown
    """Exchange build, four numbers; None where the product is no Exchange Server."""
    reaches_exchange_online: bool | Unknown
    """Whether it leads there over Exchange Web Services, whatever the kind of the profile."""
    fips_disproved: bool | Unknown
    """Whether its server offered only algorithms outside FIPS 140-2; false proves nothing."""


class EmailServerProfile(Fact, frozen=True, kw_only=True):
    """One email server profile (table *emailserverprofile*)."""

    id: str
    name: str
    active: bool | Unknown
    server_type: ServerType | Unknown
    auto_discover: bool | Unknown
    incoming: Connection
    outgoing: Connection
    same_settings_for_outgoing: bool | Unknown
    is_exchange_online: bool | Unknown
    """EWS kind and every effective location empty or on a published Exchange Online host.

    An empty location of the plain kind, Exchange Server, counts with Dynamics 365 (online); on
    premises only where the profile signs in server-to-server or by Entra OAuth, or its default
    location is on such a host; else unknown.
    """
    reaches_exchange_online: bool | Unknown
    """The same for every EWS kind, a hybrid of Exchange Server too, by its EWS directions alone."""
    mail_tenant_id: str | None | Unknown
    """Lower-case GUID of the tenant of its directions to Exchange Online; None: it has none."""
    same_tenant: bool | Unknown
    """Whether that tenant is the organisation's own; false where no direction leads to one."""
    another_tenant_was_read: bool | Unknown
    """Whether Microsoft 365 was read of another tenant than the profile reads mail from."""
    account_demands_multi_factor: bool | Unknown
    """Whether multi-factor authentication is demanded of the account that the profile uses."""
    application_named: bool | Unknown
    """Whether it names an application to sign in as, or a managed identity."""
    application_credential_held: bool | Unknown
    """Whether it holds a client secret, or refers to an Azure Key Vault or managed identity."""
    application_secret_days_left: int | None | Unknown
    """Days until the profile's application credential expires; None: it uses none."""
    missing_graph_permissions: tuple[str, ...] | None | Unknown
    """Of its application, those that synchronization needs; None: no application of Entra."""
    application_may_sign_in: bool | None | Unknown
    """Whether the mail tenant has its application, and has it switched on; None as above."""
    application_allowed_for_ews: bool | None | Unknown
    """Whether the mail tenant's list names its application; None as above."""
    mail_tenant_ews_enabled: bool | None | Unknown
    """The switch of the mail tenant; None: never set, or no application of Entra."""
    owner_is_active: bool | Unknown
    owner_is_pseudo_user: bool | Unknown
    """SYSTEM and INTEGRATION."""
    max_concurrent_connections: int | None | Unknown
    polling_interval_minutes: int | None | Unknown
    times_out: bool | Unknown
    timeout_ms: int | None | Unknown
    moves_undeliverable_email: bool | Unknown
    sends_alert_email: bool | Unknown
    has_alert_address: bool | Unknown
    process_email_after_in_future: bool | Unknown
    last_test: ProfileTestStatus | None | Unknown
    last_authorization: ProfileTestStatus | None | Unknown
    last_validation: ProfileTestStatus | None | Unknown
    open_error_alert: bool | Unknown
    alert_cause: AlertCause | None | Unknown
    """What the newest telling error alert is about; None: there is none, or none is recognised."""
    is_default: bool | Unknown
    """Whether the organisation gives it to new mailboxes."""

    sole_direction: Direction | None = None
    """The one direction that its mailboxes use; None: both, or it is not known."""
    alone: Mapping[Direction, "EmailServerProfile"] = msgspec.field(default_factory=dict)
    """What it is where its mailboxes use one direction alone: the other tells nothing of it."""

    def used_for(self, direction: Direction | None) -> "EmailServerProfile":
        """The profile as its mailboxes use it: this direction alone, or both."""
        if direction is None:
            return self
        return self.alone.get(direction) or replace(self, sole_direction=direction)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The directions that its mailboxes use, incoming first; both where that is not known."""
        both = (self.incoming, self.outgoing)
        return tuple(each for each in both if self.sole_direction in (None, each.direction))


class ProfileUse(Fact, frozen=True, kw_only=True):
    """How the organisation's mailboxes use one profile.

    A count is of what was seen, so more may be there; it is unknown only where none was seen and
    some may be there.
    """

    mailboxes: int | Unknown
    """Active mailboxes with a method in use that point to it."""
    synchronizing_mailboxes: int | Unknown
    receiving_mailboxes: int | Unknown
    """Synchronizing mailboxes that use its incoming direction: email, or appointments."""
    sending_mailboxes: int | Unknown
    """Synchronizing mailboxes that use its outgoing direction."""
    sends_in_tenant_read: bool | Unknown
    """Whether these have addresses in domains of the tenant that Exchange Online was read of."""
    synchronizing_appointments: int | Unknown
    """Synchronizing mailboxes of it with server-side appointments, contacts and tasks."""
    counted_all: Literal[True] | Unknown
    """True: no more mailboxes synchronize over it than were counted; else why more may."""
    tested_or_synchronized_since_change: bool | None | Unknown
    """Whether one was tested or synchronized after the profile changed; None: it has none."""
    synchronized_since_test: bool | Unknown
    """Whether one synchronized after the profile's own connection test."""
