"""Reads the table *timezonedefinition*: which code stands for which time zone.

Nobody owns its rows, so no role hides one. Source: Dataverse table reference *timezonedefinition*.
"""

from msgspec import UNSET, Struct

from connectors.dynamics.bounded_tables import BoundedTable
from connectors.dynamics.column_types import Number, Text


class TimeZoneRow(Struct, frozen=True):
    """Table *timezonedefinition*."""

    timezonedefinitionid: str
    timezonecode: Number = UNSET
    standardname: Text = UNSET


TABLE = BoundedTable(
    source="dynamics.timezonedefinitions",
    logical_name="timezonedefinition",
    entity_set="timezonedefinitions",
    privilege="",
    one_row=True,
    row=TimeZoneRow,
    title="the time zones",
    condition="timezonedefinitionid ne null",
    most_pages=1,
)
READER = TABLE.reader()
