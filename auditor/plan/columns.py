"""What an administrator can change: the columns, the values they hold, and what forms call them.

Columns that Dynamics 365 writes itself (results of tests, times, counters) are not here: nobody
can set them. Source: Dataverse table reference, pages *Email Server Profile*, *Mailbox* and
*Organization*; "Set-OrganizationConfig" and "Set-TransportConfig" of Exchange Online.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.plan.labels import (
    ACT_METHODS,
    APPROVALS,
    CHANNELS,
    EMAIL_METHODS,
    PROTOCOLS,
    RETRIEVALS,
    SERVER_TYPES,
    STATES,
)
from auditor.usage import UsageProblem, unknown
from connectors.columnar.dates import is_date
from connectors.columnar.packed_rows import fields_of
from connectors.dynamics.tables import emailserverprofiles, mailboxes, organizations
from connectors.exchange_online import organization as exchange_organization
from connectors.exchange_online import transport

Kind: TypeAlias = Literal["profile", "mailbox", "organization", "tenant"]
Value: TypeAlias = str | int | bool | None

YES, NO = ("yes", "true", "on"), ("no", "false", "off")
EMPTY = ("", "null", "empty")


class Column(Struct, frozen=True, kw_only=True):
    """One column. `name` is that of its wire, `field` that of the row type of its `source`.

    `form` says what it holds; `labels` are the option numbers of a choice with their names, and
    `least` and `most` the range of a number. `words` is what the administrators' forms call it.
    """

    kind: Kind
    source: str
    name: str
    field: str
    form: Literal["flag", "choice", "number", "text", "profile", "moment"]
    words: str
    labels: Mapping[int, str] = {}
    least: int = 0
    most: int = 2**31 - 1
    required: bool = False

    @property
    def logical_name(self) -> str:
        """The name of the column in its table: a lookup `x` is read as `_x_value`."""
        return self.name.removeprefix("_").removesuffix("_value")

    def shown(self, value: object) -> str:
        """A value in the words of the form."""
        if value is None:
            return "empty"
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, int) and value in self.labels:
            return f"{self.labels[value]} ({value})"
        return str(value)

    def parse(self, text: str) -> Value:
        """The value that a text names. Raises `UsageProblem`, naming those that can be."""
        word = text.strip().casefold()
        if word in EMPTY and not self.required:
            return None
        value = self._parsed(word, text.strip())
        if value is None:
            raise UsageProblem(f"{self.kind}.{self.name} cannot be {text!r}; {self.possible()}")
        return value

    def possible(self) -> str:
        """What the column can hold, in a sentence."""
        empty = "" if self.required else ", or empty"
        match self.form:
            case "flag":
                return "it is yes or no"
            case "choice":
                told = ", ".join(f"{number} ({label})" for number, label in self.labels.items())
                return f"it is one of {told}"
            case "number":
                return f"it is a whole number from {self.least:,} to {self.most:,}{empty}"
            case "moment":
                return f"it is a time such as 2026-11-23T03:00:00Z{empty}"
            case "profile":
                return f"it is the name or id of an email server profile{empty}"
            case _:
                return f"it is a text of at most {self.most:,} characters{empty}"

    def _parsed(self, word: str, text: str) -> Value:
        match self.form:
            case "flag":
                return True if word in YES else False if word in NO else None
            case "choice":
                by_label = {_plain(label): number for number, label in self.labels.items()}
                if word.isdigit() and int(word) in self.labels:
                    return int(word)
                return by_label.get(_plain(word))
            case "number":
                digits = word.replace(",", "")
                if digits.isascii() and digits.isdigit() and len(digits) < 12:
                    return int(digits) if self.least <= int(digits) <= self.most else None
                return None
            case "moment":
                return text if is_date(text) else None
            case _:
                return text if text and len(text) <= self.most else None


def _plain(label: str) -> str:
    return "".join(each for each in label.casefold() if each.isalnum())


_COLUMNS: Mapping[str, tuple[Kind, type[Struct], str]] = {
    emailserverprofiles.TABLE.source: (
        "profile",
        emailserverprofiles.ProfileRow,
        """
        name text Name
        statecode choice Status
        servertype choice Email Server Type
        useautodiscover flag Auto Discover Server Location
        incomingserverlocation text Incoming Server Location
        outgoingserverlocation text Outgoing Server Location
        incomingportnumber number Incoming Port
        outgoingportnumber number Outgoing Port
        incomingusessl flag Use TLS/SSL for Incoming Connection
        outgoingusessl flag Use TLS/SSL for Outgoing Connection
        incomingauthenticationprotocol choice Incoming Authentication Protocol
        outgoingauthenticationprotocol choice Outgoing Authentication Protocol
        incomingcredentialretrieval choice Authenticate Using (incoming)
        outgoingcredentialretrieval choice Authenticate Using (outgoing)
        incominguseimpersonation flag Use Impersonation (incoming)
        outgoinguseimpersonation flag Use Impersonation (outgoing)
        usesamesettingsforoutgoingconnections flag Use same settings for Outgoing
        usedefaulttenantid flag Use Default Tenant
        exchangeonlinetenantid text Exchange Online Tenant ID
        oauthclientid text Client ID
        minpollingintervalinminutes number Minimum Polling Interval (minutes)
        maxconcurrentconnections number Maximum Concurrent Connections
        timeoutmailboxconnection flag Timeout Mailbox Connection
        timeoutmailboxconnectionafteramount number Timeout After (milliseconds)
        moveundeliveredemails flag Move Failed Emails to Undeliverable Folder
        sendemailalert flag Send an alert email to the owner of the email server profile
        processemailsreceivedafter moment Process Email From
        """,
    ),
    mailboxes.TABLE.source: (
        "mailbox",
        mailboxes.MailboxRow,
        """
        name text Name
        emailaddress text Email Address
        statecode choice Status
        _emailserverprofile_value profile Server Profile
        incomingemaildeliverymethod choice Incoming Email
        outgoingemaildeliverymethod choice Outgoing Email
        actdeliverymethod choice Appointments, Contacts, and Tasks
        emailrouteraccessapproval choice Email Approval
        isforwardmailbox flag Is Forward Mailbox
        allowemailconnectortousecredentials flag Allow to Use Credentials for Email Processing
        processanddeleteemails flag Delete Emails After Processing
        processemailreceivedafter moment Process Email Received After
        verboseloggingenabled number Verbose Logging
        """,
    ),
    organizations.TABLE.source: (
        "organization",
        organizations.OrganizationRow,
        """
        emailconnectionchannel choice Process Email Using
        requireapprovalforuseremail flag Process emails only for approved users
        requireapprovalforqueueemail flag Process emails only for approved queues
        _defaultemailserverprofileid_value profile Server Profile
        generatealertsforerrors flag Alerts for errors
        generatealertsforwarnings flag Alerts for warnings
        allowunresolvedpartiesonemailsend flag Allow messages with unresolved email recipients
        maxuploadfilesize number Maximum file size for attachments (bytes)
        isfolderbasedtrackingenabled flag Use folder-level tracking from Exchange folders
        maxfolderbasedtrackingmappings number Folder tracking rules of a mailbox
        ismailboxinactivebackoffenabled flag Back off inactive mailboxes
        ismailboxforcedunlockingenabled flag Unlock stuck mailboxes
        emailcorrelationenabled flag Use correlation
        trackingprefix text Tracking token prefix
        performactsyncafter moment Synchronize appointments, contacts and tasks after
        tracelogmaximumageindays number Days that alerts are kept
        """,
    ),
    exchange_organization.SOURCE: (
        "tenant",
        exchange_organization.OrganizationConfigRow,
        """
        EwsEnabled flag EwsEnabled (Set-OrganizationConfig)
        EwsAllowedAppIDs text EwsAllowedAppIDs (Set-OrganizationConfig)
        EwsApplicationAccessPolicy text EwsApplicationAccessPolicy (Set-OrganizationConfig)
        """,
    ),
    transport.SOURCE: (
        "tenant",
        transport.TransportConfigRow,
        """
        SmtpClientAuthenticationDisabled flag SmtpClientAuthenticationDisabled (Set-TransportConfig)
        MaxReceiveSize text MaxReceiveSize (Set-TransportConfig)
        """,
    ),
}
_LABELS: Mapping[str, Mapping[int, str]] = {
    "statecode": STATES,
    "servertype": SERVER_TYPES,
    "incomingauthenticationprotocol": PROTOCOLS,
    "outgoingauthenticationprotocol": PROTOCOLS,
    "incomingcredentialretrieval": RETRIEVALS,
    "outgoingcredentialretrieval": RETRIEVALS,
    "incomingemaildeliverymethod": EMAIL_METHODS,
    "outgoingemaildeliverymethod": {number: EMAIL_METHODS[number] for number in (0, 1, 2)},
    "actdeliverymethod": ACT_METHODS,
    "emailrouteraccessapproval": APPROVALS,
    "emailconnectionchannel": CHANNELS,
}
_RANGES: Mapping[str, tuple[int, int]] = {
    "name": (1, 160),
    "emailaddress": (1, 100),
    "incomingserverlocation": (1, 2084),
    "outgoingserverlocation": (1, 2084),
    "incomingportnumber": (1, 65_535),
    "outgoingportnumber": (1, 65_535),
    "exchangeonlinetenantid": (1, 100),
    "oauthclientid": (1, 200),
    "minpollingintervalinminutes": (0, 1440),
    "maxconcurrentconnections": (1, 2**31 - 1),
    "verboseloggingenabled": (0, 1),
    "maxuploadfilesize": (1, 134_217_728),
    "maxfolderbasedtrackingmappings": (1, 25),
    "trackingprefix": (1, 256),
    "tracelogmaximumageindays": (1, 2**31 - 1),
}
"""The range of a number, and the lengths that a text may have."""
_REQUIRED = ("name", "statecode")

KINDS: tuple[Kind, ...] = ("profile", "mailbox", "organization", "tenant")


@cache
def columns(kind: str) -> Mapping[str, Column]:
    """The columns of one kind of subject that can be changed, by the name of their wire."""
    found = {}
    for source, (of, row, text) in _COLUMNS.items():
        wires = (wire for wire, _, _ in fields_of(row))
        fields = dict(zip(wires, row.__struct_fields__, strict=True))
        for line in text.strip().splitlines() if of == kind else ():
            name, form, words = line.split(maxsplit=2)
            least, most = _RANGES.get(name, (0, 2**31 - 1))
            found[name] = Column(
                kind=of,
                source=source,
                name=name,
                field=fields[name],
                form=form,  # type: ignore[arg-type]
                words=words,
                labels=_LABELS.get(name, {}),
                least=least,
                most=most,
                required=name in _REQUIRED or form in ("flag", "choice"),
            )
    return found


def column(kind: Kind, name: str) -> Column:
    """The column of this name, case ignored. Raises `UsageProblem`, naming those that there are."""
    known = columns(kind)
    folded = name.strip().casefold()
    for each in known.values():
        if folded in (each.name.casefold(), each.logical_name.casefold()):
            return each
    own = _every_name(kind)
    names = [each.logical_name for each in known.values()]
    if folded in own:
        raise UsageProblem(
            f"{kind}.{name} is written by Dynamics 365 itself and cannot be set; those that can "
            f"are {', '.join(names)}"
        )
    near = unknown(f"column of a {kind}", name, names, listed_by="auditor what-if --help")
    raise UsageProblem(f"{near}; those that can be set are {', '.join(names)}")


def _every_name(kind: Kind) -> frozenset[str]:
    found: Iterable[str] = (
        wire for of, row, _ in _COLUMNS.values() if of == kind for wire, _, _ in fields_of(row)
    )
    return frozenset(each.removeprefix("_").removesuffix("_value").casefold() for each in found)
