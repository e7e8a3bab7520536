"""Rows of which a value is not as documented: the value is left open, all else is read."""

from typing import Any

import msgspec
from msgspec import UNSET, Struct


class FoundRows(Struct, frozen=True):
    """Rows in the server's order.

    `odd` are the columns in which a value of another kind came, UNSET in its row. `unreadable` says
    why a row was left out; empty: none was.
    """

    rows: list[Any]
    odd: tuple[str, ...] = ()
    unreadable: str = ""


def rows_of(values: list[Any], row: type[Struct]) -> FoundRows:
    """The rows that values decoded from JSON hold."""
    rows: list[Any] = []
    odd: dict[str, None] = {}
    unreadable = ""
    for value in values:
        try:
            rows.append(msgspec.convert(value, row))
        except msgspec.ValidationError:
            try:
                rows.append(_without_odd(value, row, odd))
            except msgspec.ValidationError as error:
                unreadable = unreadable or str(error)
    return FoundRows(rows, tuple(odd), unreadable)


def _without_odd(value: Any, row: type[Struct], odd: dict[str, None]) -> Any:
    """The row with UNSET in place of odd values, whose columns are noted in `odd`."""
    if not isinstance(value, dict):
        raise msgspec.ValidationError(f"Expected `object`, got `{type(value).__name__}`")
    kept = dict(value)
    found = []
    for field in msgspec.structs.fields(row):
        if field.encode_name not in kept or field.default is not UNSET:
            continue
        try:
            msgspec.convert(kept[field.encode_name], field.type)
        except msgspec.ValidationError:
            del kept[field.encode_name]
            found.append(field.encode_name)
    made = msgspec.convert(kept, row)
    odd.update(dict.fromkeys(found))
    return made
