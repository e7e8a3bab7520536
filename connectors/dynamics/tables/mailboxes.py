"""Reads the table *mailbox*.

A column counts where `normalisation/mailbox/keys.py` has it too, and that decides whether its field
stands before or after `statecode`: CONTRIBUTING.md, "A fact".
"""

from typing import ClassVar

from msgspec import UNSET, Struct, field

from connectors.dynamics.column_types import Flag, Number, Text
from connectors.dynamics.table import Table


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


TABLE = Table(
    source="dynamics.mailboxes",
    logical_name="mailbox",
    entity_set="mailboxes",
    privilege="prvReadMailbox",
    row=MailboxRow,
    title="the mailboxes",
    large=True,
)
READER = TABLE.reader()
