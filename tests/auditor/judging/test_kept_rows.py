"""Rows that findings need come back as they were put away."""

import tracemalloc
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from auditor.judging import kept_rows
from auditor.judging.kept_rows import FindingRows, Rows
from connectors.columnar.encodings import Column
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from tests.auditor.rows import mailbox
from tests.connectors.columnar.test_packed_rows import packed

EVERY = MailboxRow.__struct_fields__


def whole(rows: Rows) -> list[MailboxRow]:
    """The rows of which every field was read."""
    return [MailboxRow(*values) for values in zip(*map(rows.columns.get, EVERY), strict=True)]


def test_rows_come_back_by_position_with_their_group_and_time():
    with FindingRows() as kept:
        rows = [mailbox("mailbox-0"), mailbox("mailbox-2")]
        kept.add(Page(rows, "2026-11-23T03:00:00Z", ""), [1], [3])
        kept.add(Page([mailbox("mailbox-1")], "2026-11-23T03:00:01Z", ""), [0], [4])
        assert kept.ordered().tolist() == [1, 0]
        found = kept.read(kept.ordered(), ["mailboxid"])
        assert found.columns == {"mailboxid": ["mailbox-1", "mailbox-2"]}
        assert found.read_at == ["2026-11-23T03:00:01Z", "2026-11-23T03:00:00Z"]
        assert kept.groups({}).tolist() == [3, 4]
        assert kept.groups({"mailbox-2": 9, "mailbox-0": 8}).tolist() == [9, 4]


LOW, HIGH = "00000000-0000-4000-8000-00000000a100", "f0000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("others", [[], ["no-guid"], [HIGH.upper()]])
def test_ids_of_any_form_order_as_their_texts_do(others: list[str]):
    ids = [HIGH, LOW, *others]
    with FindingRows() as kept:
        for number, id in enumerate(ids):
            kept.add(Page([mailbox(id)], "", ""), [0], [number])
        found = [ids[at] for at in kept.ordered().tolist()]
        assert found == sorted(ids)
        assert kept.groups({HIGH: 7, "gone": 8}).tolist() == [7, *range(1, len(ids))]
        # What tells an id is the same whatever others there are.
        told = {ids[at]: kept.ids(np.array([at])) for at in range(len(ids))}
    assert told[LOW] == bytes.fromhex(LOW.replace("-", ""))
    assert len(set(told.values())) == len(ids)
    assert {len(each) for each in told.values()} == {16}


def test_a_reading_of_all_rows_holds_some_bytes_of_each():
    count = 20_000
    with FindingRows() as kept:
        for first in range(0, count, 5_000):
            some = [mailbox(str(UUID(int=count - at))) for at in range(first, first + 5_000)]
            kept.add(Page(packed(some), "", ""), range(5_000), [at % 7 for at in range(5_000)])
        tracemalloc.start()
        try:
            by_id = kept.by_id({})
            readings = [by_id.of(range(7), ["mailboxid"]) for _ in range(2)]
            for each in readings:
                next(each)
            held, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # Its place in the order and its group, and once more its place for each reading.
    assert held < 17 * count


def test_a_number_beyond_64_bits_does_not_cost_the_row():
    row = mailbox(lastsyncerrorcount=10**400, transientfailurecount=-(2**70))
    with FindingRows() as kept:
        kept.add(Page([row], "", ""), [0], [0])
        (row,) = whole(kept.read(np.arange(1), EVERY))
    assert (row.lastsyncerrorcount, row.transientfailurecount) == (2**63 - 1, -(2**63))
    assert row.statecode == 0


def test_texts_that_no_file_could_hold_come_back_too():
    row = mailbox(name="half a pair \ud800", owner=UNSET)
    with FindingRows() as kept:
        kept.add(Page([row], "", ""), [0], [0])
        assert whole(kept.read(np.arange(1), EVERY)) == [row]


rows = st.builds(
    mailbox,
    st.uuids().map(str),
    name=st.text(max_size=2) | st.sampled_from([None, UNSET]),
    regarding=st.uuids().map(str) | st.none(),
    lastsyncerrorcount=st.integers(0, 2),
)


@given(st.data(), st.lists(st.lists(rows, min_size=1, max_size=5), max_size=4), st.booleans())
def test_any_rows_come_back_in_any_order(data: st.DataObject, pages: list, is_packed: bool):
    kept_rows = []
    with FindingRows() as kept:
        for page in pages:
            places = data.draw(st.lists(st.integers(0, len(page) - 1), unique=True))
            made = packed(page) if is_packed else page
            kept.add(Page(made, "", ""), places, [0] * len(places))
            kept_rows += [page[at] for at in places]
        order = data.draw(st.permutations(range(len(kept))))
        found = whole(kept.read(np.array(order, np.int64), EVERY))
    assert found == [kept_rows[at] for at in order]


@pytest.mark.parametrize("most", [1, 2, 9])
def test_the_first_rows_of_each_group_are_those_of_the_smallest_ids(most: int):
    groups = [3, 1, 3, 3, 1, 0]
    with FindingRows() as kept:
        rows = [mailbox(f"mailbox-{at}") for at in range(len(groups))]
        kept.add(Page(rows, "", ""), range(len(groups)), groups)
        by_id = kept.by_id({})
        ((numbers, found),) = by_id.first_of({1, 3}, ["mailboxid"], most)
        expected = [at for at, each in enumerate(groups) if each and groups[:at].count(each) < most]
        assert found.columns["mailboxid"] == [f"mailbox-{at}" for at in expected]
        assert numbers == [groups[at] for at in expected]
        assert not list(by_id.first_of({7}, ["mailboxid"], most))
        ((numbers, found),) = by_id.of({1, 3}, ["mailboxid"], backwards=True)
        assert found.columns["mailboxid"] == [f"mailbox-{at}" for at in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(("rows", "parts"), [(4, 1), (9, 3), (12, 3), (100, 3)])
def test_however_many_rows_there_are_they_come_in_few_parts(
    rows: int, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rows, "_AT_A_TIME", 4)
    monkeypatch.setattr(kept_rows, "_MOST_PARTS", 3)
    with FindingRows() as kept:
        made = [mailbox(f"mailbox-{at:03}") for at in range(rows)]
        kept.add(Page(made, "", ""), range(rows), [0] * rows)
        found = list(kept.by_id({}).of({0}, ["mailboxid"]))
    assert len(found) == parts
    assert [id for _, each in found for id in each.columns["mailboxid"]] == [
        each.mailboxid for each in made
    ]


def test_a_column_that_nobody_asks_for_is_not_read(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    look = kept_rows.values_at

    def looked(column: Column, *beside: Any) -> list[Any]:
        read.append(column.name)
        return look(column, *beside)

    monkeypatch.setattr(kept_rows, "values_at", looked)
    rows = [mailbox(f"mailbox-{at}", name=f"name {at}") for at in range(3)]
    with FindingRows() as kept:
        kept.add(Page(packed(rows), "", ""), [0, 2], [0, 0])
        found = kept.read(np.array([1, 0]), ["name", "statecode"])
    assert found.columns == {"name": ["name 2", "name 0"], "statecode": [0, 0]}
    assert read == ["name"]
