"""Reads the table *queue*."""

from typing import ClassVar

from msgspec import UNSET, Struct, field

from connectors.dynamics.column_types import Number, Text
from connectors.dynamics.table import Table


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


TABLE = Table(
    source="dynamics.queues",
    logical_name="queue",
    entity_set="queues",
    privilege="prvReadQueue",
    row=QueueRow,
    title="the queues",
)
READER = TABLE.reader()
