"""Reads the table *systemuser*."""

from connectors.dynamics.rows import UserRow
from connectors.dynamics.table import Table

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
