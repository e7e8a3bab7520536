"""The settings of a page's records: packed as they were read, and record by record."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from auditor.differences.records import Shape, is_setting
from connectors.columnar.encodings import Column, decode
from connectors.columnar.packed_rows import fields_of, own_fields
from connectors.columnar.page import Page

DIGEST_BYTES = 16


class PackedSettings(Struct, frozen=True, array_like=True):
    """The settings of a page's records, packed as they were read."""

    read_at: str
    count: int
    columns: tuple[Column, ...]
    """The id of each record, then the settings that it has of its own."""
    common: tuple[bytes, ...]
    """JSON of the values that many records have in common; a record has the place of its own."""
    places: tuple[int, ...]


class ReadSettings:
    """A page that is looked at record by record."""

    def __init__(self, stored: PackedSettings) -> None:
        self.stored = stored
        self.ids, *values = (decode(each, stored.count, Any) for each in stored.columns)
        self.own = tuple(map(_encode, zip(*map(_column, values), strict=True)))
        self.shapes = [
            Shape(tuple(each.name for each in stored.columns[1:]), msgspec.json.decode(common))
            for common in stored.common
        ]

    def digests(self) -> bytes:
        """The digest of each record, one after the other."""
        common = _digests(self.stored.common)
        return b"".join(
            blake2b(
                b"%b%b%b" % (id.encode("utf-8", "replace"), common[place], own),
                digest_size=DIGEST_BYTES,
            ).digest()
            for id, own, place in zip(self.ids, self.own, self.stored.places, strict=True)
        )


def packed_settings(row: Any, page: Page) -> PackedSettings:
    """The settings of a page of records, which are of that type."""
    id_field, own, few = _fields(row)
    kinds, wire = page.kinds, _wire_names(row)
    shared = [name for name in few if name in kinds.fields]
    picked = zip(*(map(_plain, kinds.of(name)) for name in shared), strict=True)
    names = tuple(wire[name] for name in shared)
    # Rows of a type that tells no kinds apart hold every setting of their own.
    common = tuple(_encode(dict(zip(names, each, strict=True))) for each in picked) or (b"{}",)
    return PackedSettings(
        page.read_at,
        len(page.rows),
        tuple(map(page.packed, (id_field, *own))),
        common,
        tuple(kinds.numbers) if shared else (0,) * len(page.rows),
    )


def page_digest(stored: PackedSettings) -> bytes:
    """Another one wherever a record of the page holds another setting."""
    found = blake2b(digest_size=DIGEST_BYTES)
    for column in stored.columns:
        for part in (column.name.encode(), column.encoding.encode(), column.holes, column.body):
            found.update(b"%d:" % len(part))
            found.update(part)
    common = _digests(stored.common)
    found.update(b"".join(map(common.__getitem__, stored.places)))
    return found.digest()


def _digests(common: Iterable[bytes]) -> list[bytes]:
    return [blake2b(each, digest_size=8).digest() for each in common]


@cache
def _fields(row: Any) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The field of the id; the settings that a record has of its own, and those that many share."""
    id_field, *names = row.__struct_fields__
    own = own_fields(row)
    kept = list(filter(is_setting, names))
    return (
        id_field,
        tuple(name for name in kept if name in own),
        tuple(name for name in kept if name not in own),
    )


@cache
def _wire_names(row: Any) -> Mapping[str, str]:
    names = (wire_name for wire_name, _, _ in fields_of(row))
    return dict(zip(row.__struct_fields__, names, strict=True))


def _column(values: Sequence[Any]) -> Sequence[Any]:
    """The values as JSON holds them."""
    try:
        "".join(value for value in values if type(value) is str).encode()
    except UnicodeEncodeError:
        return list(map(_plain, values))
    return list(map(_plain, values)) if msgspec.UNSET in values else values


def _plain(value: Any) -> Any:
    """A value as JSON holds it; a column that was not answered is null."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return None if value is msgspec.UNSET else value


_encode = msgspec.json.Encoder().encode
