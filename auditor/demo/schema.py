"""The shape of a table: its columns, their types, and where each exists."""

import functools
from collections.abc import Iterator

import msgspec

Value = str | int | bool | None

_TYPES = {
    "B": "Boolean",
    "D": "DateTime",
    "I": "Integer",
    "K": "Uniqueidentifier",
    "L": "Lookup",
    "N": "BigInt",
    "O": "Owner",
    "M": "Memo",
    "P": "Picklist",
    "S": "String",
    "T": "State",
    "U": "Status",
}
_LOOKUPS = ("Lookup", "Owner")


class Column(msgspec.Struct, frozen=True):
    """One column: its logical name, metadata type, deployment (None: both), readability."""

    name: str
    type: str
    deployment: str | None = None
    readable: bool = True

    @property
    def wire_name(self) -> str:
        """The property name in the Web API: a lookup `x` is read as `_x_value`."""
        return f"_{self.name}_value" if self.type in _LOOKUPS else self.name


class TableDefinition(msgspec.Struct, frozen=True, dict=True):
    """One table: logical name, entity set, key, the privilege to read it, and its columns."""

    name: str
    entity_set: str
    key: str
    columns: tuple[Column, ...]
    privilege: str | None = None
    object_type_code: int = 0
    since: tuple[int, int] = (8, 0)

    def columns_of(self, deployment: str) -> Iterator[Column]:
        """Yield the columns that a deployment ("online" or "on-premises") has."""
        return (c for c in self.columns if c.deployment in (None, deployment))

    @functools.cached_property
    def by_wire_name(self) -> dict[str, Column]:
        """Columns by their property name in the Web API."""
        return {column.wire_name: column for column in self.columns}


def columns(text: str) -> tuple[Column, ...]:
    """Give the columns of a compact listing.

    A word is `name:T`, T a letter of the type, then `+` for online only, `-` for on-premises
    only, `!` for never readable.
    """
    found = []
    for word in text.split():
        name, _, rest = word.partition(":")
        flags = rest[1:]
        deployment = "online" if "+" in flags else "on-premises" if "-" in flags else None
        found.append(Column(name, _TYPES[rest[0]], deployment, "!" not in flags))
    return tuple(found)
