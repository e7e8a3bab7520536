"""Rows of a page, packed by column: as they are handed between processes, and as they are kept.

A page of thousands of rows takes a few hundred kilobytes then, and only what is asked for of it
becomes objects again.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property, partial
from operator import itemgetter
from typing import Any, overload

import msgspec
from msgspec import UNSET, Struct, UnsetType

from connectors.columnar import column_picking, encodings
from connectors.columnar.columns import Columns, Kinds, Numbered
from connectors.columnar.encodings import Column

_AT_A_TIME = 1000


def split(rows: Sequence[Any]) -> tuple[Columns, Kinds]:
    """The values of all rows by field, and the rows by kind; a pass over the rows, just one.

    Where the row type has no `kind_begins`, no field has few values and all rows are of one kind.
    """
    fields = rows[0].__struct_fields__ if rows else ()
    row: Any = type(rows[0]) if rows else None
    own = len(own_fields(row)) if rows else 0
    head, tail = itemgetter(slice(None, own)), itemgetter(slice(own, None))
    columns: list[list[Any]] = [[] for _ in range(own)]
    places, numbers = Numbered(), list[int]()
    # A few rows at a time, so that they are still close to the processor for each column.
    for start in range(0, len(rows), _AT_A_TIME):
        values = list(map(msgspec.structs.astuple, rows[start : start + _AT_A_TIME]))
        for column, part in zip(columns, zip(*map(head, values), strict=True), strict=True):
            column.extend(part)
        numbers.extend(map(places.__getitem__, map(tail, values)))
    kinds = Kinds({name: at for at, name in enumerate(fields[own:])}, places.values_met, numbers)
    return Columns(dict(zip(fields[:own], columns, strict=True)).__getitem__, kinds), kinds


@cache
def own_fields(row: type[Struct]) -> tuple[str, ...]:
    """The fields of a row type that tell no kinds apart: all, where it has no `kind_begins`."""
    begin = getattr(row, "kind_begins", None)
    return row.__struct_fields__[: row.__struct_fields__.index(begin) if begin else None]


def pack_rows(rows: Sequence[Any]) -> "PackedRows":
    """Rows of one type, at least one, without the columns that tell kinds apart."""
    row: Any = type(rows[0])
    columns, kinds = split(rows)
    own = tuple(pack(row, name, columns, kinds) for name in own_fields(row))
    return PackedRows(row, len(rows), own, kinds.compact())


def pack(row: type[Struct], name: str, columns: Columns, kinds: Kinds) -> Column:
    """One field of the row type, packed."""
    at = row.__struct_fields__.index(name)
    wire_name, kind, _ = fields_of(row)[at]
    if kinds.codes and name in kinds.fields:
        return encodings.encode_few(wire_name, kinds.of(name), kinds.codes, kind)
    return encodings.encode(wire_name, columns[name], kind)


class PackedRows(Sequence[Any]):
    """Rows of one type, a large table's, that become objects when they are asked for.

    Of `packed`, the columns in the order of the type's fields, those that tell kinds apart may be
    left out.
    """

    def __init__(
        self, row: type[Struct], count: int, packed: tuple[Column, ...], kinds: Kinds
    ) -> None:
        self.packed = packed
        self.kinds = kinds
        self._row = row
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return map(self._row, *(self.columns[name] for name in self._row.__struct_fields__))

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Any]: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return list(self)[at]
        return self.at([range(self._count)[at]])[0]

    def at(self, places: Sequence[int]) -> list[Any]:
        """The rows at these places."""
        kinds = self.kinds
        alike = [kinds.values[kinds.numbers[at]] for at in places]
        own = (self.pick(name, places) for name in own_fields(self._row))
        return list(map(self._row, *own, *zip(*alike, strict=True)))

    def pick(self, name: str, places: Sequence[int]) -> list[Any]:
        """The values of one field of the rows at these places."""
        if name in self.kinds.fields:
            of_kind, numbers = self.kinds.of(name), self.kinds.numbers
            return [of_kind[numbers[at]] for at in places]
        found = column_picking.pick(self.column(name), self._count, places)
        return list(map(self.columns[name].__getitem__, places)) if found is None else found

    def column(self, name: str) -> Column:
        """One field's column, packed."""
        return self.packed[self._row.__struct_fields__.index(name)]

    @cached_property
    def columns(self) -> Columns:
        """The values of all rows by field, in the order of the rows."""
        # Nothing here leads back to these rows, or they would stay until cycles are collected.
        return Columns(partial(_unpacked, self._row, self.packed, self._count), self.kinds)


def _unpacked(
    row: type[Struct], packed: tuple[Column, ...], count: int, name: str
) -> Sequence[Any]:
    at = row.__struct_fields__.index(name)
    return encodings.decode(packed[at], count, fields_of(row)[at][1])


@cache
def maker(row: type[Struct]) -> Callable[[Sequence[Sequence[Any]]], Iterator[Any]]:
    """Makes rows of the type from the columns of all its fields."""
    by_name = [
        name
        for name, parameter in inspect.signature(row).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    if not by_name:
        return lambda values: map(row, *values)
    names = row.__struct_fields__
    return lambda values: (
        row(**dict(zip(names, one, strict=True))) for one in zip(*values, strict=True)
    )


@cache
def fields_of(row: type[Struct]) -> tuple[tuple[str, Any, Any], ...]:
    """Of each field of a row type, in their order: its wire name, its type, and its default."""
    declared = {field.name: field for field in msgspec.structs.fields(row)}
    return tuple(
        (field.encode_name, field.type, _default(field))
        for name in row.__struct_fields__
        for field in (declared[name],)
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if UnsetType in getattr(field.type, "__args__", ()):
        return UNSET
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default
