"""Reads the table *systemuser*."""

from typing import ClassVar

from msgspec import UNSET, Struct, field

from connectors.dynamics.column_types import Flag, Number, Text
from connectors.dynamics.table import Table


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


TABLE = Table(
    source="dynamics.systemusers",
    logical_name="systemuser",
    entity_set="systemusers",
    privilege="prvReadUser",
    row=UserRow,
    title="the users",
    large=True,
)
READER = TABLE.reader()
