"""Reads the table *mailboxtrackingfolder*: folders that users track, never the folders' names."""

from msgspec import UNSET, Struct, field

from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.column_types import Text


class TrackingFolderRow(Struct, frozen=True):
    """Table *mailboxtrackingfolder*."""

    mailboxtrackingfolderid: str
    mailbox: Text = field(name="_mailboxid_value", default=UNSET)
    regarding: Text = field(name="_regardingobjectid_value", default=UNSET)


TABLE = BoundedTable(
    source="dynamics.mailboxtrackingfolders",
    logical_name="mailboxtrackingfolder",
    entity_set="mailboxtrackingfolders",
    privilege="prvReadMailboxTrackingFolder",
    row=TrackingFolderRow,
    title="the folder tracking rules",
    condition="mailboxtrackingfolderid ne null",
    most_pages=20,
)
READER = TABLE.reader()
