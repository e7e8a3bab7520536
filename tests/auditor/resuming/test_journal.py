"""A journal goes on with a run of the same organisation and configuration, not too old."""

import datetime
import os
from pathlib import Path

import pytest
from msgspec import structs

from auditor.resuming import Header, Journal, Terms, journaling
from auditor.resuming.entries import Begun
from connectors.sources.source import SourceState
from connectors.transport.answers import Answer
from connectors.transport.request import Request

RESUME = Terms(resume=True)
PAGE = Request("https://contoso.crm.dynamics.com/api/mailboxes?page=2", source="dynamics.mailboxes")


def header(ago_s: int = 60) -> Header:
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=ago_s)
    return Header(
        "0.1.0",
        "contoso",
        "https://contoso.crm.dynamics.com",
        "digest",
        began.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def answer(body: bytes = b'{"value":[]}', sent: bytes = b"") -> Answer:
    at = datetime.datetime(2026, 11, 29, 3, tzinfo=datetime.UTC)
    return Answer(200, {"set-cookie": "session=1"}, body, PAGE.url, at, 1, "digest", sent=sent)


def killed(directory: Path, own: Header | None = None) -> Header:
    """A run that kept an answer and a note and was killed then."""
    own = own or header()
    with journaling(own, Terms(), pytest.fail, directory) as journal:
        assert journal is not None
        journal.keep(PAGE, answer())
        journal.note("ranges", b"x")
    return own


def refused(directory: Path, own: Header, terms: Terms = RESUME) -> list[str]:
    """What a run is told that wants to go on and may not."""
    told: list[str] = []
    with journaling(own, terms, told.append, directory) as journal:
        assert journal is not None
        assert journal.resumed is None
        assert journal.found(PAGE) is None
        assert journal.noted("ranges") is None
    return told


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    first = killed(tmp_path)
    with journaling(header(0), RESUME, pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.resumed == first
        found = journal.found(PAGE)
        assert found is not None
        assert (found.body, found.read_at, found.requests) == (
            answer().body,
            "2026-11-29T03:00:00Z",
            0,
        )
        assert found.headers == {}, "they may hold what a session goes by"
        assert journal.noted("ranges") == b"x"
        assert journal.note_of_resumption() == (
            f"Resumed: the run that began at {first.started_at} had read this before it ended, and"
            " it was not read again: 1 answer of dynamics.mailboxes. Evidence names the time of"
            " each reading."
        )
        journal.finish()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_goes_on_and_is_killed_is_gone_on_with_from_its_own_end(tmp_path: Path) -> None:
    first = killed(tmp_path)
    third = Request(f"{PAGE.url}3", source=PAGE.source)
    with journaling(header(0), RESUME, pytest.fail, tmp_path) as journal:
        assert journal is not None
        journal.keep(third, answer())
        assert journal.found(third) is None, "it is of this run"
    with journaling(header(0), RESUME, pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.resumed == first
        assert journal.found(PAGE) is not None
        assert journal.found(third) is not None


def test_what_is_of_something_else_is_not_used(tmp_path: Path) -> None:
    for name, other in (
        ("environment", "fabrikam"),
        ("configuration", "other"),
        ("tool_version", "0.2.0"),
    ):
        killed(tmp_path)
        (told,) = refused(tmp_path, structs.replace(header(0), **{name: other}))
        assert "everything is read anew" in told


def test_what_is_too_old_is_not_used(tmp_path: Path) -> None:
    killed(tmp_path, header(7 * 3600))
    (told,) = refused(tmp_path, header(0))
    assert "--resume-within" in told
    killed(tmp_path, header(7 * 3600))
    with journaling(header(0), Terms(True, 8 * 3600), pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.resumed is not None


def test_a_run_that_does_not_go_on_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    killed(tmp_path)
    assert refused(tmp_path, header(0), Terms()) == []
    (file,) = tmp_path.iterdir()
    assert b"mailboxes" not in file.read_bytes()


def test_nothing_to_go_on_with_is_no_failure(tmp_path: Path) -> None:
    assert refused(tmp_path, header(0)) == []
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"no journal at all")
    assert refused(tmp_path, header(0)) == []


@pytest.mark.parametrize(
    ("state", "may_succeed", "stays"),
    [
        (SourceState("dns.mail-domains", "read"), True, False),
        (SourceState("dns.mail-domains", "failed", code="timeout"), True, True),
        (SourceState("dns.mail-domains", "partial", code="forbidden"), False, False),
    ],
)
def test_what_another_try_may_read_keeps_the_rest(
    tmp_path: Path, state: SourceState, may_succeed: bool, stays: bool
) -> None:
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        journal.end(state, may_succeed=may_succeed)
        journal.finish()
    assert bool(list(tmp_path.iterdir())) is stays


def test_a_source_is_read_again_where_one_that_it_looks_back_at_was_not_read(
    tmp_path: Path,
) -> None:
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        for source in ("graph.organization", "dns.mail-domains", "graph.users"):
            journal.begin(source)
            journal.end(SourceState(source, "read"), may_succeed=True)
        journal.end(SourceState("exchange_online.mailboxes", "not-configured"), may_succeed=True)
        journal.begin("graph.users")
    with journaling(header(0), RESUME, pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.state_of("graph.organization", ()) is not None
        assert journal.state_of("dns.mail-domains", ["exchange_online.mailboxes"]) is not None
        assert journal.state_of("dns.mail-domains", ["dynamics.queues"]) is None
        assert journal.state_of("graph.users", ()) is None, "it was begun again"
        assert journal.state_of("exchange_online.mailboxes", ()) is None


def test_rows_are_given_in_their_order_and_told_only_where_they_count(tmp_path: Path) -> None:
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.note_of_resumption() == "", "nothing is gone on with"
        journal.begin("graph.users")
        journal.add_rows("graph.users", b"first")
        journal.add_rows("graph.users", b"second")
        journal.end(SourceState("graph.users", "read"), may_succeed=True)
    with journaling(header(0), RESUME, pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert list(journal.blocks_of("graph.users", counted=False)) == [b"first", b"second"]
        assert journal.note_of_resumption() == "", "the run has used nothing of it"
        assert list(journal.blocks_of("graph.users")) == [b"first", b"second"]
        assert "it was not read again: graph.users. Evidence" in journal.note_of_resumption()
        journal.leave()
        assert journal.note_of_resumption() == "", "the run goes on with nothing"
        assert journal.state_of("graph.users", ()) is None


def test_a_full_disk_costs_what_is_kept_and_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    with journaling(header(), Terms(), told.append, tmp_path) as journal:
        assert journal is not None
        journal.keep(PAGE, answer())

        def refuse(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(journal._log, "append", refuse)
            journal.keep(Request("https://contoso/2"), answer())
            journal.keep(Request("https://contoso/3"), answer())
        journal.keep(Request("https://contoso/4"), answer())
    assert len(told) == 1
    assert "no space left" in told[0]
    with journaling(header(0), RESUME, pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert journal.found(PAGE) is not None
        assert journal.found(Request("https://contoso/4")) is None


def test_where_no_directory_takes_it_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with journaling(header(), RESUME, pytest.fail, tmp_path / "file") as journal:
        assert journal is None


def test_what_no_run_takes_up_any_more_is_removed_by_any_run(tmp_path: Path) -> None:
    killed(tmp_path)
    (left,) = tmp_path.iterdir()
    other = structs.replace(header(0), url="https://fabrikam.crm.dynamics.com")
    with journaling(other, Terms(), pytest.fail, tmp_path):
        assert left.exists()
    a_day_ago = datetime.datetime.now().timestamp() - 86_500  # noqa: DTZ005
    os.utime(left, (a_day_ago, a_day_ago))
    with journaling(other, Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        assert not left.exists()
        journal.finish()


def test_a_stopped_run_may_still_be_answered(tmp_path: Path) -> None:
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert isinstance(journal, Journal)
    journal.keep(PAGE, answer())


def test_an_unknown_beginning_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    with journaling(header(), Terms(), pytest.fail, tmp_path) as journal:
        assert journal is not None
        journal._log.restart()
        journal._log.append(Begun("graph.users"))
    assert refused(tmp_path, header(0)) == []
