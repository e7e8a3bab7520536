"""Some rows of a packed column: each encoding, with holes and without."""

from typing import Any

import pytest
from msgspec import UNSET, UnsetType

from connectors.columnar import column_picking
from connectors.columnar.column_picking import distinct, is_null, pick, values_at
from connectors.columnar.encodings import Column, encode

Text = str | None | UnsetType
GUIDS = [f"0a1b2c3d-1111-2222-3333-44445555666{at}" for at in range(6)]
COLUMNS = {
    "dictionary": ["x", "y", "x", "y", "y", "x"],
    "guids": GUIDS,
    "fixed": ["a1", "b2", "c3", "d4", "e5", "f6"],
    "lines": ["a", "bb", "", "é", "\ud800", "eee"],
    "texts": ["a\0b", "c", "d", "e", "f", "g"],
}
PLACES = [[], [0], [5, 0], [1, 3, 4], [4, 2, 2, 5, 1]]


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("encoding", COLUMNS)
def test_the_values_at_some_places(encoding: str, places: list[int]) -> None:
    values = COLUMNS[encoding]
    column = encode("a", values, str)
    assert column.encoding == encoding
    expected = [values[at] for at in places]
    assert pick(column, len(values), places) == (None if encoding == "texts" else expected)
    assert values_at(column, len(values), places, str) == expected


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("encoding", ["dictionary", "guids", "fixed", "lines"])
def test_among_holes_a_value_comes_after_those_before_it(encoding: str, places: list[int]) -> None:
    values: list[Any] = [*COLUMNS[encoding], *COLUMNS[encoding]]
    values[1], values[2], values[4] = None, UNSET, None
    column = encode("a", values, Text)
    assert column.encoding in (encoding, "dictionary")
    assert column.holes
    assert pick(column, len(values), places) == [values[at] for at in places]


@pytest.mark.parametrize("places", PLACES)
def test_a_column_of_nulls_has_nulls_at_all_places(places: list[int]) -> None:
    column = encode("a", [None] * 6, Text)
    assert pick(column, 6, places) == [None] * len(places)


def test_what_is_packed_plainly_takes_a_look_at_all() -> None:
    column = encode("a", [1, None, 300], int | None)
    assert pick(column, 3, [0]) is None
    assert values_at(column, 3, [2, 1], int | None) == [300, None]


def test_only_as_many_nulls_as_rows_are_a_column_of_nulls() -> None:
    nulls = encode("a", [None] * 3, Text)
    assert is_null(nulls, 3)
    assert not is_null(nulls, 2)
    assert not is_null(encode("a", [None, 1, None], Any), 3)
    assert not is_null(Column("a", "texts", b"", nulls.body), 3)


def test_the_distinct_texts_of_a_dictionary_alone_are_known() -> None:
    assert distinct(encode("a", COLUMNS["dictionary"], str)) == (["x", "y"], b"\0\1\0\1\1\0")
    assert distinct(encode("a", ["x", None, "x"], Text)) == (["x"], b"\0\0")
    assert distinct(encode("a", COLUMNS["fixed"], str)) is None


def test_places_that_ascend_are_counted_once() -> None:
    class Counting(bytes):
        looked = 0

        def count(self, value: Any, start: Any = 0, end: Any = None) -> int:
            Counting.looked += end - start
            return bytes.count(self, value, start, end)

    assert list(column_picking._counted(Counting(bytes(100)), [10, 50, 90])) == [10, 50, 90]
    assert Counting.looked == 90
    assert list(column_picking._counted(Counting(bytes(100)), [90, 10])) == [90, 10]


ID = "0a1b2c3d-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("values", "encoding", "held"),
    [
        ([ID, ID[:-1] + "2"], "guids", {ID: True, "1" + ID[1:]: False, "anna": False}),
        (["ANNA@x", "eva@yy"], "fixed", {"anna@x": True, "eva@yy": True, "anna@y": False}),
        (
            ["anna@x", "eva@yy"],
            "fixed",
            {"eva@y": True, "nna@x": True, "nna@y": False, "eva@yyy": False},
        ),
        (["Anna@x", "eva@y"], "lines", {"anna@x": True, "eva@z": False}),
        # What is not told without a look at each value may be there.
        (["Anna"] * 9, "dictionary", {"anna": True, "eva": True}),
        (["J\u00fcrgen", "eva@y"], "lines", {"anna": True}),
        ([None, None], "plain", {"anna": False}),
        ([UNSET, UNSET], "unset", {"anna": False}),
        ([None, "anna@x", "eva@yy"], "fixed", {"anna@x": True, "anna@y": False}),
    ],
)
def test_a_column_may_hold_a_text_or_surely_does_not(
    values: list[Any], encoding: str, held: dict[str, bool]
) -> None:
    column = encode("name", values, Text)
    assert column.encoding == encoding
    found = {text: column_picking.may_hold(column, len(values), {text}) for text in held}
    assert found == held
