"""Rows that findings need come back as they were put away."""

from auditor.kept import KeptRows
from tests.auditor.rows import mailbox


def test_rows_come_back_by_position_with_their_group_and_time():
    with KeptRows() as kept:
        kept.add(3, mailbox("mailbox-2"), "2026-11-23T03:00:00Z")
        kept.add(4, mailbox("mailbox-1"), "2026-11-23T03:00:01Z")
        assert kept.ordered() == [1, 0]
        assert [each.row.mailboxid for each in kept.read([1, 0])] == ["mailbox-1", "mailbox-2"]
        assert (kept.group_of(0), kept.id_of(0)) == (3, "mailbox-2")


def test_a_number_beyond_64_bits_does_not_cost_the_row():
    with KeptRows() as kept:
        kept.add(0, mailbox(lastsyncerrorcount=10**400, transientfailurecount=-(2**70)), "")
        (row,) = (each.row for each in kept.read([0]))
    assert (row.lastsyncerrorcount, row.transientfailurecount) == (2**63 - 1, -(2**63))
    assert row.statecode == 0
