"""Pages of rows as JSON: the part that many rows share is encoded once for each page."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from auditor.demo.odata_query import Preferences, Query
from auditor.demo.rows import Row
from auditor.demo.schema import Column, TableDefinition, Value

_encode = msgspec.json.Encoder().encode
_COUNT_LIMIT = 5000
_FORMATTED = "OData.Community.Display.V1.FormattedValue"
_LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
_LABELLED = ("Picklist", "State", "Status", "Boolean", "Integer", "DateTime", "BigInt")


class Page(msgspec.Struct):
    """Encoded rows, the position that the next page begins at (None: no more), and the count."""

    rows: list[bytes]
    next_position: int | None
    count: int | None


class RowEncoder:
    """Encodes the chosen columns of rows, keeping the encoding of shared values."""

    def __init__(
        self,
        table: TableDefinition,
        chosen: Sequence[str],
        preferences: Preferences,
        hidden: Iterable[str] = (),
    ) -> None:
        self._columns = [table.by_wire_name[name] for name in chosen]
        self._key = table.key
        self._preferences = preferences
        self._hidden = frozenset(hidden)
        self._fragments: dict[tuple[int, tuple[str, ...]], tuple[bytes, list[Column]]] = {}
        self._kept: list[object] = []

    def encode(self, row: Row) -> bytes:
        """Give one row as a JSON object, its ETag first."""
        version = row.get("versionnumber") or 1000001
        signature = (id(row.shared), tuple(row.own))
        known = self._fragments.get(signature)
        if known is None:
            known = self._fragments[signature] = self._fragment(row)
            # The identity in the signature stays valid only while the values live.
            self._kept.append(row.shared)
        fragment, own_columns = known
        own = _encode(self._members(row, own_columns))
        etag = b'{"@odata.etag":"W/\\"%d\\""' % int(version)
        parts = [part for part in (etag, fragment, own[1:-1]) if part]
        return b",".join(parts) + b"}"

    def _fragment(self, row: Row) -> tuple[bytes, list[Column]]:
        shared = [c for c in self._columns if c.wire_name not in row.own]
        own = [c for c in self._columns if c.wire_name in row.own]
        return _encode(self._members(row, shared))[1:-1], own

    def _members(self, row: Row, columns: list[Column]) -> dict[str, Value]:
        if self._preferences.annotations:
            return dict(self._annotated(row, columns))
        if self._hidden:
            return {
                c.wire_name: None if c.name in self._hidden else row.get(c.wire_name)
                for c in columns
            }
        return {c.wire_name: row.get(c.wire_name) for c in columns}

    def _annotated(self, row: Row, columns: list[Column]) -> Iterator[tuple[str, Value]]:
        for column in columns:
            name = column.wire_name
            value = None if column.name in self._hidden else row.get(name)
            if value is not None and column.type in ("Lookup", "Owner"):
                target = row.get(f"{name}@{_LOOKUP_NAME}")
                if target is not None and self._preferences.annotates(_LOOKUP_NAME):
                    yield f"{name}@{_LOOKUP_NAME}", target
            if value is not None and column.type in _LABELLED:
                if self._preferences.annotates(_FORMATTED):
                    yield f"{name}@{_FORMATTED}", _label(value)
            yield name, value


def read_page(
    rows: Sequence[Row], query: Query, preferences: Preferences, encoder: RowEncoder
) -> Page:
    """Give the page that a query asks for: filtered, ordered, cut to size."""
    # As Dataverse does, $top gives way to a stated page size.
    size = preferences.page_size
    bounded = query.top is not None and not preferences.stated_page_size
    if bounded and query.top is not None:
        size = min(size, query.top)
    if query.order:
        rows = _ordered(rows, query.order)
    chosen: list[bytes] = []
    following: int | None = None
    for position, row in _from(rows, query.position):
        if query.predicate is not None and not query.predicate(row):
            continue
        if len(chosen) == size:
            following = position
            break
        chosen.append(encoder.encode(row))
    return Page(chosen, None if bounded else following, _count(rows, query))


def _from(rows: Sequence[Row], position: int) -> Iterator[tuple[int, Row]]:
    return ((i, rows[i]) for i in range(position, len(rows)))


def _count(rows: Sequence[Row], query: Query) -> int | None:
    if not query.count:
        return None
    if query.predicate is None:
        return min(len(rows), _COUNT_LIMIT)
    return len(list(islice(filter(query.predicate, rows), _COUNT_LIMIT)))


def _ordered(rows: Sequence[Row], order: tuple[tuple[str, bool], ...]) -> Sequence[Row]:
    ordered = list(rows)
    for column, descending in reversed(order):
        ordered.sort(key=lambda row: _sortable(row.get(column)), reverse=descending)
    return ordered


def _sortable(value: Value) -> tuple[int, int, str]:
    """Give a key under which null comes first and unlike types never meet."""
    if value is None:
        return (0, 0, "")
    if isinstance(value, str):
        return (2, 0, value.lower())
    return (1, int(value), "")


def _label(value: Value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
