"""One page: asked alike, whether its rows came as they are or packed."""

import pytest
from msgspec import Struct, structs

from connectors.columnar.packed_rows import PackedRows, pack_rows
from connectors.columnar.page import Page

AT = "2026-11-23T03:00:00Z"


class Row(Struct):
    id: str
    name: str | None = None


ROWS = [Row(f"{at}", f"name {at}") for at in range(3)]
PLAIN, PACKED = Page(ROWS, AT, ""), Page(pack_rows(ROWS), AT, "")


@pytest.mark.parametrize("page", [PLAIN, PACKED], ids=["plain", "packed"])
def test_columns_and_rows_at_some_places(page: Page) -> None:
    assert page.columns["name"] == ["name 0", "name 1", "name 2"]
    assert page.at([2, 0]) == [ROWS[2], ROWS[0]]
    assert page.pick("name", [1]) == ["name 1"]
    assert len(page.kinds.values) == 1


def test_a_field_is_packed_once() -> None:
    assert PLAIN.packed("name") is PLAIN.packed("name")
    assert PLAIN.packed("name") == PACKED.packed("name")
    assert PLAIN.packed("id") != PLAIN.packed("name")


def test_packed_rows_are_asked_without_making_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a million mailboxes, few become objects."""
    rows = PACKED.rows
    assert isinstance(rows, PackedRows)
    monkeypatch.delattr(PackedRows, "__iter__")
    monkeypatch.setattr(PackedRows, "__getitem__", None)
    page = structs.replace(PACKED)
    assert page.packed("name") is rows.column("name")
    assert page.at([1]) == [ROWS[1]]
    assert page.pick("name", [1]) == ["name 1"]
    assert page.columns is rows.columns
    assert page.kinds is rows.kinds


def test_picking_makes_no_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PackedRows, "columns", None)
    assert PACKED.pick("name", [2, 1]) == ["name 2", "name 1"]
