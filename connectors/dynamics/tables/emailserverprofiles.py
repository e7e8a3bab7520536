"""Reads the table *emailserverprofile*."""

from msgspec import UNSET, Struct, field

from connectors.dynamics.column_types import Flag, Number, Text
from connectors.dynamics.table import Table


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


TABLE = Table(
    source="dynamics.emailserverprofiles",
    logical_name="emailserverprofile",
    entity_set="emailserverprofiles",
    privilege="prvReadEmailServerProfile",
    row=ProfileRow,
    title="the email server profiles",
)
READER = TABLE.reader()
