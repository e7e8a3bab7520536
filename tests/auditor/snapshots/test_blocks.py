"""A block holds no more rows than a reader must be ready to hold."""

import msgspec
import pytest

from auditor.snapshots import blocks
from auditor.snapshots.errors import Malformed
from connectors.columnar.page import Page
from connectors.dynamics.tables.systemusers import UserRow
from tests.auditor.snapshots.sources import page, user_rows


def claiming(*rows: int) -> bytes:
    heads = [blocks.PageHead("2026-11-23T08:00:00Z", b"", each) for each in rows]
    return msgspec.msgpack.encode(("a", heads, ()))


@pytest.mark.parametrize("rows", [(0,), (blocks.MOST_ROWS,), (1, blocks.MOST_ROWS - 1)])
def test_so_many_rows_are_taken(rows: tuple[int, ...]) -> None:
    assert sum(head.rows for head in blocks.decode(claiming(*rows)).pages) == sum(rows)


@pytest.mark.parametrize("rows", [(blocks.MOST_ROWS + 1,), (1, blocks.MOST_ROWS), (-1,), (2, -1)])
def test_more_or_fewer_than_none_are_refused(rows: tuple[int, ...]) -> None:
    with pytest.raises(Malformed, match="claims more rows than the format allows"):
        blocks.decode(claiming(*rows))


def test_a_page_alone_keeps_its_columns_as_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[str] = []
    original = Page.packed

    def noted(self: Page, name: str) -> object:
        packed.append(name)
        return original(self, name)

    monkeypatch.setattr(Page, "packed", noted)
    pages = [page(list(user_rows(2)), 1), page([], 2)]
    one = blocks.encode("a", UserRow, pages)
    assert packed == list(UserRow.__struct_fields__)
    blocks.encode("a", UserRow, [*pages, page(list(user_rows(2)), 3)])
    assert len(packed) == len(UserRow.__struct_fields__)
    assert [each.rows for each in blocks.pages_of(blocks.decode(one), UserRow)] == [
        list(user_rows(2)),
        [],
    ]
