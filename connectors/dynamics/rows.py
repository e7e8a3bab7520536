"""The wire rows of the tables that are read: the one list of columns for each.

Columns that hold secrets, message content or bodies have no field here. UNSET: the column was not
asked for, or not answered; None: it is null. Source: Dataverse table reference.

Of a large table the fields from `kind_begins` on have few values: pages tell rows that are alike in
all of them apart once.
"""

from typing import ClassVar, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

Text: TypeAlias = str | None | UnsetType
Flag: TypeAlias = bool | None | UnsetType
Number: TypeAlias = int | None | UnsetType


class OrganizationDetailRow(Struct, frozen=True):
    """What `RetrieveCurrentOrganization` and `RetrieveVersion` answer, in one row."""

    OrganizationId: Text = UNSET
    UniqueName: Text = UNSET
    FriendlyName: Text = UNSET
    OrganizationVersion: Text = UNSET
    TenantId: Text = UNSET
    EnvironmentId: Text = UNSET
    OrganizationType: str | int | None | UnsetType = UNSET


class PrivilegeRow(Struct, frozen=True):
    """One privilege of the auditor's user at the greatest depth that a role gives it."""

    PrivilegeName: str
    Depth: str


class OrganizationRow(Struct, frozen=True):
    """Table *organization*."""

    organizationid: str
    name: Text = UNSET
    emailconnectionchannel: Number = UNSET
    requireapprovalforuseremail: Flag = UNSET
    requireapprovalforqueueemail: Flag = UNSET
    default_profile: Text = field(name="_defaultemailserverprofileid_value", default=UNSET)
    defaultemailsettings: Text = UNSET
    generatealertsforerrors: Flag = UNSET
    generatealertsforwarnings: Flag = UNSET
    allowunresolvedpartiesonemailsend: Flag = UNSET
    maxuploadfilesize: Number = UNSET
    isfolderbasedtrackingenabled: Flag = UNSET
    maxfolderbasedtrackingmappings: Number = UNSET
    ismailboxinactivebackoffenabled: Flag = UNSET
    ismailboxforcedunlockingenabled: Flag = UNSET
    emailcorrelationenabled: Flag = UNSET
    trackingprefix: Text = UNSET
    performactsyncafter: Text = UNSET
    tracelogmaximumageindays: Number = UNSET


class ProfileRow(Struct, frozen=True):
    """Table *emailserverprofile*."""

    emailserverprofileid: str
    name: Text = UNSET
    statecode: Number = UNSET
    servertype: Number = UNSET
    exchangeversion: Number = UNSET
    useautodiscover: Flag = UNSET
    incomingserverlocation: Text = UNSET
    outgoingserverlocation: Text = UNSET
    defaultserverlocation: Text = UNSET
    incomingportnumber: Number = UNSET
    outgoingportnumber: Number = UNSET
    incomingusessl: Flag = UNSET
    outgoingusessl: Flag = UNSET
    incomingauthenticationprotocol: Number = UNSET
    outgoingauthenticationprotocol: Number = UNSET
    incomingcredentialretrieval: Number = UNSET
    outgoingcredentialretrieval: Number = UNSET
    incominguseimpersonation: Flag = UNSET
    outgoinguseimpersonation: Flag = UNSET
    usesamesettingsforoutgoingconnections: Flag = UNSET
    usedefaulttenantid: Flag = UNSET
    exchangeonlinetenantid: Text = UNSET
    isincomingpasswordset: Flag = UNSET
    isoutgoingpasswordset: Flag = UNSET
    oauthclientid: Text = UNSET
    managed_identity: Text = field(name="_managedidentityid_value", default=UNSET)
    owner: Text = field(name="_ownerid_value", default=UNSET)
    owneremailaddress: Text = UNSET
    minpollingintervalinminutes: Number = UNSET
    maxconcurrentconnections: Number = UNSET
    timeoutmailboxconnection: Flag = UNSET
    timeoutmailboxconnectionafteramount: Number = UNSET
    moveundeliveredemails: Flag = UNSET
    sendemailalert: Flag = UNSET
    processemailsreceivedafter: Text = UNSET
    lasttestexecutionstatus: Number = UNSET
    lastauthorizationstatus: Number = UNSET
    lasttestvalidationstatus: Number = UNSET
    lastteststarttime: Text = UNSET
    modifiedon: Text = UNSET


class UserRow(Struct, frozen=True, gc=False):
    """Table *systemuser*."""

    kind_begins: ClassVar[str] = "isdisabled"

    systemuserid: str
    fullname: Text = UNSET
    internalemailaddress: Text = UNSET
    applicationid: Text = UNSET
    default_mailbox: Text = field(name="_defaultmailbox_value", default=UNSET)
    isdisabled: Flag = UNSET
    accessmode: Number = UNSET
    islicensed: Flag = UNSET
    isintegrationuser: Flag = UNSET
    incomingemaildeliverymethod: Number = UNSET
    outgoingemaildeliverymethod: Number = UNSET


class QueueRow(Struct, frozen=True, gc=False):
    """Table *queue*."""

    kind_begins: ClassVar[str] = "statecode"

    queueid: str
    name: Text = UNSET
    emailaddress: Text = UNSET
    default_mailbox: Text = field(name="_defaultmailbox_value", default=UNSET)
    statecode: Number = UNSET
    queueviewtype: Number = UNSET
    incomingemailfilteringmethod: Number = UNSET
    incomingemaildeliverymethod: Number = UNSET
    outgoingemaildeliverymethod: Number = UNSET


class MailboxRow(Struct, frozen=True, gc=False):
    """Table *mailbox*."""

    kind_begins: ClassVar[str] = "statecode"

    mailboxid: str
    name: Text = UNSET
    emailaddress: Text = UNSET
    regarding: Text = field(name="_regardingobjectid_value", default=UNSET)
    owner: Text = field(name="_ownerid_value", default=UNSET)
    lastsuccessfulsynccompletedon: Text = UNSET
    processinglastattemptedon: Text = UNSET
    testmailboxaccesscompletedon: Text = UNSET
    lastsyncerroroccurredon: Text = UNSET
    oauthtokenexpireson: Text = UNSET
    postponetestemailconfigurationuntil: Text = UNSET
    postponemailboxprocessinguntil: Text = UNSET
    postponesendinguntil: Text = UNSET
    receivingpostponeduntil: Text = UNSET
    receivingpostponeduntilforact: Text = UNSET
    processemailreceivedafter: Text = UNSET
    statecode: Number = UNSET
    profile: Text = field(name="_emailserverprofile_value", default=UNSET)
    isforwardmailbox: Flag = UNSET
    incomingemaildeliverymethod: Number = UNSET
    outgoingemaildeliverymethod: Number = UNSET
    actdeliverymethod: Number = UNSET
    incomingemailstatus: Number = UNSET
    outgoingemailstatus: Number = UNSET
    actstatus: Number = UNSET
    enabledforincomingemail: Flag = UNSET
    enabledforoutgoingemail: Flag = UNSET
    enabledforact: Flag = UNSET
    emailrouteraccessapproval: Number = UNSET
    isemailaddressapprovedbyo365admin: Flag = UNSET
    allowemailconnectortousecredentials: Flag = UNSET
    ispasswordset: Flag = UNSET
    isoauthrefreshtokenset: Flag = UNSET
    processanddeleteemails: Flag = UNSET
    testemailconfigurationscheduled: Flag = UNSET
    officeappsdeploymentstatus: Number = UNSET
    exchangecontactsimportstatus: Number = UNSET
    lastsyncerrorcount: Number = UNSET
    transientfailurecount: Number = UNSET
    itemsfailedforlastsync: Number = UNSET
    processingstatecode: Number = UNSET
    hostid: Text = UNSET
    verboseloggingenabled: Number = UNSET
    ewsurl: Text = UNSET
