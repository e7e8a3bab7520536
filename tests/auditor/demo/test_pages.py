"""Pages of the simulated tenant: filtered, ordered, cut to size, and encoded as Dataverse does."""

import json
from typing import Any

import pytest

from auditor.demo import pages
from auditor.demo.odata_query import Preferences, Query
from auditor.demo.pages import Page, RowEncoder, read_page
from auditor.demo.rows import Row
from auditor.demo.schema import Column, TableDefinition

TABLE = TableDefinition(
    name="thing",
    entity_set="things",
    key="id",
    columns=(
        Column("id", "String"),
        Column("size", "Integer"),
        Column("on", "Boolean"),
        Column("kind", "Picklist"),
        Column("boss", "Lookup"),
        Column("owner", "Owner"),
    ),
)
COLUMNS = ("id", "size")
LOOKUP = "Microsoft.Dynamics.CRM.lookuplogicalname"
FORMATTED = "OData.Community.Display.V1.FormattedValue"


def preferences(size: int = 5000, *annotations: str, stated: bool = False) -> Preferences:
    return Preferences(page_size=size, annotations=annotations, stated_page_size=stated)


def encoder(*chosen: str, prefer: Preferences | None = None, hidden: Any = ()) -> RowEncoder:
    return RowEncoder(TABLE, chosen or COLUMNS, prefer or preferences(), hidden)


def encoded(row: Row, *chosen: str, **more: Any) -> dict[str, Any]:
    return dict(json.loads(encoder(*chosen, **more).encode(row)))


def things(count: int) -> list[Row]:
    return [Row({"id": f"{at}", "size": at}) for at in range(count)]


def ids(page: Page) -> list[str]:
    return [json.loads(row)["id"] for row in page.rows]


def read(query: Query, size: int = 5000, *, count: int = 6, stated: bool = False) -> Page:
    return read_page(things(count), query, preferences(size, stated=stated), encoder())


def test_a_row_has_its_own_values_over_those_that_it_shares() -> None:
    shared = {"size": 5, "kind": 7}
    own = encoder("id", "size", "kind")
    for id, values in (("1", {"id": "1"}), ("2", {"id": "2"})):
        assert json.loads(own.encode(Row(values, shared))) == {
            "@odata.etag": 'W/"1000001"',
            "id": id,
            "size": 5,
            "kind": 7,
        }
    other = Row({"id": "3", "size": 6, "versionnumber": 9}, shared)
    assert json.loads(own.encode(other)) == {
        "@odata.etag": 'W/"9"',
        "id": "3",
        "size": 6,
        "kind": 7,
    }


def test_what_many_rows_share_is_encoded_once() -> None:
    shared = {"size": 5}
    own = encoder()
    for at in range(3):
        own.encode(Row({"id": f"{at}"}, shared))
    assert len(own._fragments) == len(own._kept) == 1
    own.encode(Row({"id": "3"}, {"size": 6}))
    assert len(own._fragments) == 2


def test_a_hidden_column_comes_back_empty() -> None:
    row = Row({"id": "1", "size": 5})
    assert encoded(row, hidden=["size"])["size"] is None
    assert encoded(row)["size"] == 5
    annotated = encoded(row, prefer=preferences(5000, "*"), hidden=["size"])
    assert annotated == {"@odata.etag": 'W/"1000001"', "id": "1", "size": None}


def test_annotations_stand_before_their_values() -> None:
    row = Row({"on": True, "size": 5, "_boss_value": "b", f"_boss_value@{LOOKUP}": "systemuser"})
    found = encoded(row, "on", "size", "_boss_value", prefer=preferences(5000, "*"))
    assert list(found)[1:] == [
        f"on@{FORMATTED}",
        "on",
        f"size@{FORMATTED}",
        "size",
        f"_boss_value@{LOOKUP}",
        "_boss_value",
    ]
    assert (found[f"on@{FORMATTED}"], found[f"size@{FORMATTED}"]) == ("Yes", "5")
    off = encoded(Row({"on": False}), "on", prefer=preferences(5000, FORMATTED))
    assert off[f"on@{FORMATTED}"] == "No"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [(LOOKUP, [f"_owner_value@{LOOKUP}"]), (FORMATTED, [f"kind@{FORMATTED}"]), ("x", [])],
)
def test_only_the_annotations_that_are_asked_for_come(pattern: str, names: list[str]) -> None:
    row = Row({"kind": 7, "_owner_value": "o", f"_owner_value@{LOOKUP}": "team"})
    found = encoded(row, "kind", "_owner_value", prefer=preferences(5000, pattern))
    assert [name for name in found if "@" in name[1:]] == names


def test_what_is_empty_or_leads_nowhere_has_no_annotation() -> None:
    row = Row({"kind": None, "_boss_value": "b", "_owner_value": None})
    found = encoded(row, "kind", "_boss_value", "_owner_value", prefer=preferences(5000, "*"))
    assert [name for name in found if "@" in name[1:]] == []


@pytest.mark.parametrize(
    ("size", "found", "following"),
    [(2, ["0", "1"], 2), (5, list("01234"), 5), (6, list("012345"), None)],
)
def test_a_page_has_so_many_rows_and_says_where_the_next_begins(
    size: int, found: list[str], following: int | None
) -> None:
    page = read(Query(), size)
    assert (ids(page), page.next_position, page.count) == (found, following, None)
    assert ids(read(Query(position=4), size)) == ["4", "5"]


@pytest.mark.parametrize(
    ("top", "size", "stated", "found", "following"),
    [
        (2, 5000, False, 2, None),
        (3, 2, False, 2, None),
        (2, 3, True, 3, 3),
        (9, 5000, False, 6, None),
    ],
)
def test_a_number_of_rows_gives_way_to_a_stated_page_size(
    top: int, size: int, stated: bool, found: int, following: int | None
) -> None:
    page = read(Query(top=top), size, stated=stated)
    assert (len(page.rows), page.next_position) == (found, following)


def test_rows_that_do_not_meet_the_filter_are_left_out() -> None:
    query = Query(predicate=lambda row: row.get("size") in (1, 3, 5))
    assert ids(read(query)) == ["1", "3", "5"]
    page = read(query, 2)
    assert (ids(page), page.next_position) == (["1", "3"], 5)
    counted = Query(predicate=query.predicate, count=True)
    assert read(counted, 1).count == 3


@pytest.mark.parametrize("predicate", [None, lambda row: True])
def test_a_count_ends_at_the_services_limit(
    predicate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_COUNT_LIMIT", 4)
    query = Query(count=True, predicate=predicate)
    assert read(query, count=3).count == 3
    assert read(query, count=5).count == 4
    assert read(Query(predicate=predicate)).count is None


def test_rows_are_ordered_null_first_and_texts_without_case() -> None:
    rows = [
        Row({"id": "1", "size": 2}),
        Row({"id": "2", "size": None}),
        Row({"id": "3", "size": "b"}),
        Row({"id": "4", "size": "A"}),
        Row({"id": "5", "size": 1}),
        Row({"id": "6", "size": 1}),
    ]

    def ordered(*order: tuple[str, bool]) -> list[str]:
        return ids(read_page(rows, Query(order=order), preferences(), encoder()))

    assert ordered(("size", False)) == ["2", "5", "6", "1", "4", "3"]
    assert ordered(("size", True)) == ["3", "4", "1", "5", "6", "2"]
    assert ordered(("size", False), ("id", True)) == ["2", "6", "5", "1", "4", "3"]
