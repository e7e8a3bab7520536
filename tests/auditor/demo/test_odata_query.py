"""The query options of one request to the simulated tenant, read and checked."""

from typing import Any

import pytest

from auditor.demo.odata_error import ODataError
from auditor.demo.odata_query import (
    Query,
    next_link,
    options,
    read_preferences,
    read_query,
)


def read(**given: str) -> tuple[Query, list[str]]:
    checked: list[str] = []
    return read_query({f"${name}": text for name, text in given.items()}, checked.append), checked


@pytest.mark.parametrize(
    ("header", "size", "stated"),
    [
        ("", 5000, False),
        ("odata.maxpagesize=10", 10, True),
        ('odata.maxpagesize = "10"', 10, True),
        ("odata.maxpagesize=0", 1, True),
        ("odata.maxpagesize=1", 1, True),
        ("odata.maxpagesize=5000", 5000, True),
        ("odata.maxpagesize=5001", 5000, True),
        ("respond-async", 5000, False),
    ],
)
def test_a_page_has_so_many_rows(header: str, size: int, stated: bool) -> None:
    found = read_preferences(header)
    assert (found.page_size, found.stated_page_size) == (size, stated)
    assert found.annotations == ()
    assert not found.annotates("a.b")


@pytest.mark.parametrize(
    ("patterns", "annotated"),
    [("*", True), ("a.b", True), ("a.*", True), ("b.*", False), ("a", False), ("x,a.b", True)],
)
def test_annotations_are_asked_for_by_pattern(patterns: str, annotated: bool) -> None:
    found = read_preferences(f'odata.include-annotations="{patterns}"')
    assert found.annotates("a.b") is annotated


def test_options_that_dataverse_does_not_know_are_refused() -> None:
    assert options("$top=5&$filter=&@p1=x") == {"$top": "5", "$filter": "", "@p1": "x"}
    with pytest.raises(ODataError, match="The query parameter \\$skip is not supported"):
        options("$top=5&$skip=1")


def test_a_request_without_options_asks_for_all() -> None:
    assert read() == (Query(), [])
    assert read(select=" ", filter=" ", orderby=" ") == (Query(), [])


def test_columns_are_chosen_once_and_checked() -> None:
    query, checked = read(select="a, b,a")
    assert query.select == ("a", "b")
    assert checked == ["a", "b"]


def test_a_filter_is_read_and_its_columns_checked() -> None:
    query, checked = read(filter="a eq 5")
    row: Any = {"a": 5}
    assert query.predicate is not None
    assert query.predicate(row)
    assert checked == ["a"]


def test_rows_are_ordered_by_columns() -> None:
    query, checked = read(orderby="a, b desc,c asc")
    assert query.order == (("a", False), ("b", True), ("c", False))
    assert checked == ["a", "b", "c"]
    with pytest.raises(ODataError, match="Syntax error in \\$orderby at 'a down'"):
        read(orderby="a down")


@pytest.mark.parametrize(("text", "count"), [("true", True), ("TRUE", True), ("false", False)])
def test_rows_are_counted_where_that_is_asked_for(text: str, count: bool) -> None:
    assert read(count=text)[0].count is count


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1.5"])
def test_a_number_of_rows_is_a_whole_one(text: str) -> None:
    assert read(top="1")[0].top == 1
    with pytest.raises(ODataError, match=f"Invalid value '{text}' for \\$top"):
        read(top=text)


def test_nothing_is_expanded() -> None:
    with pytest.raises(ODataError, match="'a' cannot be expanded"):
        read(expand="a")


def test_a_page_goes_on_where_the_link_says() -> None:
    link = next_link("https://x.example/a", {"$top": "5", "$skiptoken": "old"}, 3, 20)
    assert link.startswith("https://x.example/a?$top=5&$skiptoken=%3Ccookie%20")
    given = options(link.partition("?")[2])
    query = read_query(given, lambda column: None)
    assert (query.page, query.position, query.top) == (3, 20, 5)
    with pytest.raises(ODataError, match="Malformed XML in the Paging Cookie"):
        read(skiptoken="<cookie/>")
