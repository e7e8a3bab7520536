"""One value in place of another, in memory: of which records, in which column."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from auditor.plan.columns import Column, Value
from auditor.selection import matches


class Edit(Struct, frozen=True):
    """The column of these records holds `value` from now on.

    Records are named by a glob over name, address and id, case ignored, or by their ids.
    """

    column: Column
    value: Value
    glob: str | None = None
    ids: frozenset[str] = frozenset()

    def meets(self, id: Any, name: Any = None, address: Any = None) -> bool:
        """Whether a record with this id, name and address is one of them."""
        if self.glob is not None:
            return matches(self.glob, id, name, address)
        return id in self.ids


NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "profile": ("emailserverprofileid", "name"),
    "mailbox": ("mailboxid", "name", "emailaddress"),
    "organization": ("organizationid", "name"),
    "tenant": (),
}
"""The fields of a row that name its record, the id first; a tenant has one record a source."""


def edited(row: Any, edits: Iterable[Edit]) -> Any:
    """The row with the values of all edits, the last one of a column; the same where none is."""
    values = {each.column.field: each.value for each in edits}
    if all(getattr(row, field) == value for field, value in values.items()):
        return row
    # Rows are plain values, and a million may be changed: making one anew is the cheapest.
    given = {name: getattr(row, name) for name in row.__struct_fields__}
    return type(row)(**{**given, **values})
