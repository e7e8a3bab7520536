"""Reads the table *mailbox*."""

from connectors.dynamics.rows import MailboxRow
from connectors.dynamics.table import Table

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
