"""Reads the table *emailserverprofile*."""

from connectors.dynamics.rows import ProfileRow
from connectors.dynamics.table import Table

TABLE = Table(
    source="dynamics.emailserverprofiles",
    logical_name="emailserverprofile",
    entity_set="emailserverprofiles",
    privilege="prvReadEmailServerProfile",
    row=ProfileRow,
    title="the email server profiles",
)
READER = TABLE.reader()
