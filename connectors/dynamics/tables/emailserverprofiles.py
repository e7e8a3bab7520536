"""Reads the table *emailserverprofile*."""

from functools import cached_property

import msgspec
from msgspec import UNSET, Struct, field

from connectors.columnar.id_index import digest
from connectors.dynamics.column_types import Flag, Number, Text
from connectors.dynamics.table import Table

PRINCIPAL, OTHER_FORM = "user@domain", "another form"
"""What stands for a user name in a row: its form alone, never the name itself."""
USER_NAMES = ("incomingusername", "outgoingusername")


def form_of(user: str) -> str:
    """The form of a user name."""
    name, at, domain = user.strip().partition("@")
    return PRINCIPAL if name and at and "." in domain and "\\" not in user else OTHER_FORM


class ProfileRow(Struct, frozen=True, dict=True):
    """Table *emailserverprofile*.

    A row that came from the server has the digests of its user names in `accounts` as well. They
    are in memory alone: nothing that stores or sends rows takes them along.
    """

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
    incomingusername: Text = UNSET
    outgoingusername: Text = UNSET
    oauthclientid: Text = UNSET
    isoauthclientsecretset: Flag = UNSET
    key_vault: Text = field(name="_keyvaultreferenceid_value", default=UNSET)
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

    def __post_init__(self) -> None:
        for name in USER_NAMES:
            user = getattr(self, name)
            if user and user not in (PRINCIPAL, OTHER_FORM):
                self.accounts[name] = digest(user.strip().casefold())
                msgspec.structs.force_setattr(self, name, form_of(user))

    @cached_property
    def accounts(self) -> dict[str, int]:
        """By column, the 64-bit digest of the user name, which only this process can compare."""
        return {}


TABLE = Table(
    source="dynamics.emailserverprofiles",
    logical_name="emailserverprofile",
    entity_set="emailserverprofiles",
    privilege="prvReadEmailServerProfile",
    row=ProfileRow,
    title="the email server profiles",
)
READER = TABLE.reader()
