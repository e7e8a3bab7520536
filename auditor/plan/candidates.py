"""What may repair each rule that fails: the settings that an administrator would try.

A candidate is a column and the value that it may get. Each is tried, alone and together with one
other, and stands in a plan only where judging again shows that it repairs. A rule that is not here,
or of which no candidate works, is repaired by something that is no setting.
"""

from collections.abc import Mapping
from typing import NamedTuple

from auditor.plan.columns import Kind, Value

MOVE = "_emailserverprofile_value"
DEFAULT = "_defaultemailserverprofileid_value"


class Candidate(NamedTuple):
    """The column of a kind of subject, and the value that it may get.

    On a mailbox's own rules a candidate of a profile is one of the mailbox's profile. `idles` says
    that mailboxes, or ways of theirs, may stop synchronizing by it: the rule asks for that.
    """

    kind: Kind
    column: str
    value: Value
    idles: bool = False


def _of(kind: Kind, *pairs: tuple[str, Value], idles: bool = False) -> tuple[Candidate, ...]:
    return tuple(Candidate(kind, column, value, idles) for column, value in pairs)


SERVER_TO_SERVER = _of(
    "profile",
    ("incomingcredentialretrieval", 2),
    ("outgoingcredentialretrieval", 2),
    ("usesamesettingsforoutgoingconnections", True),
)
_OUTGOING_AS_INCOMING = _of("profile", ("usesamesettingsforoutgoingconnections", True))
_NO_IMPERSONATION = _of(
    "profile", ("incominguseimpersonation", False), ("outgoinguseimpersonation", False)
)
_PORTS = _of("profile", ("incomingportnumber", None), ("outgoingportnumber", None))
_PROTOCOL_PORTS = _of(
    "profile",
    ("incomingportnumber", 995),
    ("incomingportnumber", 993),
    ("outgoingportnumber", 587),
)
_BY_THE_SERVER = _of(
    "mailbox",
    ("incomingemaildeliverymethod", 2),
    ("outgoingemaildeliverymethod", 2),
    ("actdeliverymethod", 1),
)
_NO_APPOINTMENTS = _of("mailbox", ("actdeliverymethod", 2), idles=True)
_DEACTIVATED = _of("mailbox", ("statecode", 1), idles=True)
_KEPT_ON_THE_SERVER = _of("mailbox", ("processanddeleteemails", False))
_APPROVED = _of("mailbox", ("emailrouteraccessapproval", 1))

CANDIDATES: Mapping[str, tuple[Candidate, ...]] = {
    "alerts-switched-off": _of(
        "organization", ("generatealertsforerrors", True), ("generatealertsforwarnings", True)
    ),
    # Where Dynamics 365 signs in by itself, nobody needs an application, an account or a secret.
    "application-disabled-in-tenant": SERVER_TO_SERVER,
    "application-graph-permissions-missing": SERVER_TO_SERVER,
    "application-secret-expiring": SERVER_TO_SERVER,
    "appointments-contacts-tasks-on-queue": _NO_APPOINTMENTS,
    "appointments-suspended": _of("organization", ("performactsyncafter", None)),
    "approval-not-required": _of(
        "organization",
        ("requireapprovalforuseremail", True),
        ("requireapprovalforqueueemail", True),
    ),
    "attachment-limit-below-exchange": _of("organization", ("maxuploadfilesize", 134_217_728)),
    "auto-discover-off": _of("profile", ("useautodiscover", True)),
    "basic-authentication-to-exchange-online": SERVER_TO_SERVER,
    "client-policy-may-stop-dynamics": _of("tenant", ("EwsApplicationAccessPolicy", None)),
    "connection-limit-unsuitable": _of(
        "profile", ("maxconcurrentconnections", 10), ("maxconcurrentconnections", 20)
    ),
    "connection-time-out-unsuitable": _of(
        "profile",
        ("timeoutmailboxconnection", True),
        ("timeoutmailboxconnectionafteramount", 100_000),
    ),
    "credentials-by-user-or-queue": SERVER_TO_SERVER,
    "credentials-in-profile": SERVER_TO_SERVER,
    "credentials-missing": _of("mailbox", ("allowemailconnectortousecredentials", True))
    + SERVER_TO_SERVER,
    "cross-tenant-approval-missing": _APPROVED,
    "delete-after-processing": _KEPT_ON_THE_SERVER,
    "delivery-methods-disagree": _BY_THE_SERVER,
    "dynamics-365-for-outlook-retired": _BY_THE_SERVER,
    "email-router-retired": _of("organization", ("emailconnectionchannel", 0)),
    "ews-disabled-in-tenant": _of("tenant", ("EwsEnabled", True)),
    "exchange-location-incomplete": _of("profile", ("useautodiscover", True)),
    "exchange-online-behind-other-profile": _of("mailbox", (MOVE, None)),
    "exchange-online-ews-retirement": _of("tenant", ("EwsEnabled", True)),
    "exchange-online-ews-retirement-of-applications": SERVER_TO_SERVER,
    "exchange-online-impersonation-retired": _NO_IMPERSONATION,
    "folder-tracking-rules-ignored": _of("organization", ("isfolderbasedtrackingenabled", True)),
    "gmail-password-authentication": _OUTGOING_AS_INCOMING,
    "impersonation-off-with-one-account": _of(
        "profile", ("incominguseimpersonation", True), ("outgoinguseimpersonation", True)
    ),
    "impersonation-with-exchange-online": _NO_IMPERSONATION,
    "inactive-profile-in-use": _of("profile", ("statecode", 0)),
    "integrated-credentials-online": SERVER_TO_SERVER,
    "mail-server-not-fips-compliant": _OUTGOING_AS_INCOMING,
    "mailbox-not-approved": _APPROVED,
    "mailbox-of-disabled-user": _DEACTIVATED,
    "mailbox-of-inactive-queue": _DEACTIVATED,
    "mailbox-on-wrong-profile": _of("mailbox", (MOVE, None)) + _PROTOCOL_PORTS,
    "mailbox-without-owner": _of("mailbox", ("statecode", 1), idles=True),
    "mailbox-without-profile": _of("mailbox", (MOVE, None)),
    "manual-tracking-over-pop3": _BY_THE_SERVER,
    "mixed-incoming-and-outgoing": _OUTGOING_AS_INCOMING,
    "multi-factor-authentication": SERVER_TO_SERVER,
    "no-alert-email-for-profile": _of("profile", ("sendemailalert", True)),
    "no-default-profile": _of("organization", (DEFAULT, None)),
    "no-server-to-server-authentication": SERVER_TO_SERVER,
    "non-default-ports": _PORTS,
    "outlook-com-basic-authentication": _OUTGOING_AS_INCOMING,
    "polling-interval-long": _of("profile", ("minpollingintervalinminutes", 0)),
    "port-of-another-protocol": _PROTOCOL_PORTS,
    "process-email-received-after-in-future": _of("mailbox", ("processemailreceivedafter", None))
    + _of("profile", ("processemailsreceivedafter", None)),
    "profile-without-mailboxes": _of("profile", ("statecode", 1)),
    "queue-accepts-no-email": _of("mailbox", ("incomingemaildeliverymethod", 0), idles=True),
    "replies-cannot-be-matched": _of(
        "organization", ("emailcorrelationenabled", True), ("trackingprefix", "CRM:")
    ),
    "sign-in-not-offered": _OUTGOING_AS_INCOMING,
    "smtp-basic-authentication-to-exchange-online": _OUTGOING_AS_INCOMING,
    "undeliverable-email-not-moved": _of("profile", ("moveundeliveredemails", True)),
    "unencrypted-connection": _of("profile", ("incomingusessl", True), ("outgoingusessl", True))
    + _OUTGOING_AS_INCOMING
    + _PROTOCOL_PORTS,
    "unresolved-recipients-block-sending": _of(
        "organization", ("allowunresolvedpartiesonemailsend", True)
    ),
    "unsupported-appointments-contacts-tasks": _NO_APPOINTMENTS,
    "untested-mail-provider": _OUTGOING_AS_INCOMING,
    # What the server is to read may not be deleted there.
    "user-and-mailbox-methods-differ": _BY_THE_SERVER + _KEPT_ON_THE_SERVER,
    "user-name-not-principal": SERVER_TO_SERVER,
    "user-with-deactivated-mailbox": _of("mailbox", ("statecode", 0)),
    "verbose-logging-left-on": _of("mailbox", ("verboseloggingenabled", 0)),
}
"""By rule id. Of a lookup of a profile, empty stands for each profile in turn."""
