"""Rows that a server gives twice: on one page, on two that follow each other, and without id."""

from connectors.columnar.page import Page
from connectors.columnar.repeats import Repeats
from connectors.dynamics.tables.queues import QueueRow

A, B, C = (f"00000000-0000-0000-0000-00000000000{each}" for each in "abc")


def page(*ids: str | None) -> Page:
    return Page([QueueRow(id, name=f"at {at}") for at, id in enumerate(ids)], "", "")  # type: ignore[arg-type]


def test_a_page_without_repeats_is_the_same_page() -> None:
    repeats, given = Repeats(QueueRow), page(A, B)
    assert repeats.without(given) is given
    assert repeats.dropped == 0


def test_a_row_is_kept_where_it_came_first() -> None:
    repeats = Repeats(QueueRow)
    assert [row.name for row in repeats.without(page(A, A, B)).rows] == ["at 0", "at 2"]
    assert [row.queueid for row in repeats.without(page(B, C)).rows] == [C]
    assert repeats.dropped == 2


def test_rows_without_an_id_are_no_repeats_of_each_other() -> None:
    repeats = Repeats(QueueRow)
    assert len(repeats.without(page("", "", A, A)).rows) == 3
    assert repeats.dropped == 1
