"""A worker does the audit that is asked, and answers in bytes whatever happens."""

import logging
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.audits.elsewhere import on_worker
from auditor.cli.audits.elsewhere.asked import (
    Asked,
    Broken,
    Refused,
    Stopped,
    answer_in,
    build,
    encoded,
)
from auditor.configuration import Auth, Network
from auditor.selection import selection_of
from connectors.transport.redaction import KNOWN
from tests.auditor.cli.audits.elsewhere.test_asked import ASKED

OURS = replace(ASKED, build=build())


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What connections were given; the audit itself ends as `outcome` says."""
    made = SimpleNamespace(given=[], outcome=None, asked=[])

    @contextmanager
    def connection(*given: Any, **more: Any) -> Any:
        made.given.append(SimpleNamespace(configuration=given[0], secrets=given[2], **more))
        yield "connection"

    def read(*given: Any) -> Any:
        made.asked.append(given)
        if isinstance(made.outcome, Exception):
            raise made.outcome
        logging.getLogger("connectors").warning("a remark on s3cret-word")
        logging.getLogger("connectors").warning("a remark on s3cret-word")
        return "found"

    monkeypatch.setattr(on_worker, "Connection", connection)
    monkeypatch.setattr(on_worker, "_read_and_judged", read)
    monkeypatch.setattr(on_worker, "Done", lambda found, remarks: Broken(str(remarks), True))
    monkeypatch.setattr(on_worker, "write_crash_report", lambda error, command: Path("crash"))
    return made


def answered(asked: Asked = OURS) -> Any:
    return answer_in(on_worker.answer(encoded(asked)))


@pytest.mark.parametrize("content", [b"", encoded(ASKED)])
def test_another_release_is_refused_with_the_build_of_this_one(worker: Any, content: bytes) -> None:
    assert answer_in(on_worker.answer(content)) == Refused(build())
    assert worker.asked == []


def test_remarks_are_made_once_and_hide_secrets(worker: Any) -> None:
    KNOWN.learn("s3cret-word")
    answer = answered()
    assert answer.words.count("a remark on") == 1
    assert "s3cret-word" not in answer.words


def test_a_limit_of_the_computer_is_no_defect(worker: Any) -> None:
    worker.outcome = MemoryError()
    answer = answered()
    assert not answer.is_defect
    assert answer.words.startswith("on ")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (Path("crash"), "a report without any record is in crash there"),
        (None, "no report was written"),
    ],
)
def test_a_defect_says_where_its_report_is(
    worker: Any, monkeypatch: pytest.MonkeyPatch, path: Path | None, where: str
) -> None:
    monkeypatch.setattr(on_worker, "write_crash_report", lambda error, command: path)
    worker.outcome = KeyError("max@contoso.example")
    answer = answered()
    assert answer.is_defect
    assert answer.words.startswith("a defect of the program itself (KeyError) on ")
    assert answer.words.endswith(where)
    assert "contoso" not in answer.words


class TestConnection:
    @pytest.mark.parametrize(
        ("ends_at", "remaining_s"), [(None, None), (107.0, 7.0), (100.0, 0.0), (90.0, 0.0)]
    )
    def test_it_has_the_time_that_is_left(
        self,
        worker: Any,
        monkeypatch: pytest.MonkeyPatch,
        ends_at: float | None,
        remaining_s: float | None,
    ) -> None:
        monkeypatch.setattr(on_worker, "time", SimpleNamespace(time=lambda: 100.0))
        answered(replace(OURS, ends_at=ends_at))
        assert worker.given[0].timeout_s == remaining_s

    def test_the_mailboxes_that_are_named_are_asked_for(self, worker: Any) -> None:
        for text, count in (("mailbox:a", 1), ("profile:a", 0)):
            only = selection_of([text])
            answered(replace(OURS, judging=replace(OURS.judging, only=only)))
            assert len(worker.given[-1].wanted) == count

    def test_one_that_lacks_a_secret_fails_all_and_reveals_none(self, worker: Any) -> None:
        (environment,) = OURS.configuration.environments.values()
        auth = Auth(method="ntlm", username="u", password="env:NO_SUCH_VARIABLE")
        lacking = replace(
            OURS.configuration,
            environments={"c": replace(environment, auth=auth)},
            network=Network("http://proxy:1"),
        )
        answered(replace(OURS, configuration=lacking))
        (given,) = worker.given
        assert "NO_SUCH_VARIABLE" in given.failure.reason
        assert len(given.secrets) == 0
        assert given.configuration.network == Network()

    def test_with_its_secrets_nothing_fails(self, worker: Any) -> None:
        answered()
        assert worker.given[0].failure is None

    def test_audits_of_one_run_share_what_was_refused(self, worker: Any) -> None:
        for run in ("run-1", "run-1", "run-2"):
            answered(replace(OURS, run=run))
        one, two, other = worker.given
        assert one.refusals is two.refusals
        assert one.refusals is not other.refusals


@pytest.mark.parametrize("compared", [True, False])
@pytest.mark.parametrize("remembered", [True, False])
@pytest.mark.parametrize("planned", [True, False])
def test_what_is_wanted_is_sent(
    monkeypatch: pytest.MonkeyPatch, compared: bool, remembered: bool, planned: bool
) -> None:
    sent: list[Any] = []
    outside: list[Any] = []

    def audit(request: Any, source: Any, now: Any, take: Any, plans: Any) -> Any:
        outside.append(source)
        assert (take is not None) is compared
        assert (plans is not None) is planned
        if take is not None:
            take("facts", "groups", SimpleNamespace(of_groups=lambda uses: [uses]))
        return SimpleNamespace(sources=(), complete=True)

    comparison = SimpleNamespace(uses="uses")
    monkeypatch.setattr(on_worker, "audit", audit)
    monkeypatch.setattr(on_worker, "compared_of", lambda facts, groups, url: comparison)
    monkeypatch.setattr(on_worker, "sent", lambda page: f"page of {page}")
    monkeypatch.setattr(on_worker, "SentAddresses", lambda *given: given)
    monkeypatch.setattr(on_worker, "sent_audit", lambda *given, **more: sent.append(given))
    asked = replace(OURS, compared=compared, remembered=remembered, planned=planned)
    (environment,) = OURS.configuration.environments.values()
    connection: Any = SimpleNamespace(outside=lambda: "servers")
    on_worker._read_and_judged(asked, None, environment, connection)  # type: ignore[arg-type]
    ((_, addresses, settings),) = sent
    assert addresses == ((comparison, ("page of uses",)) if compared else None)
    assert (settings is not None) is remembered
    assert (type(outside[0]).__module__ != "auditor.cli.audits.timing") is remembered


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("stopped", [True, False])
def test_what_is_cut_short_by_the_end_of_its_run_is_no_audit(
    monkeypatch: pytest.MonkeyPatch, complete: bool, stopped: bool
) -> None:
    """One that ended before it was told to stop is kept."""
    found = SimpleNamespace(sources=(), complete=complete)
    connection = SimpleNamespace(outside=lambda: "servers")
    monkeypatch.setattr(on_worker, "Connection", lambda *_, **__: nullcontext(connection))
    monkeypatch.setattr(on_worker, "audit", lambda *_: found)
    monkeypatch.setattr(on_worker, "sent_audit", lambda *_, **__: "sent")
    monkeypatch.setattr(on_worker, "Done", lambda *_: Broken("done", is_defect=False))
    asked = replace(OURS, run=f"run-{complete}-{stopped}")
    if stopped:
        on_worker.stop(asked.run)
    expected = Stopped() if stopped and not complete else Broken("done", is_defect=False)
    assert answered(asked) == expected


def test_memory_is_arranged_by_the_first_and_given_back_by_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []

    @contextmanager
    def arranged() -> Any:
        calls.append("begun")
        yield
        calls.append("ended")

    monkeypatch.setattr(on_worker, "for_many_records", arranged)
    work = on_worker._Work()
    with work:
        with work:
            assert calls == ["begun"]
        assert calls == ["begun"]
        KNOWN.learn("s3cret-word")
    assert calls == ["begun", "ended"]
    assert KNOWN.masked("s3cret-word") == "s3cret-word"
    with work:
        assert calls == ["begun", "ended", "begun"]
