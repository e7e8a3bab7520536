"""Rows of a small healthy organisation, any column changed, as tables that an audit reads."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from connectors.dynamics.privileges import PrivilegeRow
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.organization_detail import OrganizationDetailRow
from connectors.dynamics.tables.organizations import OrganizationRow
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.sources.source import SourceState, columns_of
from tests.auditor.recorded import DETAIL, Recorded, Told

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "33333333-3333-3333-3333-333333333333"
PROFILE, USER, QUEUE = "profile-1", "user-1", "queue-1"
EXCHANGE = "https://mail.contoso.example/EWS/Exchange.asmx"
YESTERDAY, JUST_NOW = "2026-11-22T03:00:00Z", "2026-11-23T02:50:00Z"
NO_ACCOUNT: dict[str, Any] = {
    "incominguseimpersonation": False,
    "outgoinguseimpersonation": False,
    "incomingusername": None,
    "outgoingusername": None,
    "isincomingpasswordset": False,
    "isoutgoingpasswordset": False,
}
CLOUD: dict[str, Any] = {
    "servertype": 0,
    "useautodiscover": True,
    "incomingserverlocation": None,
    "outgoingserverlocation": None,
    "incomingcredentialretrieval": 2,
    "outgoingcredentialretrieval": 2,
    "incomingauthenticationprotocol": 4,
    "outgoingauthenticationprotocol": 4,
    "usedefaulttenantid": True,
    **NO_ACCOUNT,
}
"""The built-in way to Exchange Online."""
GMAIL: dict[str, Any] = {
    "servertype": 1,
    "incomingserverlocation": "pop.gmail.com",
    "outgoingserverlocation": "smtp.gmail.com",
    "incomingportnumber": 995,
    "outgoingportnumber": 587,
    "usesamesettingsforoutgoingconnections": False,
    "incomingcredentialretrieval": 5,
    "outgoingcredentialretrieval": 5,
    "incomingauthenticationprotocol": 4,
    "outgoingauthenticationprotocol": 4,
    "oauthclientid": CLIENT,
    **NO_ACCOUNT,
}
"""Gmail by OAuth."""


def mailbox(id: str = "mailbox-1", **changes: Any) -> MailboxRow:
    """A user's mailbox that was tested and synchronized just now."""
    values = {
        "name": id,
        "emailaddress": f"{id}@contoso.example",
        "statecode": 0,
        "regarding": USER,
        "owner": USER,
        "profile": PROFILE,
        "isforwardmailbox": False,
        "incomingemaildeliverymethod": 2,
        "outgoingemaildeliverymethod": 2,
        "actdeliverymethod": 1,
        "incomingemailstatus": 1,
        "outgoingemailstatus": 1,
        "actstatus": 1,
        "enabledforincomingemail": True,
        "enabledforoutgoingemail": True,
        "enabledforact": True,
        "emailrouteraccessapproval": 1,
        "isemailaddressapprovedbyo365admin": True,
        "allowemailconnectortousecredentials": False,
        "ispasswordset": False,
        "isoauthrefreshtokenset": None,
        "oauthtokenexpireson": None,
        "processanddeleteemails": False,
        "testemailconfigurationscheduled": False,
        "postponetestemailconfigurationuntil": None,
        "testmailboxaccesscompletedon": JUST_NOW,
        "lastsuccessfulsynccompletedon": JUST_NOW,
        "processinglastattemptedon": JUST_NOW,
        "postponemailboxprocessinguntil": None,
        "postponesendinguntil": None,
        "receivingpostponeduntil": None,
        "receivingpostponeduntilforact": None,
        "lastsyncerrorcount": 0,
        "lastsyncerroroccurredon": None,
        "transientfailurecount": 0,
        "itemsfailedforlastsync": 0,
        "processingstatecode": 0,
        "hostid": None,
        "verboseloggingenabled": 0,
        "officeappsdeploymentstatus": 0,
        "exchangecontactsimportstatus": 0,
        "processemailreceivedafter": None,
        "ewsurl": None,
    }
    return MailboxRow(mailboxid=id, **{**values, **changes})


def user(id: str = USER, **changes: Any) -> UserRow:
    """An enabled person with a licence."""
    values = {
        "fullname": "A person",
        "internalemailaddress": "mailbox-1@contoso.example",
        "isdisabled": False,
        "accessmode": 0,
        "applicationid": None,
        "islicensed": True,
        "isintegrationuser": False,
        "incomingemaildeliverymethod": 2,
        "outgoingemaildeliverymethod": 2,
        "default_mailbox": "mailbox-1",
    }
    return UserRow(systemuserid=id, **{**values, **changes})


def queue(id: str = QUEUE, **changes: Any) -> QueueRow:
    """An active public queue with an address."""
    values = {
        "name": "A queue",
        "emailaddress": "queue@contoso.example",
        "statecode": 0,
        "queueviewtype": 0,
        "incomingemailfilteringmethod": 1,
        "incomingemaildeliverymethod": 2,
        "outgoingemaildeliverymethod": 2,
        "default_mailbox": "mailbox-q",
    }
    return QueueRow(queueid=id, **{**values, **changes})


def profile(id: str = PROFILE, **changes: Any) -> ProfileRow:
    """An Exchange Server whose account signs in by NTLM for all mailboxes."""
    values = {
        "name": id,
        "statecode": 0,
        "servertype": 2,
        "exchangeversion": 5,
        "useautodiscover": False,
        "incomingserverlocation": EXCHANGE,
        "outgoingserverlocation": EXCHANGE,
        "defaultserverlocation": None,
        "incomingportnumber": None,
        "outgoingportnumber": None,
        "incomingusessl": True,
        "outgoingusessl": True,
        "incomingauthenticationprotocol": 2,
        "outgoingauthenticationprotocol": 2,
        "incomingcredentialretrieval": 1,
        "outgoingcredentialretrieval": 1,
        "incominguseimpersonation": True,
        "outgoinguseimpersonation": True,
        "usesamesettingsforoutgoingconnections": True,
        "usedefaulttenantid": None,
        "exchangeonlinetenantid": None,
        "isincomingpasswordset": True,
        "isoutgoingpasswordset": True,
        "incomingusername": "svc@contoso.example",
        "outgoingusername": None,
        "oauthclientid": None,
        "managed_identity": None,
        "isoauthclientsecretset": True,
        "key_vault": None,
        "owner": USER,
        "owneremailaddress": "postmaster@contoso.example",
        "minpollingintervalinminutes": 0,
        "maxconcurrentconnections": 10,
        "timeoutmailboxconnection": True,
        "timeoutmailboxconnectionafteramount": 100000,
        "moveundeliveredemails": True,
        "sendemailalert": True,
        "processemailsreceivedafter": None,
        "lasttestexecutionstatus": 1,
        "lastauthorizationstatus": 1,
        "lasttestvalidationstatus": 1,
        "lastteststarttime": YESTERDAY,
        "modifiedon": YESTERDAY,
    }
    return ProfileRow(emailserverprofileid=id, **{**values, **changes})


def organization(**changes: Any) -> OrganizationRow:
    values = {
        "name": "contoso",
        "emailconnectionchannel": 0,
        "requireapprovalforuseremail": True,
        "requireapprovalforqueueemail": True,
        "default_profile": PROFILE,
        "defaultemailsettings": None,
        "generatealertsforerrors": True,
        "generatealertsforwarnings": True,
        "allowunresolvedpartiesonemailsend": True,
        "unresolveemailaddressifmultiplematch": False,
        "maxuploadfilesize": 134217728,
        "isfolderbasedtrackingenabled": True,
        "maxfolderbasedtrackingmappings": 25,
        "ismailboxinactivebackoffenabled": False,
        "ismailboxforcedunlockingenabled": True,
        "emailcorrelationenabled": True,
        "trackingprefix": "CRM:",
        "performactsyncafter": None,
        "tracelogmaximumageindays": 30,
    }
    return OrganizationRow(organizationid="organization-1", **{**values, **changes})


def detail(**changes: Any) -> OrganizationDetailRow:
    values = {
        "OrganizationId": "organization-1",
        "UniqueName": "contoso",
        "FriendlyName": "contoso",
        "OrganizationVersion": "9.2.24104.195",
        "TenantId": TENANT,
        "EnvironmentId": None,
        "OrganizationType": "Customer",
    }
    return OrganizationDetailRow(**{**values, **changes})


def tables(
    mailboxes: Sequence[MailboxRow] = (),
    *,
    profiles: Sequence[ProfileRow] | None = None,
    users: Sequence[UserRow] | None = None,
    queues: Sequence[QueueRow] | None = None,
    of: OrganizationDetailRow | None = None,
    settings: OrganizationRow | None = None,
) -> Recorded:
    """The tables, read in full; what is not given is the healthy one of its kind."""
    return Recorded(
        {
            DETAIL: told(DETAIL, of or detail()),
            "dynamics.organizations": told("dynamics.organizations", settings or organization()),
            "dynamics.emailserverprofiles": _told(
                "dynamics.emailserverprofiles", ProfileRow, profiles, profile()
            ),
            "dynamics.systemusers": _told("dynamics.systemusers", UserRow, users, user()),
            "dynamics.queues": _told("dynamics.queues", QueueRow, queues, queue()),
            "dynamics.mailboxes": _told("dynamics.mailboxes", MailboxRow, mailboxes, None),
            "dynamics.privileges": _told("dynamics.privileges", PrivilegeRow, (), None),
        }
    )


def told(source: str, *rows: Struct) -> Told:
    return _told(source, type(rows[0]), rows, None)


def _told(source: str, kind: type[Struct], rows: Sequence[Any] | None, usual: Any) -> Told:
    found = [usual] if rows is None else list(rows)
    state = SourceState(source, "read", len(found), columns=columns_of(kind))
    return Told(found, state)
