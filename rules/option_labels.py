"""What Dynamics calls the numbers of its option sets, as its English forms show them.

Source: Dataverse table reference, pages *Email Server Profile*, *Mailbox*, *User*, *Queue*,
*Email*, *Trace Log* and *Organization*; read on 2026-11-23.
"""

from collections.abc import Mapping
from types import MappingProxyType

Labels = Mapping[int, str]

_STATE: Labels = {0: "Active", 1: "Inactive"}
_METHOD: Labels = {
    0: "None",
    1: "Microsoft Dynamics 365 for Outlook",
    2: "Server-Side Synchronization or Email Router",
    3: "Forward Mailbox",
}
_TEST: Labels = {0: "Not Run", 1: "Success", 2: "Failure"}
_APPROVAL: Labels = {0: "Empty", 1: "Approved", 2: "Pending Approval", 3: "Rejected"}
_SIGN_IN: Labels = {
    0: "Credentials Specified by a User or Queue",
    1: "Credentials Specified in Email Server Profile",
    2: "Server to Server Authentication",
    3: "Windows Integrated Authentication",
    4: "Without Credentials (Anonymous)",
    5: "Gmail OAuth",
    6: "Exchange Hybrid Modern Auth",
    7: "OAuth with Entra ID",
}
_PROTOCOL: Labels = {0: "Auto Detect", 1: "Negotiate", 2: "NTLM", 3: "Basic", 4: "OAuth"}
_PROFILE_TEST: Labels = {0: "Failure", 1: "Success", 2: "Warning"}

_OF_A_PERSON_OR_QUEUE: Mapping[str, Labels] = {
    "incomingemaildeliverymethod": _METHOD,
    "outgoingemaildeliverymethod": _METHOD,
    "emailrouteraccessapproval": _APPROVAL,
}

_BY_SOURCE: Mapping[str, Mapping[str, Labels]] = {
    "dynamics.emailserverprofiles": {
        "statecode": _STATE,
        "servertype": {
            0: "Exchange Server",
            1: "Other (POP3/SMTP)",
            2: "Exchange Server (Hybrid)",
            3: "Exchange Online (Hybrid)",
            4: "IMAP/SMTP",
        },
        "incomingcredentialretrieval": _SIGN_IN,
        "outgoingcredentialretrieval": _SIGN_IN,
        "incomingauthenticationprotocol": _PROTOCOL,
        "outgoingauthenticationprotocol": _PROTOCOL,
        "lasttestexecutionstatus": _PROFILE_TEST,
        "lastauthorizationstatus": _PROFILE_TEST,
        "lasttestvalidationstatus": _PROFILE_TEST,
    },
    "dynamics.mailboxes": {
        **_OF_A_PERSON_OR_QUEUE,
        "statecode": _STATE,
        "actdeliverymethod": {
            0: "Microsoft Dynamics 365 for Outlook",
            1: "Server-Side Synchronization",
            2: "None",
        },
        "incomingemailstatus": _TEST,
        "outgoingemailstatus": _TEST,
        "actstatus": _TEST,
        "officeappsdeploymentstatus": {
            0: "Not installed",
            1: "Installed",
            2: "Install failed",
            3: "Uninstall failed",
            4: "Upgrade required",
        },
        "exchangecontactsimportstatus": {
            0: "Not imported",
            1: "Imported",
            2: "Import failed",
        },
    },
    "dynamics.systemusers": {
        **_OF_A_PERSON_OR_QUEUE,
        "accessmode": {
            0: "Read-Write",
            1: "Administrative",
            2: "Read",
            3: "Support User",
            4: "Non-interactive",
            5: "Delegated Admin",
        },
    },
    "dynamics.queues": {
        **_OF_A_PERSON_OR_QUEUE,
        "statecode": _STATE,
        "incomingemailfilteringmethod": {
            0: "All email messages",
            1: "Email messages in response to Dynamics 365 email",
            2: "Email messages from Dynamics 365 Leads, Contacts and Accounts",
            3: "Email messages from Dynamics 365 records that are email enabled",
            4: "No email messages",
        },
        "queueviewtype": {0: "Public", 1: "Private"},
    },
    "dynamics.emails": {
        "statuscode": {
            1: "Draft",
            2: "Completed",
            3: "Sent",
            4: "Received",
            5: "Canceled",
            6: "Pending Send",
            7: "Sending",
            8: "Failed",
        },
    },
    "dynamics.tracelogs": {"level": {1: "Information", 2: "Warning", 3: "Error"}},
    "dynamics.organizations": {
        "emailconnectionchannel": {
            0: "Server-Side Synchronization",
            1: "Microsoft Dynamics 365 Email Router",
        },
    },
}

OPTION_LABELS: Mapping[tuple[str, str], Labels] = MappingProxyType(
    {
        (source, field): labels
        for source, fields in _BY_SOURCE.items()
        for field, labels in fields.items()
    }
)
"""By source and column, the labels of its numbers."""

_NOT_ESTABLISHED = "not established"
_NEVER_TESTED = "empty, which means never tested"
_NOT_POSTPONED = "empty, which means not postponed"
EMPTY: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("dynamics.emailserverprofiles", "lasttestexecutionstatus"): _NEVER_TESTED,
        ("dynamics.emailserverprofiles", "lasttestvalidationstatus"): _NEVER_TESTED,
        ("dynamics.mailboxes", "_emailserverprofile_value"): "empty, which means no profile",
        ("dynamics.mailboxes", "_regardingobjectid_value"): "empty, which means no owner",
        ("dynamics.mailboxes", "actstatus"): _NEVER_TESTED,
        ("dynamics.mailboxes", "incomingemailstatus"): _NEVER_TESTED,
        ("dynamics.mailboxes", "lastsuccessfulsynccompletedon"): "empty, which means never",
        ("dynamics.mailboxes", "outgoingemailstatus"): _NEVER_TESTED,
        ("dynamics.mailboxes", "postponesendinguntil"): _NOT_POSTPONED,
        ("dynamics.mailboxes", "receivingpostponeduntil"): _NOT_POSTPONED,
        ("dynamics.mailboxes", "receivingpostponeduntilforact"): _NOT_POSTPONED,
        ("dynamics.organizations", "_defaultemailserverprofileid_value"): (
            "empty, which means no default profile"
        ),
        ("exchange_online.mailboxes", "PrimarySmtpAddress"): "no mailbox has the address",
        ("exchange_online.organization", "EwsEnabled"): (
            "empty, which counts as off since October 2026"
        ),
        ("mail_servers.probe", "cipher"): _NOT_ESTABLISHED,
        ("mail_servers.probe", "connected"): _NOT_ESTABLISHED,
        ("mail_servers.probe", "greeting"): _NOT_ESTABLISHED,
        ("mail_servers.probe", "outside_fips"): _NOT_ESTABLISHED,
        ("mail_servers.probe", "tls_version"): _NOT_ESTABLISHED,
    }
)
"""What an empty value of some columns means, where that is not plain."""


def is_option(source: str, field: str, value: object) -> bool:
    """Whether the value is the number of an option."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and (source, field) in OPTION_LABELS


def label_of(source: str, field: str, value: object) -> str | None:
    """The label of an option's number; None where this release does not know the number."""
    labels = OPTION_LABELS.get((source, field), {})
    return labels.get(value) if isinstance(value, int) else None


def label_in_any(field: str, value: object) -> str | None:
    """The label of an option's number where all tables that have the column agree on it."""
    labels = {label_of(source, name, value) for source, name in OPTION_LABELS if name == field}
    return labels.pop() if len(labels) == 1 else None
