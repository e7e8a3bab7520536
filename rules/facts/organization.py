"""Facts of the Dynamics 365 organisation, and what its administrators declare."""

from typing import Literal

from rules.alert_causes import AlertCause
from rules.facts.base import Fact, Version
from rules.option_sets import Deployment, EmailConnectionChannel
from rules.unknown import Unknown


class Organization(Fact, frozen=True, kw_only=True):
    """The organisation and its email settings (tables *organization*, *OrganizationDetail*)."""

    id: str = ""
    name: str = ""
    deployment: Deployment | Unknown
    version: Version | Unknown
    tenant_id: str | None | Unknown
    """Lower-case GUID of the organisation's own tenant; None: the server names none."""
    is_production: bool | None | Unknown
    """None: on premises, where no organisation is of a type for trying out."""
    email_connection_channel: EmailConnectionChannel | Unknown
    requires_approval_for_user_email: bool | Unknown
    requires_approval_for_queue_email: bool | Unknown
    default_profile_id: str | None | Unknown
    generates_alerts_for_errors: bool | Unknown
    generates_alerts_for_warnings: bool | Unknown
    allows_unresolved_recipients: bool | Unknown
    unresolves_shared_addresses: bool | Unknown
    """Whether an address that several records have is left unresolved (off by default)."""
    max_upload_size_bytes: int | None | Unknown
    folder_tracking_enabled: bool | Unknown
    max_folder_tracking_rules: int | None | Unknown
    backs_off_inactive_mailboxes: bool | Unknown
    unlocks_stuck_mailboxes: bool | Unknown
    correlates_email: bool | Unknown
    uses_tracking_token: bool | Unknown
    appointments_suspended: bool | Unknown
    """Appointments, contacts and tasks wait for a date still to come (`performactsyncafter`)."""
    default_methods_are_server_side: bool | None | Unknown
    """Whether new mailboxes start on server-side synchronization; None: no default is stored."""
    alert_retention_days: int | None | Unknown


class Declared(Fact, frozen=True, kw_only=True):
    """What no interface tells and the configuration declares; absent means unknown."""

    fips_140_2: bool | Unknown
    mass_email_campaigns: bool | Unknown
    custom_email_providers: bool | Unknown
    extended_email_protocols: bool | Unknown
    outlook_on_the_web: bool | Unknown
    packet_inspection: bool | Unknown
    dynamics_365_for_outlook: bool | Unknown
    """Whether people still track email by hand in the retired add-in of that name."""
    multi_factor_authentication: bool | Unknown
    ews_allow_listed: bool | Unknown
    fips_compliant_mail_servers: tuple[str, ...] | Unknown
    """Host names, lower-case, of POP3/SMTP and IMAP/SMTP servers declared FIPS 140-2 compliant."""


class Alerts(Fact, frozen=True, kw_only=True):
    """The organisation's alert wall (table *tracelog*), what the rules ask of it."""

    open_errors: int | Unknown
    """Alerts of level error touched within the alert window, at least."""
    counted_all: Literal[True] | Unknown
    """Whether none beyond `open_errors` may be missing."""
    subjects: int | Unknown
    """So many mailboxes and profiles are these errors about."""
    without_subject: int | Unknown
    """So many of these errors name no mailbox or profile."""
    causes: tuple[tuple[AlertCause, int], ...]
    """What the recognised ones of these errors are about, with their number, most first."""
    oldest_age_days: int | None | Unknown


class Emails(Fact, frozen=True, kw_only=True):
    """Email messages on their way out (table *email*), older than the pending-send age."""

    pending_send: int | Unknown
    """Outgoing email in Pending Send."""
    sending_or_failed: int | Unknown
    """Outgoing email in Sending or Failed."""
    sending_or_failed_lately: int | Unknown
    """The same, without what failed before the window in which failures count as new."""
    failed_for_unresolved_recipients: int | Unknown
    from_campaigns: int | Unknown
    """Outgoing email that belongs to a campaign activity or a quick campaign (bulk operation)."""


class EmailExtensions(Fact, frozen=True, kw_only=True):
    """Third-party synchronous steps on the email messages of Dynamics."""

    synchronous_steps: int | Unknown
