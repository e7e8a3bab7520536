"""Rows that findings need come back as they were put away."""

import numpy as np
from msgspec import UNSET

from auditor.kept import KeptRows
from connectors.sources import Page
from tests.auditor.rows import mailbox


def test_rows_come_back_by_position_with_their_group_and_time():
    with KeptRows() as kept:
        rows = [mailbox("mailbox-0"), mailbox("mailbox-2")]
        kept.add(Page(rows, "2026-11-23T03:00:00Z", ""), [1], [3])
        kept.add(Page([mailbox("mailbox-1")], "2026-11-23T03:00:01Z", ""), [0], [4])
        assert kept.ordered().tolist() == [1, 0]
        found = [(each.row.mailboxid, each.read_at) for each in kept.read(kept.ordered())]
        assert found == [
            ("mailbox-1", "2026-11-23T03:00:01Z"),
            ("mailbox-2", "2026-11-23T03:00:00Z"),
        ]
        assert kept.groups({}).tolist() == [3, 4]
        assert kept.groups({"mailbox-2": 9, "mailbox-0": 8}).tolist() == [9, 4]


def test_a_number_beyond_64_bits_does_not_cost_the_row():
    row = mailbox(lastsyncerrorcount=10**400, transientfailurecount=-(2**70))
    with KeptRows() as kept:
        kept.add(Page([row], "", ""), [0], [0])
        (row,) = (each.row for each in kept.read(np.arange(1)))
    assert (row.lastsyncerrorcount, row.transientfailurecount) == (2**63 - 1, -(2**63))
    assert row.statecode == 0


def test_texts_that_no_file_could_hold_come_back_too():
    row = mailbox(name="half a pair \ud800", owner=UNSET)
    with KeptRows() as kept:
        kept.add(Page([row], "", ""), [0], [0])
        assert [each.row for each in kept.read(np.arange(1))] == [row]


def test_more_kinds_than_are_remembered_come_back(monkeypatch):
    monkeypatch.setattr("auditor.kept._MOST_REMEMBERED", 2)
    rows = [mailbox(f"mailbox-{at}", lastsyncerrorcount=at % 5) for at in range(20)]
    with KeptRows() as kept:
        kept.add(Page(rows, "", ""), range(20), [0] * 20)
        assert [each.row for each in kept.read(np.arange(20))] == rows
