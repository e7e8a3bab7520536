"""Rows of which a value is not as documented: left open, noted, and no other row is lost."""

from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType, field

from connectors.odata.row_by_row import FoundRows, rows_of


class Row(Struct, frozen=True):
    id: str
    size: int | None | UnsetType = field(name="sizebytes", default=UNSET)
    name: str | None | UnsetType = UNSET
    kind: int | None = None


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], FoundRows([])),
        ([{"id": "1", "sizebytes": 5}], FoundRows([Row("1", 5)])),
        ([{"id": "1", "sizebytes": "5"}], FoundRows([Row("1")], ("sizebytes",))),
        (
            [{"id": "1", "sizebytes": [], "name": 7}, {"id": "2", "name": []}],
            FoundRows([Row("1"), Row("2")], ("sizebytes", "name")),
        ),
        (
            [{"id": "1", "name": "a", "sizebytes": {}}],
            FoundRows([Row("1", name="a")], ("sizebytes",)),
        ),
    ],
)
def test_an_odd_value_is_left_open_and_its_column_noted(
    values: list[Any], found: FoundRows
) -> None:
    assert rows_of(values, Row) == found


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (["a", "list"], "Expected `object`, got `list`"),
        ("text", "Expected `object`, got `str`"),
        ({"sizebytes": 5}, "missing required field `id`"),
        ({"id": 7, "name": 7}, "Expected `str`, got `int`"),
        ({"id": "1", "kind": "x"}, "Expected `int | null`, got `str`"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_says_why(value: Any, why: str) -> None:
    found = rows_of([value, {"id": "2"}, 7], Row)
    assert found.rows == [Row("2")]
    assert why in found.unreadable
    assert found.odd == ()
