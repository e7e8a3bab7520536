"""Rows packed by column are the rows: however they are asked for, and wherever they are written."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, structs

from auditor.snapshots import open_snapshot
from connectors.columnar.packed_rows import PackedRows, pack, split
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.systemusers import UserRow
from tests.auditor.snapshots.sources import EARLIER, Canned, page, reader_named, write

SOURCES: dict[type[Struct], str] = {
    MailboxRow: "dynamics.mailboxes",
    UserRow: "dynamics.systemusers",
    QueueRow: "dynamics.queues",
}

guids = st.uuids().map(str)
dates = st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
odd = st.sampled_from(["", "\0", "a\0b", "\ud800", "é", "0" * 36, "-" * 36]) | st.text(max_size=3)
absent = st.sampled_from([None, UNSET])
texts = [
    guids,
    guids.map(str.upper),
    guids | absent,
    dates,
    dates | absent,
    st.sampled_from(["one", "two"]),
    odd,
    odd | guids | absent,
    st.none(),
    st.just(UNSET),
]
numbers = st.integers(-40, 300) | st.sampled_from([2**63, 2**64, -(2**70)]) | absent
flags = st.booleans() | absent


@st.composite
def row_lists(draw: st.DrawFn) -> list[Any]:
    """Rows of one of the large tables, each column of a kind of its own."""
    row = draw(st.sampled_from(list(SOURCES)))
    count = draw(st.integers(1, 5))

    def column(kind: Any) -> list[Any]:
        members = get_args(kind)
        if bool in members or int in members:
            each = flags if bool in members else numbers
        else:
            each = draw(st.sampled_from(texts if NoneType in members else texts[:2]))
        return draw(st.lists(each, min_size=count, max_size=count))

    columns = [column(field.type) for field in structs.fields(row)]
    return [row(*values) for values in zip(*columns, strict=True)]


def packed(rows: Sequence[Any]) -> PackedRows:
    """The rows as another process hands them over."""
    row = type(rows[0])
    columns, kinds = split(rows)
    made = tuple(pack(row, name, columns, kinds) for name in row.__struct_fields__)
    sent, alike = pickle.loads(pickle.dumps((made, kinds.compact())))
    return PackedRows(row, len(rows), sent, alike)


def exact(rows: Sequence[Any]) -> list[Any]:
    """The values of rows with their types, as true and 1 are equal."""
    return [[(type(value), value) for value in structs.astuple(row)] for row in rows]


@settings(max_examples=40, deadline=None)
@given(rows=row_lists())
def test_packed_rows_are_the_rows_however_they_are_asked_for(rows: list[Any]) -> None:
    found = packed(rows)
    assert len(found) == len(rows)
    assert exact(list(found)) == exact(rows)
    assert exact(packed(rows).at(range(len(rows)))) == exact(rows)
    assert found.at([]) == []
    assert found.at([len(rows) - 1, 0, 0]) == [rows[-1], rows[0], rows[0]]
    assert found[1:] == rows[1:]
    assert [found[at] for at in range(-len(rows), len(rows))] == rows * 2
    with pytest.raises(IndexError):
        found[len(rows)]


@settings(max_examples=40, deadline=None)
@given(rows=row_lists())
def test_a_page_gives_the_same_columns_whether_its_rows_are_packed_or_not(rows: list[Any]) -> None:
    plain, other = page(rows), page(packed(rows))
    for name in type(rows[0]).__struct_fields__:
        assert list(other.columns[name]) == [getattr(row, name) for row in rows]
        assert list(other.columns[name]) == list(plain.columns[name])
        assert other.packed(name) == plain.packed(name)
    places = [0, len(rows) - 1]
    assert other.at(places) == plain.at(places)
    assert _by_kind(other) == _by_kind(plain) == [_kind(row) for row in rows]
    for name in other.kinds.fields:
        of_kind = other.kinds.of(name)
        assert [of_kind[at] for at in other.kinds.numbers] == [getattr(row, name) for row in rows]


def _by_kind(page: Page) -> list[tuple[Any, ...]]:
    return [page.kinds.values[number] for number in page.kinds.numbers]


def _kind(row: Any) -> tuple[Any, ...]:
    fields = row.__struct_fields__
    return tuple(getattr(row, name) for name in fields[fields.index(row.kind_begins) :])


@pytest.mark.parametrize("kinds", [1, 2, 256, 257])
def test_rows_of_many_kinds_are_the_rows(kinds: int) -> None:
    rows = [
        MailboxRow(f"{n}", lastsyncerrorcount=n % kinds, ewsurl=f"https://{n % kinds}/")
        for n in range(600)
    ]
    found = packed(rows)
    assert len(found.kinds.values) == kinds
    assert list(found) == rows
    assert found.at([599, 0]) == [rows[599], rows[0]]


@settings(max_examples=25, deadline=None)
@given(lists=st.lists(row_lists(), min_size=1, max_size=3))
def test_a_snapshot_of_packed_rows_gives_back_the_rows(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[Any]]
) -> None:
    row = type(lists[0][0])
    path = tmp_path_factory.getbasetemp() / "packed.snapshot"
    # A page stands in a block alone, or with others.
    rows = [each for each in lists if type(each[0]) is row]
    assert _written(path, [page(packed(each)) for each in rows]) == [page(each) for each in rows]
    assert _written(path, [page(each) for each in rows]) == [page(each) for each in rows]


def _written(path: Path, pages: list[Page]) -> list[Page]:
    reader = reader_named(SOURCES[type(pages[0].rows[0])])
    write(path, Canned({reader.source: pages}), reader)
    return [
        structs.replace(each, rows=list(each.rows))
        for each in open_snapshot(path).open(reader, EARLIER)
    ]


def test_a_page_without_rows_has_no_kinds() -> None:
    empty = page([])
    assert (list(empty.rows), empty.at([]), empty.kinds.values) == ([], [], [])
