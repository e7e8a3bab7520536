"""Reads the table *organization*."""

from connectors.dynamics.rows import OrganizationRow
from connectors.dynamics.table import Table

TABLE = Table(
    source="dynamics.organizations",
    logical_name="organization",
    entity_set="organizations",
    privilege="prvReadOrganization",
    one_row=True,
    row=OrganizationRow,
    title="the organisation's settings",
)
READER = TABLE.reader()
