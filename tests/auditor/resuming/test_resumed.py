"""Sources that were read in full are not read again; their rows keep their own read times."""

import datetime
from pathlib import Path

import pytest

from auditor.resuming import Header, Resumed, Terms, journaling, organization_in
from auditor.resuming.resumed import PASSING
from connectors.columnar.page import Page
from connectors.dynamics.tables.organizations import READER as ORGANIZATIONS
from connectors.dynamics.tables.organizations import OrganizationRow
from connectors.sources.source import SourceState
from connectors.transport.answers import Answer
from connectors.transport.request import Request
from tests.auditor.snapshots.sources import EARLIER, Canned, mailbox_rows, page, reader_named

MAILBOXES = reader_named("dynamics.mailboxes")
QUEUES = reader_named("dynamics.queues")


def header() -> Header:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Header("0.1.0", "contoso", "https://contoso.example", "digest", now)


def read(directory: Path, canned: Canned, *sources: object, resume: bool) -> tuple[list, str]:
    """The pages and the final state of each source, and the note, of a run that is killed."""
    with journaling(header(), Terms(resume), pytest.fail, directory) as journal:
        assert journal is not None
        outside = Resumed(canned, journal)
        found = []
        for source in sources:
            stream = outside.open(source, EARLIER)  # type: ignore[arg-type]
            found.append((list(stream), stream.state))
        return found, journal.note_of_resumption()


def test_a_source_that_was_read_comes_with_its_own_times(tmp_path: Path) -> None:
    rows = list(mailbox_rows(30))
    pages = [page(rows[:20], 1), page([], 2), page(rows[20:], 3)]
    (before,), note = read(tmp_path, Canned({MAILBOXES.source: pages}), MAILBOXES, resume=False)
    assert note == ""
    (after,), note = read(tmp_path, Canned({}), MAILBOXES, resume=True)
    assert [(list(each.rows), each.read_at, each.digest) for each in after[0]] == [
        (list(each.rows), each.read_at, each.digest) for each in before[0]
    ]
    assert after[1].records == before[1].records
    assert after[1].requests == 0
    assert "dynamics.mailboxes" in note


def test_a_page_of_any_size_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.snapshots.blocks.MOST_ROWS", 7)
    rows = list(mailbox_rows(20))
    canned = Canned({MAILBOXES.source: [page(rows, 1)]})
    read(tmp_path, canned, MAILBOXES, resume=False)
    (after,), _ = read(tmp_path, Canned({}), MAILBOXES, resume=True)
    assert [row for each in after[0] for row in each.rows] == rows


@pytest.mark.parametrize("status", ["partial", "failed"])
def test_a_source_that_was_not_read_in_full_is_read_again(tmp_path: Path, status: str) -> None:
    state = SourceState(QUEUES.source, status, code="timeout")  # type: ignore[arg-type]
    read(tmp_path, Canned({QUEUES.source: []}, {QUEUES.source: state}), QUEUES, resume=False)
    whole = SourceState(QUEUES.source, "read", requests=3)
    canned = Canned({QUEUES.source: []}, {QUEUES.source: whole})
    (after,), note = read(tmp_path, canned, QUEUES, resume=True)
    assert after[1] == whole
    assert note == ""


def test_a_source_that_was_begun_is_read_from_its_beginning(tmp_path: Path) -> None:
    pages = [page(list(mailbox_rows(5)), 1), page(list(mailbox_rows(5, 2)), 2)]
    canned = Canned({MAILBOXES.source: pages})
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        next(iter(Resumed(canned, journal).open(MAILBOXES, EARLIER)))
    (after,), _ = read(tmp_path, canned, MAILBOXES, resume=True)
    assert [each.read_at for each in after[0]] == [each.read_at for each in pages]
    (again,), _ = read(tmp_path, Canned({}), MAILBOXES, resume=True)
    assert len(again[0]) == 2


def test_a_source_whose_answers_are_kept_is_not_kept_twice(tmp_path: Path) -> None:
    canned = Canned({MAILBOXES.source: [page(list(mailbox_rows(5)), 1)]})
    asked = Request("https://contoso.example/mailboxes", source=MAILBOXES.source)
    at = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        journal.keep(asked, Answer(200, {}, b"{}", asked.url, at, 1))
        assert list(Resumed(canned, journal).open(MAILBOXES, EARLIER))
    with journaling(header(), Terms(True), pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.state_of(MAILBOXES.source, ()) is None
        assert list(journal.blocks_of(MAILBOXES.source)) == []


def test_it_is_known_which_organisation_was_read(tmp_path: Path) -> None:
    own = Page([OrganizationRow("0a1b")], "2026-11-29T03:00:00Z", "")
    read(tmp_path, Canned({ORGANIZATIONS.source: [own]}), ORGANIZATIONS, resume=False)
    with journaling(header(), Terms(True), pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert organization_in(journal) == "0a1b"
        assert journal.note_of_resumption() == ""
        journal.leave()
        assert organization_in(journal) == ""
        journal.finish()
    assert list(tmp_path.iterdir()), "it stays for another run"


def test_another_try_is_worth_it_after_what_may_pass() -> None:
    assert {
        "connection-reset",
        "deadline",
        "name-not-resolved",
        "no-connection",
        "own-limit",
        "proxy-failed",
        "refused",
        "server-error",
        "throttled",
        "timeout",
        "truncated",
        "unreachable",
    } == PASSING
