"""Rows of a page that was stored by column, used as they are: no object is made of each row.

They tell the same as rows that were made would: the same values, and the same kinds in the order in
which they are met. What cannot be read is refused at once, not when somebody asks for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import UNSET, Struct, UnsetType

from connectors.columnar import encodings
from connectors.columnar.column_picking import is_null
from connectors.columnar.columns import Kinds, Numbered
from connectors.columnar.encodings import Column
from connectors.columnar.packed_rows import PackedRows, fields_of, own_fields

_Coded: TypeAlias = "tuple[Mapping[int, Any], np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]]"
"""The distinct values of a column, each by a number, and the number of each row's."""
_TEXT: Any = str | None | UnsetType


def stored_rows(row: type[Struct], count: int, stored: Mapping[str, Column]) -> "PackedRows | None":
    """So many rows of a type that has kinds, of columns by wire name; None of any other type.

    Raises `Malformed`.
    """
    fields = fields_of(row)
    if not count or not hasattr(row, "kind_begins"):
        return None
    if any(name not in stored and default is not UNSET for name, _, default in fields):
        return None
    columns = tuple(stored.get(name) or Column(name, "unset", b"", b"") for name, _, _ in fields)
    typed = list(zip(columns, (kind for _, kind, _ in fields), strict=True))
    own = len(own_fields(row))
    for column, kind in typed[:own]:
        if not _is_surely_sound(column, count, kind):
            encodings.decode(column, count, kind)
    coded = [_coded(column, count, kind) for column, kind in typed[own:]]
    return PackedRows(row, count, columns, _kinds(row.__struct_fields__[own:], coded).compact())


def _is_surely_sound(column: Column, count: int, kind: Any) -> bool:
    """Whether the column can be read for sure, told without a look at each value."""
    if column.holes or kind not in (str, _TEXT):
        return False
    if column.encoding == "guids":
        return len(column.body) == count * encodings.GUID_BYTES
    if column.encoding == "lines" and column.body.count(b"\0") == count - 1:
        return column.body.isascii()
    return kind == _TEXT and is_null(column, count)


def _coded(column: Column, count: int, kind: Any) -> _Coded:
    head = encodings.list_head(count)
    codes = column.body[len(head) :]
    is_plain = column.encoding == "plain" and not column.holes and column.body.startswith(head)
    if is_plain and len(codes) == count:
        # A byte each, so that reading every byte once reads all values.
        distinct = bytes(set(codes))
        body = encodings.list_head(len(distinct)) + distinct
        values = encodings.decode(Column(column.name, "plain", b"", body), len(distinct), kind)
        return dict(zip(distinct, values, strict=True)), np.frombuffer(codes, np.uint8)
    met = Numbered()
    numbers = list(map(met.__getitem__, encodings.decode(column, count, kind)))
    return dict(enumerate(met.values_met)), np.array(numbers, np.uint16)


def _kinds(names: Sequence[str], coded: Sequence[_Coded]) -> Kinds:
    numbers_of = np.stack([numbers for _, numbers in coded], axis=1)
    differ = (numbers_of != numbers_of[0]).any(axis=0)
    raw, width = numbers_of[:, differ].tobytes(), int(differ.sum()) * numbers_of.itemsize
    met = Numbered()
    each = (raw[at * width : (at + 1) * width] for at in range(len(numbers_of)))
    numbers = list(map(met.__getitem__, each))
    _, firsts = np.unique(numbers, return_index=True)
    values = [
        tuple(values[number] for (values, _), number in zip(coded, row, strict=True))
        for row in numbers_of[firsts].tolist()
    ]
    return Kinds({name: at for at, name in enumerate(names)}, values, numbers)
