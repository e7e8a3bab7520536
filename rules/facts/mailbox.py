"""Facts of mailboxes: the configuration that many share, never the identity of one.

Tested in `tests/rules/test_mailbox_facts.py`.
"""

from enum import Enum

from rules.alert_causes import AlertCause
from rules.email_systems import Place, Purpose
from rules.facts.base import Fact
from rules.facts.profile import EmailServerProfile
from rules.option_sets import (
    AccessMode,
    ActMethod,
    AppDeployment,
    Approval,
    ContactsImport,
    EmailMethod,
    FilteringMethod,
    TestStatus,
)
from rules.unknown import Unknown


class OwnerKind(Enum):
    """Whose mailbox it is."""

    USER = "user"
    QUEUE = "queue"
    FORWARD = "forward mailbox"


class Owner(Fact, frozen=True, kw_only=True):
    """The user or queue a mailbox belongs to; a forward mailbox has none.

    Fields of the other kind hold None.
    """

    kind: OwnerKind | Unknown
    enabled: bool | None | Unknown
    """A user that is not disabled, or an active queue."""
    access_mode: AccessMode | None | Unknown
    is_application: bool | None | Unknown
    is_pseudo_user: bool | None | Unknown
    """SYSTEM and INTEGRATION."""
    licensed: bool | None | Unknown
    has_address: bool | None | Unknown
    incoming_method: EmailMethod | None | Unknown
    outgoing_method: EmailMethod | None | Unknown
    default_mailbox_is_this: bool | None | Unknown
    filtering: FilteringMethod | None | Unknown
    """Of a queue."""
    private: bool | None | Unknown
    """Of a queue."""
    refused_time_zone: str | None | Unknown
    """The time zone of a user where Exchange may refuse appointments in it; None: it is another."""


class ExchangeMailbox(Fact, frozen=True, kw_only=True):
    """What Exchange and Microsoft Graph know of the mailbox's address."""

    place: Place | Unknown
    purpose: Purpose | None | Unknown
    """None: it does not live in Exchange Online."""
    account_enabled: bool | None | Unknown
    has_exchange_license: bool | None | Unknown
    found_in_tenant: bool | Unknown
    tenant_of_domain: str | Unknown
    """Lower-case GUID of the tenant that has the domain of the address."""
    address_is_primary: bool | None | Unknown
    points_outside: bool | None | Unknown
    """Forwards outside the accepted domains keeping no copy, or is a mail user that ends there.

    None: Exchange Online has neither a mailbox nor a mail user of the address.
    """
    forwards_without_copy: bool | None | Unknown
    """All email is forwarded, to wherever, and no copy stays; None as above.

    None for a mail user as well: it has no mailbox that could keep one.
    """
    account_is_guest: bool | None | Unknown
    """Whether the account is a guest of the tenant; None: the tenant has no such account."""
    address_is_of_a_group: bool | Unknown
    """Whether it is the address of a distribution list or Microsoft 365 group."""
    ews_enabled: bool | None | Unknown
    """The mailbox's own switch; None: not set, which allows."""
    client_policy: str | None | Unknown
    """The mailbox's own policy on the names of clients; None: it has none."""
    inbox_rules_move_email: bool | Unknown
    server_asked: str | Unknown
    """The host of the Exchange Server that was asked to open the mailbox, lower case."""
    opens_on_server: bool | Unknown
    """Whether that server opened it; False: it has no mailbox of the address."""
    undeliverable_email_waits: bool | Unknown
    """Whether the folder for undeliverable email on that server holds some."""


class Mailbox(Fact, frozen=True, kw_only=True):
    """One mailbox configuration (table *mailbox*, joined to its owner, profile and Exchange).

    Ages are whole seconds before the record was read, rounded down to the nearest threshold that
    a rule declares, so that mailboxes which every rule judges alike share one configuration.
    """

    active: bool | Unknown
    owner: Owner
    profile: EmailServerProfile | None | Unknown
    exchange: ExchangeMailbox
    has_address: bool | Unknown
    in_recent_mode: bool | Unknown
    """Whether `recent:` before the address asks Gmail for email that others read already."""
    address_matches_owner: bool | None | Unknown
    """None: no owner, or one of the two has no address."""
    incoming_method: EmailMethod | Unknown
    outgoing_method: EmailMethod | Unknown
    act_method: ActMethod | Unknown
    incoming_status: TestStatus | None | Unknown
    outgoing_status: TestStatus | None | Unknown
    act_status: TestStatus | None | Unknown
    enabled_for_incoming: bool | Unknown
    enabled_for_outgoing: bool | Unknown
    enabled_for_act: bool | Unknown
    synchronizing: bool | Unknown
    """Active, with a method in use, and meant to synchronize."""
    dormant_kind: str | None | Unknown
    """Why one with server-side methods is not meant to synchronize; None: it is, or has none."""
    approval: Approval | None | Unknown
    approved_by_microsoft_365: bool | Unknown
    assigned_to_its_user: bool | None | Unknown
    """Whether the record's owner is the user it belongs to; None: not a user's."""
    credentials_allowed: bool | Unknown
    password_set: bool | Unknown
    oauth_token_set: bool | None | Unknown
    oauth_token_expired: bool | None | Unknown
    """None: no expiry is stored."""
    deletes_processed_email: bool | Unknown
    is_forward_mailbox: bool | Unknown
    tested: bool | Unknown
    """Whether a test of it ever completed."""
    test_scheduled: bool | Unknown
    test_overdue: bool | None | Unknown
    """Whether a scheduled test was due longer ago than declared; None: no time is set for it."""
    since_test_s: int | None | Unknown
    since_success_s: int | None | Unknown
    """None: it never synchronized successfully."""
    synchronized_since_profile_change: bool | Unknown
    """Whether its last success is later than the last change of its profile."""
    tested_since_profile_change: bool | Unknown
    """Whether its last test is later than the last change of its profile."""
    since_attempt_s: int | None | Unknown
    postponed_for_s: int | None | Unknown
    """How far ahead the latest of its postponements lies; None: none lies ahead."""
    sync_error_count: int | None | Unknown
    """Rounded down to the declared thresholds."""
    error_after_success: bool | None | Unknown
    """None: no error is on record."""
    transient_failures: bool | Unknown
    """Whether any counter of transient failures is above zero."""
    items_failed: bool | Unknown
    """Whether items failed in the last cycle."""
    locked_by_host: bool | Unknown
    verbose_logging: bool | Unknown
    app_for_outlook: AppDeployment | None | Unknown
    contacts_import: ContactsImport | None | Unknown
    process_email_after_in_future: bool | Unknown
    ews_host_is_exchange_online: bool | None | Unknown
    """Whether the address found by auto-discover is Exchange Online's; None: none is stored."""
    has_folder_tracking_rules: bool | Unknown
    folder_tracking_rules_at_limit: bool | Unknown
    """Whether it has as many as the organisation allows; 25 where it names no number."""
    folder_tracking_without_regarding: bool | Unknown
    email_waits: bool | Unknown
    """Whether outgoing email that names it as its sender has long been in Pending Send."""
    open_error_alert: bool | Unknown
    alert_has_passed: bool | Unknown
    """Every error alert is about receiving or appointments and older than the last success."""
    alert_cause: AlertCause | None | Unknown
    """What the newest telling error alert is about; None: there is none, or none is recognised."""
    another_organization_alert: bool | Unknown

    @property
    def synchronizes_incoming(self) -> bool | Unknown:
        """Whether incoming email is by server-side synchronization."""
        return _is(self.incoming_method, EmailMethod.SERVER_SIDE)

    @property
    def synchronizes_outgoing(self) -> bool | Unknown:
        """Whether outgoing email is by server-side synchronization."""
        return _is(self.outgoing_method, EmailMethod.SERVER_SIDE)

    @property
    def synchronizes_appointments(self) -> bool | Unknown:
        """Whether appointments, contacts and tasks are by server-side synchronization."""
        return _is(self.act_method, ActMethod.SERVER_SIDE)


class AddressUse(Fact, frozen=True, kw_only=True):
    """How other mailboxes use one mailbox's address; known once all mailboxes were read."""

    shared_in_same_direction: bool | Unknown
    """Another synchronizing mailbox has the address and a method in use in common."""
    shared_by_user_and_open_queue: bool | Unknown
    """A queue that accepts all email synchronizes it, and it is a person's."""
    synchronizes_in_another_organization: bool | Unknown
    """Appointments of the address also synchronize in another audited organisation."""
    synchronizes_in_production: bool | Unknown
    """The address also synchronizes in another audited organisation that is in production."""
    synchronizes_in_another_environment: bool | None | Unknown
    """The address also synchronizes in another environment of the run; None: it has no other."""


def _is(method: object, wanted: object) -> bool | Unknown:
    return method if isinstance(method, Unknown) else method is wanted
