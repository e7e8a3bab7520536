"""Rows that findings need come back as they were put away."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from auditor.judging.kept_rows import FindingRows, Rows
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from tests.auditor.rows import mailbox
from tests.connectors.columnar.test_packed_rows import packed

EVERY = MailboxRow.__struct_fields__


def whole(found: Iterable[Rows]) -> list[MailboxRow]:
    """The rows of which every field was read."""
    return [
        MailboxRow(*values)
        for rows in found
        for values in zip(*(rows.columns[name] for name in EVERY), strict=True)
    ]


def test_rows_come_back_by_position_with_their_group_and_time():
    with FindingRows() as kept:
        rows = [mailbox("mailbox-0"), mailbox("mailbox-2")]
        kept.add(Page(rows, "2026-11-23T03:00:00Z", ""), [1], [3])
        kept.add(Page([mailbox("mailbox-1")], "2026-11-23T03:00:01Z", ""), [0], [4])
        assert kept.ordered().tolist() == [1, 0]
        (found,) = kept.read(kept.ordered(), ["mailboxid"])
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
