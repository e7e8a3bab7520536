"""Audits that ended, and the settings of their records, are the same after they were kept."""

from contextlib import closing

from auditor.audit import audit
from auditor.differences.settings import RecordSettings
from auditor.fleet.kept_audits import KeptAudits
from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from rules.rule import catalogue
from tests.auditor.recorded import request
from tests.auditor.rows import mailbox, tables

SOURCE = "dynamics.mailboxes"
AT = "2026-11-23T03:00:00Z"


def settings(first: int, count: int) -> RecordSettings:
    made = RecordSettings()
    for at in range(first, first + count, 2):
        rows = [mailbox(f"{at + each:08}-0000-0000-0000-000000000000") for each in range(2)]
        made.add(SOURCE, MailboxRow, Page(rows, AT, ""))
    made.whole.add(SOURCE)
    return made


def test_settings_of_several_audits_are_kept_apart_and_outlive_their_audit() -> None:
    with KeptAudits() as audits:
        given = [(settings(0, 4), 4), (settings(100, 2), 2), (RecordSettings(), 0)]
        digests = [each.digests() for each, _ in given]
        ids = [
            [record.id for block in each.blocks() for record in block.at([0, 1])]
            for each, _ in given
        ]
        kept = [audits.keep_settings(each) for each, _ in given]
        for each, _ in given:
            each.close()
        for again, (_, count), digest, of in zip(kept, given, digests, ids, strict=True):
            for _ in range(2):
                with closing(again()) as made:
                    assert len(made) == count
                    assert made.digests() == digest
                    assert of == [r.id for b in made.blocks() for r in b.at([0, 1])]


def test_an_audit_names_the_same_mailboxes_after_it_was_kept() -> None:
    boxes = [mailbox("a", incomingemailstatus=2), mailbox("b", statecode=None)]
    found = audit(request(catalogue(), {}), tables(boxes), lambda: AT)
    with KeptAudits() as audits:
        again = audits.keep(found)()
        assert found.undecided is not None
        assert again.undecided is not None
        assert [each.id for each in again.undecided()] == ["b"]
        assert list(again.undecided()) == list(found.undecided())
        assert list(again.mailboxes()) == list(found.mailboxes())
