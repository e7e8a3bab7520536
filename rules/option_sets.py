"""The option sets of Dynamics that rules speak of, by the numbers of the Web API.

Source: Dataverse table reference, pages *Email Server Profile*, *Mailbox*, *User*, *Queue* and
*Organization*. A number that is not listed here is an unknown fact, never a default.
"""

from enum import Enum, IntEnum


class Deployment(Enum):
    """Where Dynamics 365 itself runs."""

    ONLINE = "online"
    ON_PREMISES = "on-premises"


class State(IntEnum):
    """`statecode` of a mailbox, profile or queue."""

    ACTIVE = 0
    INACTIVE = 1


class ServerType(IntEnum):
    """`emailserverprofile.servertype`."""

    EXCHANGE_SERVER = 0
    POP3_SMTP = 1
    EXCHANGE_SERVER_HYBRID = 2
    EXCHANGE_ONLINE_HYBRID = 3
    IMAP_SMTP = 4


class CredentialRetrieval(IntEnum):
    """`incomingcredentialretrieval` and `outgoingcredentialretrieval` of a profile."""

    USER_OR_QUEUE = 0
    PROFILE = 1
    SERVER_TO_SERVER = 2
    WINDOWS_INTEGRATED = 3
    ANONYMOUS = 4
    GMAIL_OAUTH = 5
    EXCHANGE_HYBRID_MODERN = 6
    ENTRA_OAUTH = 7


class AuthenticationProtocol(IntEnum):
    """`incomingauthenticationprotocol` and `outgoingauthenticationprotocol` of a profile."""

    AUTO_DETECT = 0
    NEGOTIATE = 1
    NTLM = 2
    BASIC = 3
    OAUTH = 4


class EmailMethod(IntEnum):
    """Incoming and outgoing delivery method of a mailbox, user or queue."""

    NONE = 0
    OUTLOOK = 1
    SERVER_SIDE = 2
    FORWARD_MAILBOX = 3


class ActMethod(IntEnum):
    """`mailbox.actdeliverymethod`: appointments, contacts, tasks. Numbered unlike email methods."""

    OUTLOOK = 0
    SERVER_SIDE = 1
    NONE = 2


class TestStatus(IntEnum):
    """`incomingemailstatus`, `outgoingemailstatus`, `actstatus` of a mailbox."""

    __test__ = False

    NOT_RUN = 0
    SUCCESS = 1
    FAILURE = 2


class ProfileTestStatus(IntEnum):
    """`lasttestexecutionstatus` and its siblings on a profile."""

    FAILURE = 0
    SUCCESS = 1
    WARNING = 2


class Approval(IntEnum):
    """`emailrouteraccessapproval`."""

    EMPTY = 0
    APPROVED = 1
    PENDING = 2
    REJECTED = 3


class AccessMode(IntEnum):
    """`systemuser.accessmode`."""

    READ_WRITE = 0
    ADMINISTRATIVE = 1
    READ = 2
    SUPPORT = 3
    NON_INTERACTIVE = 4
    DELEGATED_ADMIN = 5


class FilteringMethod(IntEnum):
    """`queue.incomingemailfilteringmethod`: which email a queue turns into activities."""

    ALL = 0
    RESPONSES = 1
    LEADS_CONTACTS_ACCOUNTS = 2
    EMAIL_ENABLED_RECORDS = 3
    NONE = 4


class AppDeployment(IntEnum):
    """`mailbox.officeappsdeploymentstatus`: Dynamics 365 App for Outlook."""

    NOT_INSTALLED = 0
    INSTALLED = 1
    INSTALL_FAILED = 2
    UNINSTALL_FAILED = 3
    UPGRADE_REQUIRED = 4


class ContactsImport(IntEnum):
    """`mailbox.exchangecontactsimportstatus`."""

    NOT_IMPORTED = 0
    IMPORTED = 1
    FAILED = 2


class EmailConnectionChannel(IntEnum):
    """`organization.emailconnectionchannel`."""

    SERVER_SIDE_SYNCHRONIZATION = 0
    EMAIL_ROUTER = 1
